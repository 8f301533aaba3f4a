import type { Estate } from '../../../core/estate/index.ts';
import { formatDuration } from '../../../core/kernel/index.ts';
import {
  type HealthVerdict,
  type NotObserved,
  notObserved,
  type SiteBacklog,
  siteBacklogs,
} from '../../../core/observe/index.ts';
import { probeEnvironment } from '../../../workflows/probe-environment.ts';
import { openApi } from '../../api-client.ts';
import { ApiProblem, routes } from '../../contract/index.ts';
import { createObserver, nextCutOffsOf } from '../../wire-observe.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { estateFrom, estateOption } from '../estate-option.ts';
import { healthWord, printVerdict } from '../health-lines.ts';
import { printRecovery, type RecoveryLine, recoveryLines } from '../recovery-lines.ts';

interface Row {
  readonly name: string;
  readonly stage: string;
  readonly business: HealthVerdict;
  readonly infrastructure: HealthVerdict;
  readonly judgedAt: string | null;
  readonly notObserved: readonly NotObserved[];
  readonly siteBacklogs: readonly SiteBacklog[];
  /** What the server has found about its recovery; empty without one. */
  readonly recovery: readonly RecoveryLine[];
}

interface Answer {
  /** `server`: the stored health of the running server. `probe`: looked right now, without one. */
  readonly source: 'server' | 'probe';
  readonly rows: readonly Row[];
  /** Of the estate as a whole: repositories, objectives. */
  readonly recovery: readonly RecoveryLine[];
}

const askSeconds = 5;

/** What the server knows; `undefined` where none answers, with a remark where one refuses. */
async function askServer({ settings, output, signal }: CommandContext): Promise<Answer | undefined> {
  const client = await openApi(settings, askSeconds);
  try {
    const { items } = await client.call(routes.listEnvironments, { signal });
    const recovery = await recoveryLines(client, signal);
    const rows = items.map((item) => ({ ...item, recovery: recovery.get(item.name) ?? [] }));
    return { source: 'server', rows, recovery: recovery.get('') ?? [] };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiProblem) {
      output.note(
        `${settings.serverUrl} answers, but not this question (${error.message}); set PLIMSOLL_TOKEN. Looking directly.`,
      );
    }
    return undefined;
  }
}

async function lookDirectly(estate: Estate, { settings, signal }: CommandContext): Promise<Answer> {
  const observer = createObserver(settings);
  try {
    const rows = await Promise.all(
      estate.environments.map(async (environment): Promise<Row> => {
        const nextCutOffs = nextCutOffsOf(environment, observer.clock.now());
        const facts = { services: estate.services, nextCutOffs };
        const { health, samples } = await probeEnvironment(observer, environment, facts, signal);
        const { business, infrastructure, judgedAt } = health;
        return {
          name: environment.name,
          stage: environment.stage,
          business,
          infrastructure,
          judgedAt: judgedAt.toString(),
          notObserved: notObserved(environment),
          siteBacklogs: siteBacklogs(environment.sites, samples, nextCutOffs, observer.clock.now()),
          recovery: [],
        };
      }),
    );
    return { source: 'probe', rows, recovery: [] };
  } finally {
    await observer.close();
  }
}

function ageOf(row: Row): string {
  if (row.judgedAt === null) return 'never looked at';
  const seconds = Temporal.Now.instant().since(Temporal.Instant.from(row.judgedAt)).total('seconds');
  return seconds < 1 ? 'just now' : `${formatDuration(Math.round(seconds))} ago`;
}

function siteLine({ site, openCount, lateCount, dueBeforeNextCutOffCount, notCounted }: SiteBacklog): string {
  if (notCounted !== null) return `${site}: not counted. ${notCounted}`;
  // What is due is counted for a day ahead: before a weekend there may be no cut-off so near.
  const facts = [
    [dueBeforeNextCutOffCount, 'due before its next cut-off'],
    [lateCount, 'late'],
    [openCount, 'open'],
  ] as const;
  const told = facts.flatMap(([count, words]) => (count === null ? [] : [`${count} ${words}`]));
  return `${site}: ${told.length === 0 ? 'not measured at the moment' : told.join(', ')}`;
}

function print({ source, rows, recovery }: Answer, { settings, output }: CommandContext): void {
  output.line(
    source === 'server'
      ? `From the server at ${settings.serverUrl}:`
      : 'No server answers: looked directly, without journeys.',
  );
  const width = Math.max(12, ...rows.map((row) => row.name.length));
  output.line(
    `${'environment'.padEnd(width)}  ${'stage'.padEnd(12)} ${'business'.padEnd(12)} ${'infrastructure'.padEnd(14)} looked`,
  );
  for (const row of rows) {
    const { business, infrastructure } = row;
    output.line(
      `${row.name.padEnd(width)}  ${row.stage.padEnd(12)} ${healthWord(business.health, output, 12)} ${healthWord(infrastructure.health, output, 14)} ${ageOf(row)}`,
    );
  }
  for (const row of rows.filter(
    ({ business, infrastructure, notObserved: unseen, siteBacklogs: sites, recovery }) =>
      business.reasons.length + infrastructure.reasons.length + unseen.length + recovery.length > 0 || sites.length > 1,
  )) {
    output.line();
    output.line(output.style('bold', row.name));
    if (row.infrastructure.reasons.length > 0) printVerdict('infrastructure', row.infrastructure, output);
    if (row.business.reasons.length > 0) printVerdict('business', row.business, output);
    printRecovery(row.recovery, output);
    if (row.siteBacklogs.length > 1) {
      for (const backlog of row.siteBacklogs) output.line(`  ${siteLine(backlog)}`);
    }
    for (const { part, means } of row.notObserved) {
      output.line(output.style('dim', `  not observed: ${means} (connect.${part} is not declared)`));
    }
  }
  if (recovery.some(({ severity }) => severity !== 'info')) {
    output.line();
    output.line(output.style('bold', 'estate'));
    printRecovery(recovery, output);
  }
}

const jsonOf = ({
  name,
  stage,
  business,
  infrastructure,
  judgedAt,
  notObserved: unseen,
  siteBacklogs: sites,
  recovery,
}: Row) => ({
  name,
  stage,
  business: business.health,
  infrastructure: infrastructure.health,
  judgedAt,
  notObserved: unseen,
  siteBacklogs: sites,
  recovery,
  reasons: { business: business.reasons, infrastructure: infrastructure.reasons },
});

/** `plimsoll status`: every environment with its two answers. */
export const statusCommand: CliCommand = {
  usage: 'status',
  summary: 'List every environment with its business and infrastructure health',
  effect: 'read-only',
  examples: ['status', 'status --json', 'status --direct --estate examples/northsea'],
  configure: (command) =>
    command.option(...estateOption).option('--direct', 'look right now instead of asking the server'),
  async run(_args, options, context) {
    const fromServer = options['direct'] === true ? undefined : await askServer(context);
    const answer = fromServer ?? (await lookDirectly(await estateFrom(options, context.settings), context));
    const { source } = answer;
    context.output.json({
      source,
      server: source === 'server' ? context.settings.serverUrl : null,
      environments: answer.rows.map(jsonOf),
      recovery: answer.recovery,
    });
    print(answer, context);
    return 0;
  },
};
