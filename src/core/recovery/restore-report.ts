import type { Objectives } from '../estate/index.ts';
import type { Seconds } from '../kernel/index.ts';
import type { DrillCheck } from './drill.ts';
import type { RestoreStepKind } from './plan/restore-steps.ts';

/** What a restore or a clone did, and what it achieved. */
export interface RestoreReport {
  readonly id: string;
  readonly mode: 'new' | 'clone' | 'in-place';
  readonly source: string;
  readonly target: string;
  readonly backup: string;
  readonly method: 'logical' | 'physical';
  readonly reachesAt: Temporal.Instant;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  readonly phases: readonly { readonly phase: RestoreStepKind; readonly seconds: Seconds }[];
  readonly checks: readonly DrillCheck[];
  /** Age of the last business row that came back, as of the start. */
  readonly rpoAchievedSeconds: Seconds | null;
  /** From the start to an Odoo that serves in its place. */
  readonly rtoAchievedSeconds: Seconds | null;
  readonly isNeutralised: boolean;
  /** The backup of what was there before, where one was taken. */
  readonly safetyBackup: string | null;
  /** Where the old data was kept, where it was. */
  readonly keptOld: string | null;
}

/** Whether what was achieved is within what was promised (RST-04). */
export function metOrMissed(
  achieved: Seconds | null,
  target: Seconds | undefined,
): 'met' | 'missed' | 'no-target' | 'unknown' {
  if (target === undefined) return 'no-target';
  if (achieved === null) return 'unknown';
  return achieved <= target ? 'met' : 'missed';
}

/** Both figures against an environment's objectives. */
export function judgeAchieved(
  { rpoAchievedSeconds, rtoAchievedSeconds }: Pick<RestoreReport, 'rpoAchievedSeconds' | 'rtoAchievedSeconds'>,
  { rpoSeconds, rtoSeconds }: Objectives,
) {
  return {
    rpo: metOrMissed(rpoAchievedSeconds, rpoSeconds),
    rto: metOrMissed(rtoAchievedSeconds, rtoSeconds),
  } as const;
}
