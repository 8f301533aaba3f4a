import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import type { Extraction } from '../../ports/extraction.ts';
import { requireClusterTools, takeCluster } from './extracted-cluster.ts';
import { requireDumpName, requireFilestoreName } from './written.ts';

async function write(path: string, content: AsyncIterable<Uint8Array>): Promise<{ sha1: string; bytes: number }> {
  const hash = createHash('sha1');
  let bytes = 0;
  // Exclusive: neither an existing file nor a link is ever written through.
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha1: hash.digest('hex'), bytes };
}

/**
 * A new directory that gets a backup's files as they are: `filestore/` for Odoo, and `dump/` for `pg_restore` or `cluster/`
 * for PostgreSQL itself.
 */
export async function createExtraction(directory: string, method: 'logical' | 'physical'): Promise<Extraction> {
  if (method === 'physical') await requireClusterTools(directory);
  await mkdir(dirname(directory), { recursive: true });
  // PostgreSQL's user must pass through to the cluster; the files below are their owners' alone.
  await mkdir(directory, { mode: method === 'physical' ? 0o711 : 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already; name a directory that is not' : 'cannot be made';
    throw new Fault('SETTING_INVALID', `${directory} ${why}.`, { cause });
  });
  if (method === 'logical') await mkdir(join(directory, 'dump'));
  await mkdir(join(directory, 'filestore'), { mode: 0o700 });
  return {
    directory,
    writeDumpFile: async (path, content) => {
      requireDumpName(path);
      await write(join(directory, 'dump', path), content);
    },
    writeFile: async (name, content) => {
      requireFilestoreName(name);
      await mkdir(join(directory, 'filestore', dirname(name)), { recursive: true });
      return write(join(directory, 'filestore', name), content);
    },
    takeCluster: (fill) => takeCluster(join(directory, 'cluster'), fill),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
