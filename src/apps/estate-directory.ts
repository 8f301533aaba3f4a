import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Fault } from '../core/kernel/index.ts';

// Which estate a command is about, so that nobody types the directory twice.

const remembered = (stateDirectory: string): string => join(stateDirectory, 'estate-directory');

/** `--estate`, as every command that reads an estate declares it. */
export const estateOption = [
  '--estate <directory>',
  'the estate (default: the one that `up` or `serve` last ran here, else the working directory)',
] as const;

/** Keeps the estate that this state directory runs. */
export async function rememberEstate(stateDirectory: string, directory: string): Promise<void> {
  await mkdir(stateDirectory, { recursive: true });
  await writeFile(remembered(stateDirectory), `${resolve(directory)}\n`);
}

/** The estate directory a command means: the one it was given, else the one that runs here, else the working directory. */
export async function estateDirectory(given: unknown, stateDirectory: string): Promise<string> {
  if (given !== undefined && typeof given !== 'string')
    throw new Fault('SETTING_INVALID', '--estate: give a directory');
  if (given !== undefined) return given;
  const known = (await readFile(remembered(stateDirectory), 'utf8').catch(() => '')).trim();
  const isThere =
    known !== '' &&
    (await stat(known)
      .then((found) => found.isDirectory())
      .catch(() => false));
  return isThere ? known : '.';
}
