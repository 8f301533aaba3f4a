import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hostUsers } from '../../core/compile/host/index.ts';
import { type Bytes, Fault } from '../../core/kernel/index.ts';
import type { FilestoreFile } from '../../ports/backup-source.ts';
import { setFree } from '../host/buffers.ts';
import { ownedDirectory } from '../host/cluster.ts';
import { systemUser } from '../host/command.ts';
import { explainedWrite } from './disturbance.ts';

const filestoreName = /^([0-9a-f]{2})\/\1[0-9a-f]{38}$/;
const dumpName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Throws RESTORE_FAILED for a name that Odoo would not have given: names come from the backup, and are paths here. */
export function requireFilestoreName(name: string): void {
  if (filestoreName.test(name)) return;
  throw new Fault(
    'RESTORE_FAILED',
    `The backup names a filestore object ${JSON.stringify(name)}, which is no name of Odoo's.`,
  );
}

/** Throws RESTORE_FAILED for a path that `pg_dump` would not have written. */
export function requireDumpName(path: string): void {
  if (dumpName.test(path)) return;
  throw new Fault(
    'RESTORE_FAILED',
    `The backup names a dump file ${JSON.stringify(path)}, which pg_dump does not write.`,
  );
}

/** Whom a file is given to; `undefined` leaves it with whoever writes it. */
type Owner = { readonly uid: number; readonly gid: number } | undefined;

/** Odoo's user, where we may give files away. Asked once for many files. */
export const odooOwner = async (): Promise<Owner> =>
  process.getuid?.() === 0 ? await systemUser(hostUsers.odoo) : undefined;

/**
 * Writes a new file that only Odoo's user reads, and hashes what it writes; the chunks are gone then. An existing file or
 * link is never opened.
 */
export async function writeOwned(
  path: string,
  content: AsyncIterable<Uint8Array>,
  owner: Owner,
): Promise<{ readonly sha1: string; readonly bytes: Bytes }> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const hash = createHash('sha1');
  let bytes = 0;
  try {
    const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      for await (const chunk of content) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        await file.writeFile(chunk);
        setFree(chunk);
      }
      if (owner !== undefined) await file.chown(owner.uid, owner.gid);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainedWrite(error, path);
  }
  return { sha1: hash.digest('hex'), bytes };
}

/** Writes filestore objects below a directory, making each shard's directory once. */
export function createFilestoreWriter(directory: string) {
  const owner = odooOwner();
  const shards = new Map<string, Promise<void>>();
  return async (name: string, content: AsyncIterable<Uint8Array>) => {
    requireFilestoreName(name);
    const shard = dirname(name);
    const made = shards.get(shard) ?? ownedDirectory(join(directory, shard), hostUsers.odoo);
    shards.set(shard, made);
    await made;
    return writeOwned(join(directory, name), content, await owner);
  };
}

/** The objects of a filestore. Odoo's own marks for its garbage collection are none. */
export async function* listFilestore(directory: string): AsyncIterable<FilestoreFile> {
  for (const shard of (await readdir(directory).catch(() => [])).sort()) {
    if (!/^[0-9a-f]{2}$/.test(shard) || !(await lstat(join(directory, shard))).isDirectory()) continue;
    for (const file of (await readdir(join(directory, shard))).sort()) {
      const found = await stat(join(directory, shard, file)).catch(() => undefined);
      if (found?.isFile() === true) yield { name: `${shard}/${file}`, bytes: found.size };
    }
  }
}

/** Makes an empty directory for Odoo's user. */
export async function emptyDirectory(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await ownedDirectory(path, hostUsers.odoo, 0o700);
}
