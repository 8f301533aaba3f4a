import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runCommand } from './command.ts';

/** Makes the entries of a directory survive a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file of ours such that after a crash it is the old or the new one, whole. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}

/** The file's content; `undefined` where it is not there. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Moves within a disk by renaming, and between disks by a copy that gets its name when it is whole. */
export async function moveTo(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const copying = `${to}.copying`;
    await rm(copying, { recursive: true, force: true });
    await runCommand({ command: ['cp', '--archive', '--', from, copying], timeoutSeconds: 6 * 3_600 });
    await rename(copying, to);
    await rm(from, { recursive: true, force: true });
  }
}

/** Writes through everything of the disk that holds the path: the cluster was filled without any `fsync`. */
export async function syncDisk(path: string): Promise<void> {
  await runCommand({ command: ['sync', '--file-system', path], timeoutSeconds: 3_600 });
}
