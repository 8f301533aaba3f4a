import { join } from 'node:path';
import {
  type BackupManifest,
  isPhysical,
  type PhysicalManifest,
  type RestoredFile,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { filesFor, type InstantFiles } from './choose-files.ts';
import type { RecoveryOptions } from './dependencies.ts';
import { openArchiveOf } from './open-archive.ts';
import { fetchDump, restoreFilestore } from './read-content.ts';

/** What bringing a backup into a place needs. */
export interface FillDependencies {
  readonly repository: BackupRepository;
  /** `undefined` where pgBackRest is not to be had: then only dumps come back. */
  readonly openArchive?: OpenArchive | undefined;
  /** How many parts of a dump are restored at once. */
  readonly jobs: number;
}

/** Options of a restore to an instant. */
export interface FillOptions extends RecoveryOptions {
  /** Only for a physical backup; the instant of its files where it is not given. */
  readonly at?: Temporal.Instant | undefined;
}

async function restoreCluster(
  deps: FillDependencies,
  manifest: PhysicalManifest,
  place: RestorePlace,
  { at = manifest.consistentAt, signal, report }: FillOptions,
): Promise<void> {
  const { database, source } = manifest;
  const archive = await openArchiveOf(deps, manifest, { directory: join(place.directory, 'archive'), signal });
  const totalBytes = source.databaseBytes;
  const isOwnInstant = Temporal.Instant.compare(at, manifest.consistentAt) <= 0;
  try {
    await place.restoreCluster({
      fill: (dataDirectory) =>
        archive.fill(
          { label: database.label, at, timeline: isOwnInstant ? database.timeline : undefined, dataDirectory },
          {
            report: ({ ratio, detail }) =>
              report({ phase: 'fetch', detail, doneBytes: Math.round(ratio * totalBytes), totalBytes }),
            signal,
          },
        ),
      database: source.database,
      report: ({ bytes, detail }) =>
        report({ phase: 'restore-database', detail, doneBytes: bytes, totalBytes: undefined }),
      signal,
    });
  } finally {
    await archive.close();
  }
}

/** Restores the database of a backup whose dump, if it is one, was fetched. Throws RESTORE_FAILED in the tools' own words. */
export async function restoreDatabaseFrom(
  deps: FillDependencies,
  manifest: BackupManifest,
  place: RestorePlace,
  options: FillOptions,
): Promise<void> {
  if (isPhysical(manifest)) return restoreCluster(deps, manifest, place, options);
  const { signal, report } = options;
  const tell = ({ bytes, detail }: { readonly bytes: number; readonly detail: string }): void =>
    report({ phase: 'restore-database', detail, doneBytes: bytes, totalBytes: undefined });
  return place.restoreDatabase({ jobs: deps.jobs, report: tell, signal });
}

/** A place that a backup was brought into. */
export interface FilledPlace extends InstantFiles {
  /** Every file with what is in it, or why it could not be read. */
  readonly restored: readonly RestoredFile[];
}

/**
 * Brings a backup into a place, database and files: a dump, or a cluster recovered to an instant, with the files of that
 * instant. Nothing is neutralised yet, and nothing runs but PostgreSQL.
 */
export async function fillPlaceFrom(
  deps: FillDependencies,
  manifest: BackupManifest,
  place: RestorePlace,
  options: FillOptions,
): Promise<FilledPlace> {
  const files = await filesFor(deps.repository, manifest, options.at);
  await fetchDump(deps.repository, manifest, place, options);
  await restoreDatabaseFrom(deps, manifest, place, options);
  const restored = await restoreFilestore(deps.repository, files.sets, place, options);
  return { ...files, restored };
}
