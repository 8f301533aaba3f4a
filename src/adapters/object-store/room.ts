import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bytes } from '../../core/kernel/index.ts';
import { isMissing } from './file-errors.ts';

/** What an ordinary user may still write where a directory lies, or will lie once it is made. */
export async function roomAt(directory: string): Promise<Bytes | undefined> {
  for (let at = directory; ; at = dirname(at)) {
    const facts = await statfs(at).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (facts !== undefined) return facts.bavail * facts.bsize;
    if (dirname(at) === at) return undefined;
  }
}
