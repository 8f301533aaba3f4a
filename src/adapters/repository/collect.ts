import { Fault } from '../../core/kernel/index.ts';
import type { BackupRepository, CollectionReport } from '../../ports/backup-repository.ts';
import type { StoredObject } from '../../ports/object-store.ts';
import { forEachOf } from './budget.ts';
import type { RepositoryContext } from './context.ts';
import { beginOverDead } from './dead-holder.ts';
import { backupPrefix, backupsPrefix, collectingPrefix, manifestName, writingPrefix } from './layout.ts';
import { isHeld, type Lease, type LeaseContext, takeLease, tidyLeases } from './lease.ts';
import { listBackupFiles, readBackup, readPieceList } from './manifests.ts';
import { markedPieces, supersededMarks } from './marks.ts';

/** After so many deletions the collector looks again whether a backup began. */
const batchSize = 200;
const deleteTogether = 8;
/** No write takes so long: what is older belongs to a writer that was killed. */
const draftSeconds = 3_600;

/** Environments somebody writes a backup of, or wrote one of once. */
async function writingEnvironments(context: RepositoryContext): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const { key } of context.store.list(writingPrefix)) names.add(key.split('/')[1] ?? '');
  return [...names];
}

/** Whether a backup is being written anywhere in the repository. */
export async function isBeingWritten(context: RepositoryContext, leases: LeaseContext): Promise<boolean> {
  for (const environment of await writingEnvironments(context)) {
    if (await isHeld(leases, `${writingPrefix}${environment}/`)) return true;
  }
  return false;
}

/** Every piece that any backup needs, and the files that belong to none. Refuses where a manifest cannot be believed. */
async function mark(context: RepositoryContext): Promise<{ needed: Set<string>; leftovers: readonly string[] }> {
  const needed = new Set<string>();
  const leftovers: string[] = [];
  const oldest = context.clock.now().subtract({ seconds: context.graceSeconds });
  for (const files of await listBackupFiles(context)) {
    if (!files.names.includes(manifestName)) {
      const isOld = Temporal.Instant.compare(files.newestAt, oldest) < 0;
      const folder = backupPrefix(files.environment, files.id);
      if (isOld) leftovers.push(...files.names.map((name) => `${folder}${name}`));
      continue;
    }
    const backup = await readBackup(context, files);
    if ('reason' in backup) {
      throw new Fault(
        'MANIFEST_UNTRUSTED',
        `Nothing was deleted: ${files.environment} ${files.id} is ${backup.reason}, and its content may be needed. ${backup.detail}`,
        { details: { environment: files.environment, backup: files.id, reason: backup.reason } },
      );
    }
    for (const name of await readPieceList(context, backup)) needed.add(name);
    for (const name of await markedPieces(context, files)) needed.add(name);
    leftovers.push(...(await supersededMarks(context, files)));
  }
  return { needed, leftovers };
}

/** Deletes; answers whether an object lock held it. */
async function deleteUnlessLocked(context: RepositoryContext, key: string): Promise<'deleted' | 'locked'> {
  try {
    await context.deleting.delete(key);
    return 'deleted';
  } catch (error) {
    if (error instanceof Fault && error.code === 'OBJECT_LOCKED') return 'locked';
    throw error;
  }
}

interface Found {
  readonly unneeded: readonly StoredObject[];
  readonly leftovers: readonly string[];
  readonly kept: number;
}

async function find(context: RepositoryContext, pieces: Pick<BackupRepository, 'listPieces'>): Promise<Found> {
  // What is listed before the manifests are read can only be older than they are: a piece in neither is in no backup.
  const { needed, leftovers } = await mark(context);
  const oldest = context.clock.now().subtract({ seconds: context.graceSeconds });
  const unneeded: StoredObject[] = [];
  let kept = 0;
  for await (const { sha256, stored } of pieces.listPieces()) {
    if (!needed.has(sha256) && Temporal.Instant.compare(stored.modifiedAt, oldest) < 0) unneeded.push(stored);
    else kept += 1;
  }
  return { unneeded, leftovers, kept };
}

/** Marks and sweeps. The lease under `collecting/` and the claims under `writing/` keep collectors and writers apart. */
export async function collect(
  context: RepositoryContext,
  leases: LeaseContext,
  pieces: Pick<BackupRepository, 'listPieces'>,
  options: Parameters<BackupRepository['collect']>[0],
): Promise<CollectionReport> {
  if (options.dryRun) {
    const { unneeded, kept } = await find(context, pieces);
    const bytes = unneeded.reduce((sum, object) => sum + object.bytes, 0);
    return { pieces: unneeded.length, bytes, kept, locked: 0, isComplete: true };
  }
  const lease = await beginOverDead('a collection', (holder) => takeLease(leases, collectingPrefix, holder));
  try {
    return await sweep(context, leases, lease, pieces, options.signal);
  } finally {
    await lease.release();
  }
}

async function sweep(
  context: RepositoryContext,
  leases: LeaseContext,
  lease: Lease,
  pieces: Pick<BackupRepository, 'listPieces'>,
  signal: AbortSignal | undefined,
): Promise<CollectionReport> {
  // First the lease, then the look at the writers; a writer claims first and then looks at the lease: one sees the other.
  if (await isBeingWritten(context, leases)) return { pieces: 0, bytes: 0, kept: 0, locked: 0, isComplete: false };
  // A manifest that was withdrawn is gone for good before what it named is: else a power cut might bring it back without.
  await context.deleting.settle(backupsPrefix);
  const { unneeded, leftovers, kept } = await find(context, pieces);
  const done = { pieces: 0, bytes: 0, locked: 0 };
  for (let at = 0; at < unneeded.length; at += batchSize) {
    signal?.throwIfAborted();
    await lease.renew();
    if (at > 0 && (await isBeingWritten(context, leases))) {
      const remaining = unneeded.length - done.pieces - done.locked;
      return { ...done, kept: kept + remaining + done.locked, isComplete: false };
    }
    await forEachOf(unneeded.slice(at, at + batchSize), deleteTogether, async ({ key, bytes }) => {
      lease.demandFresh();
      if ((await deleteUnlessLocked(context, key)) === 'locked') done.locked += 1;
      else {
        done.pieces += 1;
        done.bytes += bytes;
      }
    });
  }
  await forEachOf(leftovers, deleteTogether, async (key) => void (await deleteUnlessLocked(context, key)));
  await context.deleting.sweep(context.clock.now().subtract({ seconds: Math.max(context.graceSeconds, draftSeconds) }));
  for (const environment of await writingEnvironments(context)) {
    await tidyLeases(leases, `${writingPrefix}${environment}/`);
  }
  return { ...done, kept: kept + done.locked, isComplete: true };
}
