import type { Environment, Estate, Repository } from '../../../core/estate/index.ts';
import { Fault, formatBytes } from '../../../core/kernel/index.ts';
import type { CollectionReport } from '../../../ports/backup-repository.ts';
import { type PlannedPrune, type PruneDeps, planPrunes } from '../../../workflows/recovery/prune.ts';
import { type AroundCollection, type Collected, collectEach, pruneNow } from '../../../workflows/recovery/prune-now.ts';
import { createLookWorld } from '../../wire-look.ts';
import { openPublishingStore } from '../../wire-store.ts';
import type { CliCommand, CommandContext, CommandOptions } from '../command.ts';
import { demandConsent } from '../consent.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import type { Output } from '../output.ts';
import { createProgress } from '../progress.ts';

const minute = (at: Temporal.Instant): string =>
  at.toString({ smallestUnit: 'minute' }).replace('T', ' ').replace('Z', ' UTC');

function print({ environment, declared, plan, gone }: PlannedPrune, output: Output): void {
  output.line(output.style('bold', `${environment.name} in ${declared.name}`));
  for (const { id, at, reasons } of plan.keep) {
    output.line(`  ${output.style('green', 'keep')}      ${id}  ${minute(at)}  ${reasons[0] ?? ''}`);
  }
  for (const { id, at, reason } of plan.withdraw) {
    output.line(`  ${output.style('yellow', 'withdraw')}  ${id}  ${minute(at)}  ${reason}`);
  }
  for (const id of gone) {
    output.line(`  ${output.style('red', 'gone')}      ${id}  in the records, and in the repository no more`);
  }
  if (plan.keep.length + plan.withdraw.length + gone.length === 0) output.line('  no backup');
}

const plain = ({ environment, declared, plan, gone }: PlannedPrune) => ({
  environment: environment.name,
  repository: declared.name,
  timezone: plan.timezone,
  keep: plan.keep.map(({ id, at, reasons }) => ({ id, at: at.toString(), reasons })),
  withdraw: plan.withdraw.map(({ id, at, reason }) => ({ id, at: at.toString(), reason })),
  gone,
});

function environmentsOf(estate: Estate, name: string | undefined, options: CommandOptions): readonly Environment[] {
  const isAll = options['all'] === true;
  if (isAll === (name !== undefined)) {
    throw new Fault('SETTING_INVALID', 'Name one environment, or all of them with --all.');
  }
  if (name !== undefined) return [environmentIn(estate, name)];
  return estate.environments.filter(({ backup }) => backup.repository !== undefined);
}

/** Shows the collection of each repository as a step. */
function showCollections(output: Output): AroundCollection {
  return async (declared, work) => {
    const step = createProgress(output).step({
      title: `collect ${declared.name}`,
      why: 'looking for what no backup needs',
      expectedSeconds: 30,
    });
    try {
      const result = await work();
      step.done();
      return result;
    } catch (error) {
      step.failed();
      throw error;
    }
  };
}

function printCollected(collected: Collected, isDryRun: boolean, output: Output): void {
  for (const { repository, report } of collected) {
    const verb = isDryRun ? 'would be freed now' : 'freed';
    const locked = report.locked > 0 ? `, ${report.locked} pieces under an object lock` : '';
    const rest = report.isComplete ? '' : '; a backup began meanwhile, the rest waits for the next time';
    output.line(`${repository}: ${formatBytes(report.bytes)} ${verb}${locked}${rest}`);
  }
}

async function dryRun(planned: readonly PlannedPrune[], deps: PruneDeps, { output, signal }: CommandContext) {
  const collect = async (declared: Repository): Promise<CollectionReport> =>
    (await deps.openRepository(declared)).collect({ dryRun: true, signal });
  const collected = await collectEach(planned, collect, showCollections(output));
  output.json({ isDryRun: true, places: planned.map(plain), collected });
  for (const each of planned) print(each, output);
  printCollected(collected, true, output);
  return 0;
}

async function prune(
  planned: readonly PlannedPrune[],
  deps: PruneDeps,
  options: CommandOptions,
  { output, signal }: CommandContext,
): Promise<number> {
  const count = planned.reduce((sum, { plan }) => sum + plan.withdraw.length, 0);
  for (const each of planned) print(each, output);
  const what = `${count} ${count === 1 ? 'backup is' : 'backups are'} withdrawn for good.`;
  if (count > 0) await demandConsent(what, options, output);
  const { withdrawn, failed, collected } = await pruneNow(deps, planned, { signal, around: showCollections(output) });
  output.json({ isDryRun: false, places: planned.map(plain), failed, collected });
  output.line(`${output.style('green', 'withdrawn')}: ${withdrawn}`);
  for (const { repository, id, reason } of failed) {
    output.line(`${output.style('red', 'still there')}: ${id} in ${repository}: ${reason}`);
  }
  printCollected(collected, false, output);
  return failed.length === 0 ? 0 : 1;
}

/** `plimsoll backup prune`: retention, now. */
export const pruneCommand: CliCommand = {
  usage: 'prune [environment]',
  summary: 'Withdraw the backups that no rule of retention keeps, and free what no backup needs any more',
  effect: 'destructive',
  examples: ['backup prune acme-prod --dry-run', 'backup prune acme-prod', 'backup prune --all --yes --json'],
  configure: (command) =>
    command
      .option(...estateOption)
      .option('--all', 'every environment that has a repository')
      .option('--dry-run', 'say what would be withdrawn and why, and change nothing'),
  async run([name], options, context) {
    const { settings } = context;
    const estate = await estateFrom(options, settings);
    const environments = environmentsOf(estate, name, options);
    const opened = await openPublishingStore(settings, 'share');
    try {
      const actor = { kind: 'cli', name: 'backup prune' } as const;
      const deps: PruneDeps = { ...createLookWorld(settings, opened.store), actor };
      const planned: PlannedPrune[] = [];
      for (const environment of environments) planned.push(...(await planPrunes(deps, estate, environment)));
      if (options['dryRun'] === true) return await dryRun(planned, deps, context);
      return await prune(planned, deps, options, context);
    } finally {
      await opened.close();
    }
  },
};
