import type { Environment, Estate, Repository } from '../../estate/index.ts';
import type { Seconds } from '../../kernel/index.ts';
import type { BackupAttempt } from '../attempt.ts';
import type { DrillReport } from '../drill.ts';
import type { RecoveryKeyCheck } from '../key-check.ts';
import type { BackupPlan } from '../plan/backup-plan.ts';
import type { VerifyProblem } from '../verification.ts';
import type { WalGap } from '../wal.ts';

/** What PostgreSQL and the repository say about archived WAL. */
export interface WalState {
  readonly isArchiving: boolean;
  readonly lastArchivedAt: Temporal.Instant | undefined;
  /** `undefined` where none ever failed. */
  readonly lastFailedAt: Temporal.Instant | undefined;
  readonly failedCount: number;
  /** Segments that wait to be archived. */
  readonly waitingSegments: number;
  readonly gaps: readonly WalGap[];
  /** The last segment that can be reached from the newest backup. */
  readonly reaches: string | undefined;
}

/** Whether the last attempt to archive a segment failed. */
export function isFailing({ lastArchivedAt, lastFailedAt }: WalState): boolean {
  if (lastFailedAt === undefined) return false;
  return lastArchivedAt === undefined || Temporal.Instant.compare(lastFailedAt, lastArchivedAt) > 0;
}

/** What a bucket does by itself. `undefined` is unknown: it may not be asked, or does not say. */
export interface BucketFacts {
  readonly isVersioned: boolean | undefined;
  /** The shortest time after which a rule of its own deletes what lies there; `undefined` where none does. */
  readonly expiresAfterDays: number | undefined;
}

/** A repository as it was last looked at. */
export interface RepositoryState {
  readonly repository: Repository;
  /** `undefined` where it was reached. */
  readonly unreachable: string | undefined;
  /** Of a bucket only. */
  readonly bucket?: BucketFacts | undefined;
  /** Good backups of this environment that it holds. */
  readonly backups: readonly string[];
  /** What lies there and is no backup: unsigned, altered, unreadable. */
  readonly bad: readonly { readonly id: string; readonly reason: string; readonly detail: string }[];
}

/** Content that a check found missing or altered. */
export interface ContentFault {
  readonly backup: string;
  readonly repository: string;
  readonly what: string;
  readonly state: VerifyProblem['state'];
}

/** Everything that is known about the recovery of one environment. */
export interface RecoveryView {
  readonly estate: Estate;
  readonly environment: Environment;
  readonly now: Temporal.Instant;
  readonly plan: BackupPlan;
  readonly history: readonly BackupAttempt[];
  /** When the last restore in place ended; `undefined` where there was none, or nobody knows. */
  readonly restoredAt?: Temporal.Instant | undefined;
  readonly drills: readonly DrillReport[];
  /** `undefined` where nobody could ask. */
  readonly wal: WalState | undefined;
  readonly repositories: readonly RepositoryState[];
  readonly contentFaults: readonly ContentFault[];
  /** The last check with the recovery key of its repository; `null`: nobody has made one, `undefined`: nobody looked. */
  readonly keyCheck?: RecoveryKeyCheck | null | undefined;
  /** Backups that had succeeded and that the repository does not have any more, although nobody withdrew them. */
  readonly gone: readonly string[];
  /** Backups that are listed, and that pgBackRest's own repository does not have any more: their manifests bring nothing back. */
  readonly hollow: readonly string[];
}

/** How much later than planned is late: a tenth of the interval, at least a quarter of an hour. */
export function graceSeconds(everySeconds: Seconds): Seconds {
  return Math.max(900, everySeconds / 10);
}
