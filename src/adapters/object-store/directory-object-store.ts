import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import type { ObjectStore, StoredObject } from '../../ports/object-store.ts';
import { explainFileError, isMissing } from './file-errors.ts';
import { checkKey, checkPrefix } from './key.ts';
import { settleBelow, syncDirectory } from './settle.ts';

/** Drafts lie here until they get their name; what a killed writer left is removed by `sweep`. */
const draftsName = '.drafts';
const mostWrites = 3;

/** Makes the root and every directory above it that is missing, each durable in its parent. */
async function makeRoot(directory: string, sync: (directory: string) => Promise<void>): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await sync(dirname(made));
}

async function writeDraft(draft: string, body: Uint8Array): Promise<void> {
  const handle = await open(draft, 'wx', 0o400);
  try {
    await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const describe = async (root: string, key: string): Promise<StoredObject | undefined> => {
  const facts = await stat(join(root, key)).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw explainFileError(error, root);
  });
  if (facts === undefined || !facts.isFile()) return undefined;
  return { key, bytes: facts.size, modifiedAt: Temporal.Instant.fromEpochMilliseconds(Math.floor(facts.mtimeMs)) };
};

/** Files under a folder in key order: the folder `a/` sorts as `a/`, not as `a`. */
async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw explainFileError(error, root);
  });
  const names = entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isFile()))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
  for (const name of names) {
    const key = `${folder}${name}`;
    if (name.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walk(root, key, prefix);
    } else if (key.startsWith(prefix)) yield key;
  }
}

/** How many files are looked at together while a directory is listed. */
const lookTogether = 64;

async function* listFiles(root: string, prefix: string): AsyncGenerator<StoredObject> {
  let page: string[] = [];
  const take = async () => {
    const found = await Promise.all(page.map((key) => describe(root, key)));
    page = [];
    return found.filter((object) => object !== undefined);
  };
  for await (const key of walk(root, '', prefix)) {
    if (page.push(key) >= lookTogether) yield* await take();
  }
  yield* await take();
}

/**
 * Objects as files. A file gets its name by `link`, which never replaces, after its bytes are on the disk; so a name that
 * exists is whole, whatever was killed when. The names themselves are written through by `settle`. `sync` is for tests.
 */
export function createDirectoryObjectStore(
  directory: string,
  { sync = syncDirectory }: { readonly sync?: (directory: string) => Promise<void> } = {},
): ObjectStore {
  const drafts = join(directory, draftsName);
  const known = new Set<string>();
  const explained = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw explainFileError(error, directory);
    });

  const write = async (key: string, body: Uint8Array): Promise<'written' | 'exists'> => {
    const target = join(directory, key);
    if (!known.has(drafts)) await makeRoot(drafts, sync);
    if (!known.has(dirname(target))) await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    known.add(drafts).add(dirname(target));
    const draft = join(drafts, randomUUID());
    try {
      await writeDraft(draft, body);
      await link(draft, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return 'exists';
    } finally {
      await unlink(draft).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    }
    return 'written';
  };

  // Somebody may have removed a directory that we made, or swept our draft as an old one: then it is made again.
  const writeAgain = (key: string, body: Uint8Array, tries: number): Promise<'written' | 'exists'> =>
    write(key, body).catch((error: unknown) => {
      if (!isMissing(error) || tries <= 1) throw error;
      known.clear();
      return writeAgain(key, body, tries - 1);
    });

  return {
    place: directory,
    now: async () => Temporal.Now.instant(),
    put: async (key, body, { signal } = {}) => {
      signal?.throwIfAborted();
      return explained(writeAgain(checkKey(key), body, mostWrites));
    },
    get: async (key, { signal } = {}) => {
      const file = join(directory, checkKey(key));
      const body = await readFile(file, { signal }).catch((error: unknown) => {
        if (isMissing(error)) throw new Fault('OBJECT_MISSING', `There is no ${key} in ${directory}.`);
        throw explainFileError(error, directory);
      });
      return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    },
    head: (key) => describe(directory, checkKey(key)),
    list: (prefix) => listFiles(directory, checkPrefix(prefix)),
    keys: (prefix) => walk(directory, '', checkPrefix(prefix)),
    delete: (key) => explained(rm(join(directory, checkKey(key)), { force: true })),
    settle: (prefix) => explained(settleBelow(directory, checkPrefix(prefix), sync)),
    prolong: async () => undefined,
    sweep: async (olderThan) => {
      let swept = 0;
      for (const name of await readdir(drafts).catch(() => [])) {
        const file = join(drafts, name);
        const facts = await stat(file).catch(() => undefined);
        if (facts === undefined || facts.mtimeMs >= olderThan.epochMilliseconds) continue;
        await explained(rm(file, { force: true }));
        swept += 1;
      }
      return swept;
    },
  };
}
