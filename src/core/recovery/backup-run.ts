import type { Bytes, Seconds } from '../kernel/index.ts';
import type { BackupMethod } from './manifest.ts';

/** What a backup, or the check of one, is doing. */
export const backupPhases = ['filestore', 'snapshot', 'dump', 'store', 'publish', 'verify'] as const;
export type BackupPhase = (typeof backupPhases)[number];

/** How far a backup is. `totalBytes` is `null` where nobody can know yet. */
export interface BackupProgress {
  readonly phase: BackupPhase;
  readonly doneBytes: Bytes;
  readonly totalBytes: Bytes | null;
  readonly bytesPerSecond: number;
  readonly secondsLeft: Seconds | null;
}

/** What a backup came to. */
export interface BackupFigures {
  readonly databaseBytes: Bytes;
  readonly filestoreFiles: number;
  readonly filestoreBytes: Bytes;
  /** Files that were lost at the source before the backup. */
  readonly missingFiles: number;
  readonly addedBytes: Bytes;
}

/**
 * One attempt at a backup, as Plimsoll records it. `withdrawn`: it had succeeded, and retention or a person took it off the
 * list. What can be restored is what the repository lists; this is what happened.
 */
export interface BackupRun {
  /** The id of the backup it makes. */
  readonly id: string;
  readonly environment: string;
  readonly repository: string;
  readonly method: BackupMethod;
  readonly state: 'running' | 'succeeded' | 'failed' | 'withdrawn';
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
  /** Why it failed or was withdrawn. */
  readonly reason: string | null;
  /** While it runs. */
  readonly progress: BackupProgress | null;
  readonly figures: BackupFigures | null;
  /** The last sign of life of a running one. */
  readonly seenAt: Temporal.Instant;
}

/** The id of a backup: sorts by time and says what it is, `20261121T084512Z-logical-9f3a1c`. */
export function backupId(startedAt: Temporal.Instant, method: BackupMethod, suffix: string): string {
  const at = startedAt.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  return `${at}-${method}-${suffix}`;
}
