import type { Environment } from '../../estate/index.ts';
import type { BackupRun } from '../backup-run.ts';
import type { DrillReport } from '../drill.ts';
import { conclusiveDrills, evidenceExpiresAt } from '../plan/drill-plan.ts';

/** How an environment stands with its recovery, from best to worst; each is a sentence of its own in every surface. */
export const recoveryStates = [
  'verified',
  'expired',
  'unproven',
  'not-recoverable',
  'no-backup',
  'no-repository',
] as const;
export type RecoveryState = (typeof recoveryStates)[number];

/** The recovery of one environment in a few facts. */
export interface Standing {
  readonly state: RecoveryState;
  readonly lastBackup: BackupRun | undefined;
  /** The last drill that says something. */
  readonly lastDrill: DrillReport | undefined;
  /** The last one that brought a serving Odoo back. */
  readonly lastVerified: DrillReport | undefined;
  /** When the proof of the last drill stops counting; `undefined` where it proves nothing. */
  readonly proofExpiresAt: Temporal.Instant | undefined;
}

export interface StandingInput {
  readonly environment: Environment;
  readonly now: Temporal.Instant;
  /** The newest backup that succeeded. */
  readonly lastBackup: BackupRun | undefined;
  /** Of this environment, in any order. */
  readonly drills: readonly DrillReport[];
}

/** A backup alone is `unproven`; only a drill that came back and has not expired is `verified` (RST-03). */
export function standingOf({ environment, now, lastBackup, drills }: StandingInput): Standing {
  const conclusive = conclusiveDrills(drills, now);
  const lastDrill = conclusive.at(-1);
  const lastVerified = conclusive.findLast(({ verdict }) => verdict === 'verified');
  const expires =
    lastDrill?.verdict === 'verified'
      ? evidenceExpiresAt(lastDrill, environment.tier.recovery.drillEverySeconds)
      : undefined;
  const state = stateOf(environment, now, { lastBackup, lastDrill, expires });
  return { state, lastBackup, lastDrill, lastVerified, proofExpiresAt: expires };
}

function stateOf(
  environment: Environment,
  now: Temporal.Instant,
  known: {
    readonly lastBackup: BackupRun | undefined;
    readonly lastDrill: DrillReport | undefined;
    readonly expires: Temporal.Instant | undefined;
  },
): RecoveryState {
  const { lastBackup, lastDrill, expires } = known;
  if (lastBackup === undefined && lastDrill === undefined)
    return environment.backup.repository === undefined ? 'no-repository' : 'no-backup';
  if (lastDrill === undefined) return 'unproven';
  if (expires === undefined) return 'not-recoverable';
  return Temporal.Instant.compare(now, expires) < 0 ? 'verified' : 'expired';
}
