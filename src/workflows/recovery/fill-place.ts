import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  isPhysical,
  judgeArchive,
  type PhysicalManifest,
  type RestoredFile,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { FillTarget, OpenArchive, PhysicalArchive } from '../../ports/physical-backup.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { filesFor, type InstantFiles } from './choose-files.ts';
import type { RecoveryOptions } from './dependencies.ts';
import { openArchiveOf } from './open-archive.ts';
import { fetchDump, restoreFilestore } from './read-content.ts';

const mostNamed = 3;

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
  /** The history that a later instant lies in, where that is known. */
  readonly timeline?: number | undefined;
  /** To the end of the archived log instead, wherever that is. */
  readonly toTheEnd?: boolean | undefined;
}

/**
 * PostgreSQL says that the log ended, and not why. Which segment or which backup is lost or damaged is asked of the archive:
 * a listing first, and only where that is whole everything is read.
 */
export async function explainArchive(
  archive: PhysicalArchive,
  { database }: PhysicalManifest,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof Fault) || error.code !== 'RESTORE_FAILED') return error;
  const labels = (await archive.list()).map(({ label }) => label);
  const listed = { labels, segments: await archive.segments(), damaged: [] };
  const missing = judgeArchive(database, listed);
  const found = missing.length > 0 ? missing : judgeArchive(database, { ...listed, damaged: await archive.verify() });
  if (found.length === 0) return error;
  const words = found
    .slice(0, mostNamed)
    .map(({ what, name, state, detail }) => `${what} ${name} is ${state} (${detail})`);
  return new Fault('RESTORE_FAILED', `${error.message}. ${words.join('; ')}`, { cause: error });
}

/** What pgBackRest is asked for, so that the cluster recovers to an instant, or to the end of its log. */
export function fillTargetOf(
  manifest: PhysicalManifest,
  { at = manifest.consistentAt, toTheEnd = false, timeline }: Pick<FillOptions, 'at' | 'toTheEnd' | 'timeline'>,
): Omit<FillTarget, 'dataDirectory'> {
  const { label, timeline: own } = manifest.database;
  const isOwnInstant = !toTheEnd && Temporal.Instant.compare(at, manifest.consistentAt) <= 0;
  return { label, at: toTheEnd ? undefined : at, timeline: timeline ?? (isOwnInstant ? own : undefined) };
}

async function restoreCluster(
  deps: FillDependencies,
  manifest: PhysicalManifest,
  place: RestorePlace,
  { signal, report, ...instant }: FillOptions,
): Promise<void> {
  const { source } = manifest;
  const archive = await openArchiveOf(deps, manifest, { directory: `${place.directory}/archive`, signal });
  const totalBytes = source.databaseBytes;
  try {
    await place.restoreCluster({
      fill: (dataDirectory) =>
        archive.fill(
          { ...fillTargetOf(manifest, instant), dataDirectory },
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
  } catch (error) {
    signal?.throwIfAborted();
    throw await explainArchive(archive, manifest, error);
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
  // As large as the source was, at the most: what was bloated there is not restored.
  const { databaseBytes } = manifest.source;
  const tell = ({ bytes, detail }: { readonly bytes: number; readonly detail: string }): void =>
    report({ phase: 'restore-database', detail, doneBytes: bytes, totalBytes: Math.max(bytes, databaseBytes) });
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
  const { at, timeline } = files;
  await restoreDatabaseFrom(deps, manifest, place, { ...options, at, timeline });
  const restored = await restoreFilestore(deps.repository, files.sets, place, options);
  return { ...files, restored };
}
