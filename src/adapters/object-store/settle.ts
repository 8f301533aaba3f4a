import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './file-errors.ts';

/** How many directories are written through together: they wait for the same disk. */
const syncTogether = 32;

/** Writes a directory's names through to the disk. One that is gone has none. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

/** A folder and all below it, as keys that end in `/`; the root is the empty one. */
async function foldersBelow(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const deeper = await Promise.all(below.map(({ name }) => foldersBelow(root, `${folder}${name}/`)));
  return [folder, ...deeper.flat()];
}

/**
 * Writes the names under a prefix through, and those on the way to it: of every directory there is, for a writer that was
 * killed may have left some of them unwritten.
 */
export async function settleBelow(
  root: string,
  prefix: string,
  sync: (directory: string) => Promise<void>,
): Promise<void> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const parts = folder.split('/').slice(0, -1);
  const onTheWay = parts.map((_, depth) =>
    parts
      .slice(0, depth)
      .map((part) => `${part}/`)
      .join(''),
  );
  const folders = [...onTheWay, ...(await foldersBelow(root, folder))];
  for (let at = 0; at < folders.length; at += syncTogether) {
    await Promise.all(folders.slice(at, at + syncTogether).map((each) => sync(join(root, each))));
  }
}
