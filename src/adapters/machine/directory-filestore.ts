import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import type { FilestoreReader } from '../../ports/filestore-reader.ts';

/** One of the 256 directories of a filestore, as it was when it was walked. */
interface Shard {
  readonly changedAt: bigint;
  readonly walkedAtMilliseconds: number;
  readonly bytes: number;
  readonly fileCount: number;
}

const shardName = /^[0-9a-f]{2}$/;
/** A directory's time may not move for two changes within its resolution: one walked this soon after is walked again. */
const settleMilliseconds = 2_000;

async function walk(path: string): Promise<Pick<Shard, 'bytes' | 'fileCount'>> {
  let bytes = 0;
  let fileCount = 0;
  for (const name of await readdir(path)) {
    // A file that is collected while we walk is simply not there any more.
    const file = await stat(join(path, name)).catch(() => undefined);
    if (file?.isFile() !== true) continue;
    bytes += file.size;
    fileCount += 1;
  }
  return { bytes, fileCount };
}

function isCurrent(known: Shard | undefined, changedAt: bigint): boolean {
  return (
    known !== undefined &&
    known.changedAt === changedAt &&
    known.walkedAtMilliseconds - Number(changedAt / 1_000_000n) > settleMilliseconds
  );
}

/**
 * Measures an Odoo filestore. Files are named by their content and never change, so a directory whose own time has not
 * moved holds what it held: after the first walk only directories that changed are walked again.
 */
export function createDirectoryFilestore(directory: string): FilestoreReader {
  const shards = new Map<string, Shard>();
  const refresh = async (name: string): Promise<void> => {
    const path = join(directory, name);
    const { mtimeNs } = await stat(path, { bigint: true });
    if (isCurrent(shards.get(name), mtimeNs)) return;
    const walkedAtMilliseconds = Temporal.Now.instant().epochMilliseconds;
    shards.set(name, { changedAt: mtimeNs, walkedAtMilliseconds, ...(await walk(path)) });
  };
  return {
    measure: async ({ budgetSeconds, signal }) => {
      const deadline = performance.now() + budgetSeconds * 1_000;
      let isComplete = true;
      try {
        const names = (await readdir(directory)).filter((name) => shardName.test(name));
        for (const gone of [...shards.keys()].filter((name) => !names.includes(name))) shards.delete(gone);
        // Unseen ones first, so that a first walk in small steps comes to its end.
        const ordered = [...names.filter((name) => !shards.has(name)), ...names.filter((name) => shards.has(name))];
        for (const name of ordered) {
          signal?.throwIfAborted();
          if (performance.now() > deadline) break;
          await refresh(name);
        }
        isComplete = names.every((name) => shards.has(name));
      } catch (error) {
        signal?.throwIfAborted();
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        throw new Fault('SOURCE_UNREADABLE', `The filestore ${directory} cannot be read (${code}).`, { cause: error });
      }
      const all = [...shards.values()];
      return {
        bytes: all.reduce((sum, shard) => sum + shard.bytes, 0),
        fileCount: all.reduce((sum, shard) => sum + shard.fileCount, 0),
        isComplete,
      };
    },
  };
}
