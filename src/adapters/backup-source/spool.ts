import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault, formatBytes } from '../../core/kernel/index.ts';
import type { Spool, SpoolDirectory } from '../../ports/spool.ts';
import { type HeldLock, tryLock } from '../host/lock.ts';
import { contentOf } from './file-content.ts';

const ours = /^spool-[0-9a-f]{16}$/;

async function filesBelow(root: string): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sized = await Promise.all(
    files.map(async (file) => ({ path: relative(root, file), bytes: (await stat(file)).size })),
  );
  return sized.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A full disk in words that help; anything else as it is. */
export function translateDiskError(error: unknown, place: string): unknown {
  const isFull = error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code));
  return isFull ? new Fault('DISK_FULL', `${place} is full.`, { cause: error }) : error;
}

async function* chunksOf(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path);
  try {
    yield* contentOf(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

function openDirectory(path: string, held: HeldLock): SpoolDirectory {
  return {
    path,
    list: () => filesBelow(path),
    read: (name) => chunksOf(join(path, name)),
    write: async (name, content) => {
      const target = join(path, name);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(content), createWriteStream(target, { mode: 0o600 })).catch((error: unknown) => {
        throw translateDiskError(error, path);
      });
    },
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      await held.release();
    },
  };
}

/**
 * Spool directories inside one directory of ours. Each is held by a lock that ends with its maker, also by kill -9, so
 * what a dead maker left is known and swept by the next.
 */
export function createSpool(root: string): Spool {
  const sweep = async (): Promise<number> => {
    let swept = 0;
    for (const name of await readdir(root).catch(() => [])) {
      if (!ours.test(name)) continue;
      const held = await tryLock(join(root, name));
      if (held === undefined) continue;
      await rm(join(root, name), { recursive: true, force: true });
      await held.release();
      swept += 1;
    }
    return swept;
  };
  return {
    sweep,
    open: async ({ neededBytes }) => {
      await mkdir(root, { recursive: true, mode: 0o700 });
      await sweep();
      const { bavail, bsize } = await statfs(root);
      const freeBytes = bavail * bsize;
      if (freeBytes < neededBytes) {
        const message = `${root} has ${formatBytes(freeBytes)} free, and the dump may need ${formatBytes(neededBytes)}.`;
        throw new Fault('DISK_FULL', message, { details: { directory: root, freeBytes, neededBytes } });
      }
      const path = join(root, `spool-${randomBytes(8).toString('hex')}`);
      const held = await tryLock(path);
      if (held === undefined) throw new Fault('DEFECT', `${path} was drawn twice.`);
      // Made under its lock: a sweeper never sees it without one.
      await mkdir(path, { mode: 0o700 });
      return openDirectory(path, held);
    },
  };
}
