import { randomUUID } from 'node:crypto';
import { Fault, formatDuration } from '../../../core/kernel/index.ts';
import { type DrillReport, drillHold } from '../../../core/recovery/index.ts';
import type { RecoveryProgress } from '../../../workflows/recovery/dependencies.ts';
import { drillOptionsOf, outcomeOfDrill } from '../../../workflows/recovery/drill-task.ts';
import { runRecordedDrill } from '../../../workflows/recovery/record-drill.ts';
import { runTask } from '../../../workflows/recovery/run-task.ts';
import { estateDirectory, estateOption } from '../../estate-directory.ts';
import { claimMachine, drillParts, openDrillRecords, sweepDrills } from '../../wire-drill.ts';
import { requireEnvironment } from '../../wire-odoo.ts';
import type { CliCommand, CliGroup } from '../command.ts';
import type { Output } from '../output.ts';
import { createPhaseLines } from '../pace.ts';
import { durationOption } from '../restore/options.ts';
import { printRefusal } from '../restore/show.ts';

const marks = { verified: 'green', 'not-recoverable': 'red', inconclusive: 'yellow' } as const;

/** A drill as `--json` and the API show it. */
function plainDrill(report: DrillReport): Readonly<Record<string, unknown>> {
  return { ...report, startedAt: report.startedAt.toString(), finishedAt: report.finishedAt.toString() };
}

const achieved = (seconds: number | null): string => (seconds === null ? 'unknown' : formatDuration(seconds));

const words = {
  verified: 'verified',
  'not-recoverable': 'completed, not recoverable',
  inconclusive: 'inconclusive',
} as const;

/** A drill for people: what it showed, of which backup, and why. */
export function printDrill(report: DrillReport, output: Output): void {
  const { verdict, backup, rpoAchievedSeconds, rtoAchievedSeconds } = report;
  const figures = `RPO achieved ${achieved(rpoAchievedSeconds)}, RTO achieved ${achieved(rtoAchievedSeconds)}`;
  output.line(`${output.style(marks[verdict], words[verdict])}  ${backup}  ${figures}`);
  for (const reason of report.reasons) output.line(`  ${reason}`);
}

/** Its phases with their times, and every check that did not pass, with what it names. */
function printWhole({ phases, checks }: DrillReport, output: Output): void {
  for (const { phase, seconds } of phases) {
    output.line(`  ${phase.padEnd(20)} ${formatDuration(seconds).padStart(8)}`);
  }
  for (const { name, outcome, detail, evidence } of checks) {
    if (outcome !== 'failed' && outcome !== 'warning') continue;
    output.line(`  ${output.style(outcome === 'failed' ? 'red' : 'yellow', name)}: ${detail}`);
    for (const culprit of evidence) output.line(`    ${culprit}`);
  }
}

const actor = { kind: 'cli', name: 'drill run' } as const;

const run: CliCommand = {
  usage: 'run <environment>',
  summary: 'Prove a backup: restore it apart from everything, boot Odoo, run the journeys, check the data',
  effect: 'changes',
  examples: [
    'drill run acme-prod --estate examples/northsea',
    'drill run acme-prod --backup 20261121T084512Z-logical-9f3a1c',
    'drill run acme-prod --wait 30m',
    'drill run acme-prod --json',
  ],
  configure: (command) =>
    command
      .option(...estateOption)
      .option('--backup <id>', 'another backup than the newest')
      .option('--in-peak', 'although a peak of the environment is on')
      .option('--wait <duration>', 'wait so long for another drill on this machine to end (not at all)'),
  async run([name = ''], options, { settings, output, signal }) {
    const directory = await estateDirectory(options['estate'], settings.stateDirectory);
    const { environment } = await requireEnvironment(directory, name);
    const hold = options['inPeak'] === true ? [] : drillHold(environment, Temporal.Now.instant());
    if (hold.length > 0) {
      printRefusal({ kind: 'refused', reasons: hold }, output);
      return 1;
    }
    const backup = options['backup'];
    const machine = await claimMachine(`drill run ${name}`, {
      waitSeconds: durationOption(options, 'wait', '--wait') ?? 0,
      signal,
      onWait: () => output.note('  waiting for another drill on this machine to end …'),
    });
    const opened = await openDrillRecords(settings).catch(async (error: unknown) => {
      await machine.release();
      throw error;
    });
    const report = createPhaseLines(output.note);
    try {
      const parts = await drillParts(directory, environment, settings);
      const deps = { ...parts, store: opened.store, actor };
      const wanted = typeof backup === 'string' ? backup : undefined;
      const order = {
        id: randomUUID(),
        kind: 'drill',
        environment: name,
        backup: wanted ?? null,
        target: null,
      } as const;
      const drill = await runTask(deps, { ...order, requestedBy: actor, signal }, async (task) => {
        const told = drillOptionsOf(task);
        const both = (progress: RecoveryProgress): void => {
          report(progress);
          told.report(progress);
        };
        return outcomeOfDrill(await runRecordedDrill(deps, environment, { ...told, report: both, backup: wanted }));
      });
      output.json(plainDrill(drill));
      printDrill(drill, output);
      printWhole(drill, output);
      return drill.verdict === 'verified' ? 0 : 1;
    } finally {
      await opened.close();
      await machine.release();
    }
  },
};

const mostDrills = 1_000;

function limitOf(value: unknown): number {
  const limit = value === undefined ? 20 : Number(value);
  if (Number.isInteger(limit) && limit > 0 && limit <= mostDrills) return limit;
  throw new Fault('SETTING_INVALID', `--limit must be a whole number from 1 to ${mostDrills}`);
}

const list: CliCommand = {
  usage: 'list [environment]',
  summary: 'List what drills have shown, newest first: verdict, RPO and RTO achieved, phases',
  effect: 'read-only',
  examples: ['drill list', 'drill list acme-prod --json', 'drill list acme-prod --limit 5'],
  configure: (command) => command.option('--limit <count>', 'at most so many (20)'),
  async run([environment], options, { settings, output }) {
    const limit = limitOf(options['limit']);
    const opened = await openDrillRecords(settings);
    try {
      const drills = await opened.store.drills.list({ environment, limit });
      output.json({ drills: drills.map(plainDrill) });
      for (const drill of drills) {
        output.line(`${drill.startedAt.toString({ smallestUnit: 'second' })}  ${drill.environment}`);
        printDrill(drill, output);
      }
      if (drills.length === 0) output.line('No drill yet. Run one: plimsoll drill run ENVIRONMENT');
      return 0;
    } finally {
      await opened.close();
    }
  },
};

const sweep: CliCommand = {
  usage: 'sweep',
  summary: 'Remove what drills left that were killed; every drill does it before it begins',
  effect: 'changes',
  examples: ['drill sweep'],
  async run(_args, _options, { settings, output }) {
    const removed = await sweepDrills(settings);
    output.json({ removed });
    output.line(removed.length === 0 ? 'Nothing was left.' : removed.map((each) => `removed ${each}`).join('\n'));
    return 0;
  },
};

/** `plimsoll drill …`: a backup counts when a serving Odoo has come back from it. */
export const drillGroup: CliGroup = {
  name: 'drill',
  summary: 'Prove that backups come back as a serving Odoo',
  commands: [run, list, sweep],
};
