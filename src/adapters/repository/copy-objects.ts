import { Fault } from '../../core/kernel/index.ts';
import type { BackupCopier, StanzaCopier } from '../../ports/backup-copies.ts';
import { forEachOf } from './budget.ts';
import { type RepositoryContext, retainUntil } from './context.ts';
import { manifestName, pieceKey } from './layout.ts';
import type { Lease } from './lease.ts';
import { type BackupFiles, listBackupFiles } from './manifests.ts';

type CopyOptions = Parameters<BackupCopier['copy']>[0];

const copyTogether = 8;

/** A copy under way. */
export interface Running {
  readonly from: RepositoryContext;
  readonly to: RepositoryContext;
  readonly options: CopyOptions;
  readonly lease: Lease;
  readonly physical: StanzaCopier;
  /** Names and sealed sizes at the target. */
  readonly there: Map<string, number>;
  readonly done: { pieces: number; bytes: number; proven: number };
}

/** Moves one object as it is; what arrived is looked at again by its size. */
export async function copyObject({ from, to, options }: Running, key: string, isLocked = true): Promise<number> {
  const body = await from.store.get(key, { signal: options.signal });
  const locked = isLocked ? await retainUntil(to) : undefined;
  await to.store.put(key, body, { retainUntil: locked, signal: options.signal });
  const arrived = await to.store.head(key);
  if (arrived?.bytes !== body.byteLength) {
    throw new Fault('CONTENT_ALTERED', `${key} did not arrive whole at ${to.store.place}.`, { details: { key } });
  }
  return body.byteLength;
}

/** Sends the pieces that the target lacks; a lock on those that it has is to last for this backup as well. */
export async function copyPieces(running: Running, names: readonly string[]): Promise<void> {
  const { from, to, there, done, options } = running;
  const missing = names.filter((name) => !there.has(name));
  const until = await retainUntil(to);
  if (until !== undefined) {
    const present = names.filter((name) => there.has(name));
    await forEachOf(present, copyTogether, (name) => to.store.prolong(pieceKey(name), until));
  }
  await forEachOf(missing, copyTogether, async (name) => {
    options.signal?.throwIfAborted();
    const bytes = await copyObject(running, pieceKey(name)).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'OBJECT_MISSING') throw error;
      throw new Fault('CONTENT_MISSING', `Piece ${name} is not in ${from.store.place}: the backup cannot be copied.`, {
        cause: error,
      });
    });
    there.set(name, bytes);
    done.pieces += 1;
    done.bytes += bytes;
    options.report?.({ bytes: done.bytes, detail: `${done.pieces} of ${missing.length} pieces` });
  });
}

/** Backups that have their manifest, oldest first. */
export async function finished(context: RepositoryContext, environment: string): Promise<readonly BackupFiles[]> {
  return (await listBackupFiles(context, environment)).filter(({ names }) => names.includes(manifestName));
}
