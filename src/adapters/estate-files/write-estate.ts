import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EstateFile } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';

/** Writes a new estate into a directory. Throws ESTATE_EXISTS, before anything is written, where one is there already. */
export async function writeNewEstate(directory: string, files: readonly EstateFile[]): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    const present = await readdir(directory);
    const inTheWay = present.filter((name) => /\.ya?ml$/i.test(name) || files.some(({ path }) => path === name));
    if (inTheWay.length > 0) throw new Fault('ESTATE_EXISTS', `${directory} holds ${inTheWay.slice(0, 5).join(', ')}`);
    // `wx` refuses a file that appeared in the meantime.
    for (const { path, text } of files) await writeFile(join(directory, path), text, { flag: 'wx' });
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('ESTATE_UNREADABLE', `${directory}: ${(cause as Error).message}`, { cause });
  }
}
