import type { DrillPhase, DrillReport } from '../../core/recovery/index.ts';
import type { RecoveryProgress, Report } from './dependencies.ts';
import type { TaskHandle, TaskOutcome, WorkProgress } from './run-task.ts';

const steps: Readonly<Record<DrillPhase, string>> = {
  fetch: 'fetching from the repository',
  'restore-database': 'restoring the database',
  'restore-filestore': 'restoring the files',
  neutralise: 'neutralising the copy',
  boot: 'booting Odoo',
  journeys: 'running the journeys',
  invariants: 'checking the data',
  teardown: 'tearing the copy down',
};

/** How far a phase is, as a task tells it; nothing said in bytes where there are none. */
function workOf({ phase, doneBytes, totalBytes }: RecoveryProgress): WorkProgress {
  const step = Object.hasOwn(steps, phase) ? steps[phase as DrillPhase] : phase;
  const isInBytes = doneBytes > 0 || totalBytes !== undefined;
  return isInBytes ? { step, doneBytes, totalBytes } : { step };
}

/** A drill that tells a task how far it is, phase by phase, and ends when somebody cancels it. */
export function drillOptionsOf(task: TaskHandle): {
  readonly signal: AbortSignal;
  readonly report: Report;
  readonly began: (phase: DrillPhase) => void;
} {
  return {
    signal: task.signal,
    report: (progress) => task.report(workOf(progress)),
    began: (phase) => task.report({ step: steps[phase] }),
  };
}

/** What a drill came to. One that was done, and showed that nothing can be restored, is not good. */
export function outcomeOfDrill(drill: DrillReport): TaskOutcome<DrillReport> {
  const { verdict, backup, reasons } = drill;
  if (verdict === 'verified') return { result: drill, outcome: `A serving Odoo came back from ${backup}.` };
  const words = verdict === 'not-recoverable' ? `Nothing usable came back from ${backup}` : 'It says nothing';
  return { result: drill, outcome: `${words}: ${reasons.join(' ')}`, isGood: false };
}
