import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { sha1OfName } from '../../core/recovery/index.ts';
import type { BackupSource, FilestoreFile } from '../../ports/backup-source.ts';
import { contentOf } from './file-content.ts';

const shardName = /^[0-9a-f]{2}$/;
/** Sizes asked for at once: enough to keep a disk busy, far below any limit of open files. */
const asksAtOnce = 32;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** The names in one of the 256 directories. Only regular files under Odoo's own form of a name; never through a link. */
async function namesOf(directory: string, shard: string): Promise<readonly string[]> {
  const entries = await readdir(join(directory, shard), { withFileTypes: true }).catch((error: unknown) => {
    // Odoo never removes a shard, but somebody may.
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${shard}/${entry.name}`)
    .filter((name) => sha1OfName(name) !== undefined)
    .sort();
}

async function* filesOf(directory: string, shard: string): AsyncIterable<FilestoreFile> {
  const names = await namesOf(directory, shard);
  for (let from = 0; from < names.length; from += asksAtOnce) {
    const asked = names.slice(from, from + asksAtOnce).map(async (name) => {
      const found = await lstat(join(directory, name)).catch(() => undefined);
      return found?.isFile() === true ? { name, bytes: found.size } : undefined;
    });
    for (const file of await Promise.all(asked)) if (file !== undefined) yield file;
  }
}

async function* contentOfOpen(file: FileHandle, bytes: number, signal: AbortSignal | undefined) {
  try {
    yield* contentOf(file, bytes, signal);
  } finally {
    await file.close();
  }
}

function unreadable(directory: string, error: unknown): Fault {
  const message = `The filestore ${directory} cannot be read (${codeOf(error) || String(error)}).`;
  return new Fault('SOURCE_UNREADABLE', message, { cause: error });
}

/** An Odoo filestore in a directory. Names from outside are checked before they become a path. */
export function createFilestore(directory: string): Pick<BackupSource, 'listFiles' | 'listNames' | 'readFile'> {
  const shards = async (): Promise<readonly string[]> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      throw unreadable(directory, error);
    });
    const found = entries.filter((entry) => entry.isDirectory() && shardName.test(entry.name));
    return found.map(({ name }) => name).sort();
  };
  return {
    async *listFiles() {
      for (const shard of await shards()) yield* filesOf(directory, shard);
    },
    async *listNames() {
      for (const shard of await shards()) yield* await namesOf(directory, shard);
    },
    async readFile(name, options) {
      if (sha1OfName(name) === undefined) {
        throw new Fault('SOURCE_UNREADABLE', `${JSON.stringify(name)} is no name of an Odoo filestore.`);
      }
      try {
        const shard = await lstat(join(directory, name.slice(0, 2)));
        if (!shard.isDirectory()) return undefined;
        const file = await open(join(directory, name), constants.O_RDONLY | constants.O_NOFOLLOW);
        const facts = await file.stat();
        if (facts.isFile()) return contentOfOpen(file, facts.size, options?.signal);
        await file.close();
        return undefined;
      } catch (error) {
        // ELOOP: a link, which Odoo never makes. Neither is a file of the filestore.
        if (['ENOENT', 'ELOOP', 'ENOTDIR'].includes(codeOf(error))) return undefined;
        throw unreadable(directory, error);
      }
    },
  };
}
