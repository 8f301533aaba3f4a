import type { Bytes } from '../kernel/index.ts';
import type { BackupRun } from './backup-run.ts';
import type { BackupKind, BackupManifest, BackupMethod, Coverage } from './manifest.ts';

/** One backup that was begun and has ended, as planning and judging look at it. */
export interface BackupAttempt {
  readonly id: string;
  readonly method: BackupMethod;
  readonly kind: BackupKind;
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  /** `good`: its manifest is published, and nothing found since says otherwise. `cancelled`: as somebody wished. */
  readonly outcome: 'good' | 'failed' | 'cancelled';
  /** Why it failed, in the words of what failed; or who cancelled it. */
  readonly detail: string;
  /** What it holds; `undefined` for one that failed. */
  readonly content: BackupContent | undefined;
}

/** What a finished backup holds, in figures. */
export interface BackupContent {
  /** Nothing committed after it is in the backup. */
  readonly databaseAt: Temporal.Instant;
  /** The instant the filestore is true for: the same, for a pair that is consistent. */
  readonly filestoreAt: Temporal.Instant;
  /** As stored: of a dump the files, of a physical backup the database. */
  readonly databaseBytes: Bytes;
  /** As the source said it is. */
  readonly sourceBytes: Bytes;
  readonly databaseFiles: number;
  readonly filestoreFiles: number;
  readonly filestoreBytes: Bytes;
  readonly missingFiles: number;
  readonly rows: number;
  readonly addedBytes: Bytes;
  readonly coverage: readonly Coverage[];
  /** Names of the integrations that it lists; `undefined` for one that was taken before they were listed. */
  readonly integrations?: readonly string[] | undefined;
}

/** A published manifest as an attempt that was good. */
export function attemptOf(manifest: BackupManifest): BackupAttempt {
  const { database, filestore, source } = manifest;
  const isLogical = database.method === 'logical';
  return {
    id: manifest.id,
    method: database.method,
    kind: isLogical ? 'full' : database.kind,
    startedAt: manifest.startedAt,
    finishedAt: manifest.finishedAt,
    outcome: 'good',
    detail: '',
    content: {
      databaseAt: manifest.consistentAt,
      filestoreAt: manifest.consistentAt,
      databaseBytes: isLogical ? sum(database.files.map(({ bytes }) => bytes)) : source.databaseBytes,
      sourceBytes: source.databaseBytes,
      databaseFiles: isLogical ? database.files.length : Number.POSITIVE_INFINITY,
      filestoreFiles: filestore.files,
      filestoreBytes: filestore.bytes,
      missingFiles: filestore.missing.length,
      rows: sum(manifest.rowCounts.map(({ rows }) => rows)),
      addedBytes: manifest.addedBytes,
      coverage: manifest.coverage,
      integrations: manifest.integrations?.map(({ name }) => name),
    },
  };
}

const outcomes = { succeeded: 'good', failed: 'failed', cancelled: 'cancelled' } as const;

/** Recorded runs as attempts: those that have ended and were not withdrawn. */
export function attemptsOfRuns(runs: readonly BackupRun[]): readonly BackupAttempt[] {
  return runs.flatMap(({ id, method, kind, startedAt, finishedAt, state, reason }) => {
    if (finishedAt === null || state === 'withdrawn' || state === 'running') return [];
    const outcome = outcomes[state];
    return [{ id, method, kind, startedAt, finishedAt, outcome, detail: reason ?? '', content: undefined }];
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The good ones, oldest first. */
export function goodAttempts(history: readonly BackupAttempt[]): readonly BackupAttempt[] {
  return history
    .filter(({ outcome }) => outcome === 'good')
    .toSorted((a, b) => Temporal.Instant.compare(a.startedAt, b.startedAt));
}
