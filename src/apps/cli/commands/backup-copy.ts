import type { Environment } from '../../../core/estate/index.ts';
import { formatBytes } from '../../../core/kernel/index.ts';
import type { CopyReport } from '../../../ports/backup-copies.ts';
import { type CopyDeps, carryOutCopy, type PlannedCopy, planCopies } from '../../../workflows/recovery/copy-backups.ts';
import { openCopier } from '../../wire-keeping.ts';
import { createLookWorld } from '../../wire-look.ts';
import { openPublishingStore } from '../../wire-store.ts';
import type { CliCommand, CommandContext, CommandOptions } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import { inTurn, waitOption } from '../in-turn.ts';
import type { Output } from '../output.ts';
import { createProgress } from '../progress.ts';

const plain = ({ region, from, to, refusals, ids, present }: PlannedCopy) => ({
  region,
  from: from.name,
  to: to?.name ?? null,
  refusals,
  copy: ids,
  present,
});

function printPlan({ region, to, refusals, ids, present }: PlannedCopy, output: Output): void {
  output.line(output.style('bold', to === undefined ? region : `${to.name} in ${region}`));
  for (const { message, hint } of refusals) {
    output.line(`  ${output.style('red', 'refused')}: ${message}`);
    output.line(`  ${output.style('dim', hint)}`);
  }
  if (refusals.length > 0) return;
  output.line(`  ${present.length} there, ${ids.length} to copy`);
  for (const id of ids) output.line(`  ${output.style('yellow', 'copy')}  ${id}`);
}

async function copyOne(
  deps: CopyDeps,
  environment: Environment,
  plan: PlannedCopy,
  options: CommandOptions,
  context: CommandContext,
): Promise<CopyReport> {
  const { output, signal } = context;
  const step = createProgress(output).step({
    title: `copy to ${plan.to?.name ?? plan.region}`,
    why: 'sealed as it is; nothing is opened on the way',
    expectedSeconds: 60,
  });
  try {
    const told = ({ bytes, detail }: { readonly bytes: number; readonly detail: string }): void =>
      step.update({ detail: `${detail}, ${formatBytes(bytes)}` });
    const copy = () => carryOutCopy(deps, environment, plan, { report: told, signal });
    const report = await inTurn(copy, options, context);
    step.done();
    return report;
  } catch (error) {
    step.failed();
    throw error;
  }
}

/** `plimsoll backup copy`: copies to the regions that are declared. */
export const copyCommand: CliCommand = {
  usage: 'copy <environment>',
  summary: 'Copy backups to the repositories of the regions that `backup.copies` names, where residency allows',
  effect: 'changes',
  examples: ['backup copy acme-prod --dry-run', 'backup copy acme-prod', 'backup copy acme-prod --json'],
  configure: (command) =>
    command
      .option(...estateOption)
      // The controller may be copying the same: long enough for it to end, or for the claim of a dead one to run out.
      .option(...waitOption('10m'))
      .option('--dry-run', 'say what would be copied and what is refused, and copy nothing'),
  async run([name = ''], options, context) {
    const { settings, output } = context;
    const estate = await estateFrom(options, settings);
    const environment = environmentIn(estate, name);
    const opened = await openPublishingStore(settings, 'share');
    try {
      const actor = { kind: 'cli', name: 'backup copy' } as const;
      const world = createLookWorld(settings, opened.store);
      const deps: CopyDeps = { ...world, actor, openCopier: (from, to) => openCopier(from, to, settings) };
      const plans = await planCopies(deps, estate, environment);
      if (plans.length === 0) output.line(`${name} declares no copies: backup: { copies: [region] }.`);
      for (const plan of plans) printPlan(plan, output);
      const isRefused = plans.some(({ refusals }) => refusals.length > 0);
      if (options['dryRun'] === true) {
        output.json({ environment: name, isDryRun: true, places: plans.map(plain) });
        return isRefused ? 1 : 0;
      }
      const reports: CopyReport[] = [];
      for (const plan of plans) reports.push(await copyOne(deps, environment, plan, options, context));
      const places = plans.map((plan, at) => ({ ...plain(plan), report: reports[at] ?? null }));
      output.json({ environment: name, isDryRun: false, places });
      for (const { copied, bytes, proven, refused } of reports) {
        output.line(
          `${output.style('green', 'copied')}: ${copied.length}, ${formatBytes(bytes)}; ${proven} pieces read back and proven`,
        );
        for (const { id, detail } of refused) output.line(`${output.style('red', 'not copied')}: ${id}: ${detail}`);
      }
      return isRefused || reports.some(({ refused }) => refused.length > 0) ? 1 : 0;
    } finally {
      await opened.close();
    }
  },
};
