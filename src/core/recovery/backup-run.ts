import type { Bytes, Seconds } from '../kernel/index.ts';
import { runsWith } from './addons.ts';
import type { BackupKind, BackupManifest, BackupMethod, Coverage } from './manifest.ts';

/** What a backup, or the check of one, is doing. */
export const backupPhases = ['filestore', 'cluster', 'snapshot', 'dump', 'store', 'log', 'publish', 'verify'] as const;
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
  /** What it can be restored to; not known of backups recorded before this was kept. */
  readonly restores?: RestoreFacts | undefined;
}

/** What a restore from a backup would bring back, kept with its record so that nobody need open the repository to see it. */
export interface RestoreFacts {
  /** Nothing committed after it is in the backup. */
  readonly consistentAt: Temporal.Instant;
  readonly lastBusinessRowAt: Temporal.Instant | null;
  /** As the source said the database is. */
  readonly sourceBytes: Bytes;
  readonly odooVersion: string;
  /** Keys that can open it. */
  readonly keys: number;
  readonly coverage: readonly Coverage[];
  /** What it ran with, by name and version; not known of backups recorded before this was kept. */
  readonly software?: readonly { readonly name: string; readonly version: string }[] | undefined;
}

/** What a published manifest says about restoring it. */
export function restoreFactsOf(manifest: BackupManifest): RestoreFacts {
  const { source, odoo } = manifest;
  return {
    consistentAt: manifest.consistentAt,
    lastBusinessRowAt: manifest.lastBusinessRowAt,
    sourceBytes: source.databaseBytes,
    odooVersion: odoo.version,
    keys: manifest.sealedTo.length,
    coverage: manifest.coverage,
    software: runsWith(manifest),
  };
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
  /** A dump is always full. */
  readonly kind: BackupKind;
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'withdrawn';
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant | null;
  /** Why it failed, was cancelled or was withdrawn. */
  readonly reason: string | null;
  /** While it runs. */
  readonly progress: BackupProgress | null;
  readonly figures: BackupFigures | null;
  /** The last sign of life of a running one. */
  readonly seenAt: Temporal.Instant;
  /** Of a physical one: up to when its log is archived with the files of that instant, by the last mark. */
  readonly reachesUntil?: Temporal.Instant | undefined;
}

/** The id of a backup: sorts by time and says what it is, `20261121T084512Z-logical-9f3a1c`. */
export function backupId(startedAt: Temporal.Instant, method: BackupMethod, suffix: string): string {
  const at = startedAt.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
  return `${at}-${method}-${suffix}`;
}
