import { formatDuration } from '../../../core/kernel/index.ts';
import type { EnvironmentCopy } from '../../../core/recovery/index.ts';
import { moveCopy, removeCopy } from '../../../workflows/recovery/copies.ts';
import { claimName, keepCopyUp, requireCopy, stopCopy, takeCopyAway } from '../../wire-machine.ts';
import { openPublishingStore, openStore } from '../../wire-store.ts';
import { clock } from '../../wire-up.ts';
import type { CliCommand, CliGroup, CommandContext } from '../command.ts';
import { confirmByName } from '../confirm-name.ts';
import { estateOption } from '../estate-option.ts';
import { cloneOrderOf } from '../restore/clone-order.ts';
import { printOutcome } from '../restore/outcome.ts';
import { runOrder } from '../restore/run-order.ts';
import { printRefusal } from '../restore/show.ts';

const actor = { kind: 'cli', name: 'clone' } as const;
const mostCopies = 1_000;

/** A copy as `--json` shows it. */
function plainCopy(copy: EnvironmentCopy): Readonly<Record<string, unknown>> {
  const { reachesAt, createdAt, changedAt, expiresAt, ...rest } = copy;
  return {
    ...rest,
    url: `http://127.0.0.1:${copy.ports.web}`,
    reachesAt: reachesAt.toString(),
    createdAt: createdAt.toString(),
    changedAt: changedAt.toString(),
    expiresAt: expiresAt?.toString() ?? null,
  };
}

function lineOf(copy: EnvironmentCopy, now: Temporal.Instant): string {
  const { name, source, purpose, state, ports, expiresAt, isLive, isAnonymised, isReduced } = copy;
  const left =
    expiresAt === null ? 'stays until removed' : `expires in ${formatDuration(expiresAt.since(now).total('seconds'))}`;
  const made = [
    isLive ? 'live' : 'neutralised',
    ...(isAnonymised ? ['anonymised'] : []),
    ...(isReduced ? ['reduced'] : []),
  ];
  return `${name.padEnd(20)} ${state.padEnd(11)} ${purpose} of ${source}, ${made.join(', ')}, http://127.0.0.1:${ports.web}, ${left}`;
}

const make: CliCommand = {
  usage: 'make <environment>',
  summary:
    'Make a copy of an environment for work on it: neutralised, seen to be so, and removed when its date has come',
  effect: 'changes',
  isDefault: true,
  examples: [
    'clone acme-prod --to acme-staging',
    'clone acme-prod --to acme-training --stage training --expires 30d',
    'clone acme-prod --to acme-test --anonymise --reduce mail:90d,attachments:365d --expires 7d',
    'clone acme-prod --to acme-then --at 2026-11-21T14:05:00Z --dry-run',
  ],
  configure: (command) =>
    command
      .option(...estateOption)
      .requiredOption('--to <name>', 'a new environment on this machine')
      .option('--stage <stage>', 'development, staging, uat, training, reporting or recovery-test', 'staging')
      .option('--expires <duration>', 'removed after so long', '14d')
      .option('--anonymise', 'replace names, addresses, numbers and text, and see that none is left')
      .option('--reduce <what>', 'leave out what is older: mail:90d,attachments:365d,logs:30d')
      .option('--at <instant>', 'as it was then, such as 2026-11-21T14:05:00Z')
      .option('--backup <id>', 'another backup than the newest that fits')
      .option('--accept-loss <duration>', 'agree that business of up to so long is missing')
      .option('--journeys', 'run the journeys in it before it is put in its place')
      .option('--dry-run', 'only say what would be done, and why'),
  async run([name = ''], options, context) {
    const order = await cloneOrderOf(name, options, context);
    if ('kind' in order) {
      printRefusal(order, context.output);
      return 1;
    }
    return printOutcome(order, await runOrder(order, context), context);
  },
};

const list: CliCommand = {
  usage: 'list',
  summary: 'List clones and restored copies: where they serve, what was done to them, and until when they last',
  effect: 'read-only',
  examples: ['clone list', 'clone list --all --json'],
  configure: (command) => command.option('--all', 'also those that were removed'),
  async run(_args, options, { settings, output }) {
    const opened = await openStore(settings, 'share');
    try {
      const includeRetired = options['all'] === true;
      const copies = await opened.store.copies.list({ includeRetired, limit: mostCopies });
      output.json({ copies: copies.map(plainCopy) });
      for (const copy of copies) output.line(lineOf(copy, clock.now()));
      if (copies.length === 0) output.line('None. Make one: plimsoll clone ENVIRONMENT --to NAME');
      return 0;
    } finally {
      await opened.close();
    }
  },
};

/** Runs work on a copy that nobody else works on. */
async function withCopy(
  name: string,
  { settings }: CommandContext,
  work: (opened: Awaited<ReturnType<typeof openPublishingStore>>, copy: EnvironmentCopy) => Promise<void>,
): Promise<void> {
  const claim = await claimName(settings, name);
  const opened = await openPublishingStore(settings, 'share');
  try {
    await work(opened, await requireCopy(opened.store, name));
  } finally {
    await opened.close();
    await claim.release();
  }
}

const stop: CliCommand = {
  usage: 'stop <name>',
  summary: 'Stop a copy and keep its data',
  effect: 'changes',
  examples: ['clone stop acme-staging'],
  async run([name = ''], _options, context) {
    const { output, settings } = context;
    await withCopy(name, context, async ({ store }, copy) => {
      await stopCopy(copy, settings);
      await moveCopy({ store, clock, actor }, copy, { to: 'suspended', reason: 'it was stopped' });
    });
    output.json({ name, state: 'suspended' });
    output.line(`${name}: stopped; its data stays. Start it again: plimsoll clone start ${name}`);
    return 0;
  },
};

const start: CliCommand = {
  usage: 'start <name>',
  summary: 'Start a copy that was stopped, or that a restart of the machine ended',
  effect: 'changes',
  examples: ['clone start acme-staging'],
  async run([name = ''], _options, context) {
    const { output, settings, signal } = context;
    await withCopy(name, context, async ({ store }, copy) => {
      await keepCopyUp(copy, settings, { report: ({ detail }) => output.note(`  ${detail}`), signal });
      if (copy.state === 'active') return;
      await moveCopy({ store, clock, actor }, copy, { to: 'active', reason: 'it was started' });
    });
    output.json({ name, state: 'active' });
    output.line(`${name}: serves.`);
    return 0;
  },
};

const remove: CliCommand = {
  usage: 'remove <name>',
  summary: 'Remove a copy for good: its processes, its database and its files',
  effect: 'destructive',
  confirmsByName: true,
  examples: ['clone remove acme-staging', 'clone remove acme-staging --yes acme-staging'],
  async run([name = ''], options, context) {
    const { output, settings } = context;
    await withCopy(name, context, async ({ store }, copy) => {
      const what = `This removes ${name}, a ${copy.purpose} of ${copy.source}, with everything in it.`;
      await confirmByName(name, options, { output, what });
      await removeCopy({ store, clock, actor }, copy, () => takeCopyAway(copy, settings), 'somebody removed it');
    });
    output.json({ name, state: 'retired' });
    output.line(`${name}: removed.`);
    return 0;
  },
};

/** `plimsoll clone …`: copies of environments, for work on them. */
export const cloneGroup: CliGroup = {
  name: 'clone',
  summary: 'Copies of environments: make, list, stop, start and remove them',
  commands: [make, list, stop, start, remove],
};
