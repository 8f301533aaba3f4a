import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RequestLog } from '../../ports/request-log.ts';
import { createFileRequestLog } from './file-request-log.ts';

interface Options {
  readonly file: string;
  /** Where the place in the log is kept. Controllers that share it take turns without reading a line twice. */
  readonly positionFile: string;
}

async function keep(positionFile: string, position: string): Promise<void> {
  await mkdir(dirname(positionFile), { recursive: true, mode: 0o700 });
  await writeFile(`${positionFile}.new`, position, { mode: 0o600 });
  await rename(`${positionFile}.new`, positionFile);
}

/**
 * Follows a log file and remembers on disk where it stands: what Odoo logs while no controller runs is read afterwards.
 * A place that cannot be kept costs just that, and never the look that is under way.
 */
export function createResumingRequestLog({ file, positionFile }: Options): RequestLog {
  let log: RequestLog | undefined;
  let kept: string | undefined;
  const resume = async (): Promise<RequestLog> => {
    const stored = await readFile(positionFile, 'utf8').catch(() => undefined);
    // Nobody but us has read on: the open file is kept, for a rotated one is read to its end through it.
    if (log !== undefined && (stored === undefined || stored === kept)) return log;
    await log?.close();
    kept = stored;
    log = createFileRequestLog({ file, position: stored });
    return log;
  };
  return {
    readNew: async () => {
      const current = await resume();
      const chunk = await current.readNew();
      const { position } = current;
      if (position !== undefined && position !== kept) {
        await keep(positionFile, position).then(
          () => {
            kept = position;
          },
          () => {},
        );
      }
      return chunk;
    },
    get position() {
      return log?.position ?? kept;
    },
    close: async () => {
      await log?.close();
    },
  };
}
