import { readFile, stat } from 'node:fs/promises';
import type { EstateFile } from '../core/estate/index.ts';
import { Fault, formatBytes } from '../core/kernel/index.ts';

const longestFileBytes = 256 * 1024 * 1024;

/** Reads a file that an option names. Throws SETTING_INVALID with the option's name where it cannot be read. */
export async function readNamedFile(option: string, file: string): Promise<EstateFile> {
  const read = async (): Promise<string> => {
    const { size } = await stat(file);
    if (size > longestFileBytes) {
      const most = formatBytes(longestFileBytes);
      throw new Fault('SETTING_INVALID', `${option} ${file}: larger than ${most}; cut the recording into parts`);
    }
    return readFile(file, 'utf8');
  };
  const text = await read().catch((error: NodeJS.ErrnoException) => {
    if (error instanceof Fault) throw error;
    throw new Fault('SETTING_INVALID', `${option} ${file}: it cannot be read (${error.code ?? 'unknown'})`, {
      cause: error,
    });
  });
  return { path: file, text };
}
