import { Fault } from '../../core/kernel/index.ts';
import { type BackupManifest, dumpProblem, type StoredFile } from '../../core/recovery/index.ts';
import type { SnapshotFacts, SourceSnapshot } from '../../ports/backup-source.ts';
import type { SpoolDirectory } from '../../ports/spool.ts';
import { eachAtOnce } from './each-at-once.ts';
import type { BackUpDeps, BackUpRequest, Meter } from './parts.ts';
import { storeContent, storedFile } from './store-content.ts';

interface DumpWork extends BackUpDeps {
  readonly request: BackUpRequest;
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** Files stored at the same time; each holds at most one piece in memory. */
const filesAtOnce = 8;
const spareBytes = 64 * 1024 * 1024;
/** Growth since the last dump that is not refused beforehand. */
const growth = 1.25;

const dumpBytes = (manifest: BackupManifest | undefined): number | undefined =>
  manifest?.database.method === 'logical'
    ? manifest.database.files.reduce((sum, { bytes }) => sum + bytes, 0)
    : undefined;

/** Looks into the dump before anything is said to be one. */
async function inspect(work: DumpWork, spool: SpoolDirectory, facts: SnapshotFacts) {
  const files = await spool.list();
  const tables = await work.inspector.tables(spool.path, { signal: work.signal }).catch((cause: unknown) => {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault('BACKUP_FAILED', `The dump cannot be read back: ${cause.message}`, { cause });
  });
  const problem = dumpProblem({ tables, files }, facts.rowCounts);
  if (problem !== undefined) throw new Fault('BACKUP_FAILED', problem);
  return { files, tables: tables.length };
}

/** Dumps the database on the snapshot into the spool, looks into it, and puts it into the repository. */
export async function storeDump(
  work: DumpWork,
  snapshot: SourceSnapshot,
  facts: SnapshotFacts,
  previous: BackupManifest | undefined,
): Promise<{ readonly files: readonly StoredFile[]; readonly tables: number; readonly addedBytes: number }> {
  const { spool, source, meter, request, signal } = work;
  const before = dumpBytes(previous);
  const neededBytes = before === undefined ? facts.source.databaseBytes : before * growth + spareBytes;
  const directory = await spool.open({ neededBytes });
  try {
    meter.enter('dump', before ?? null);
    await source.dump(snapshot, {
      directory: directory.path,
      jobs: request.jobs,
      report: (bytes) => meter.set(bytes, before === undefined ? null : Math.max(before, bytes)),
      signal,
    });
    const { files, tables } = await inspect(work, directory, facts);
    meter.enter(
      'store',
      files.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    const stored = new Map<string, StoredFile>();
    let addedBytes = 0;
    await eachAtOnce(files, filesAtOnce, async ({ path }) => {
      const read = directory.read(path);
      const content = await storeContent(work.repository, read, { signal, onBytes: meter.add, isGivenAway: true });
      addedBytes += content.addedBytes;
      stored.set(path, storedFile(path, content));
    });
    return { files: files.flatMap(({ path }) => stored.get(path) ?? []), tables, addedBytes };
  } finally {
    await directory.remove();
  }
}
