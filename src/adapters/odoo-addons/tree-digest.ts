import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** How large a directory is read. */
export interface TreeLimits {
  readonly files: number;
  readonly bytes: number;
}

/** Directories and files that Python and git make by themselves. */
const isMade = (name: string): boolean => name === '.git' || name === '__pycache__' || /\.py[co]$/.test(name);

/** What is too much, or leads out: then there is no digest, and this says why. */
class Unbounded extends Error {}

/**
 * A name is bytes, and need not be text: here each byte is one character, so that no name becomes another's. Given to the
 * system it is bytes again, and people are shown it as text.
 */
const fromText = (path: string): string => Buffer.from(path).toString('latin1');
const toBytes = (path: string): Buffer => Buffer.from(path, 'latin1');
const toText = (path: string): string => toBytes(path).toString();

interface Walk {
  readonly root: string;
  readonly limits: TreeLimits;
  readonly hash: ReturnType<typeof createHash>;
  files: number;
  bytes: number;
}

async function contentOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(toBytes(path))) hash.update(chunk);
  return hash.digest('hex');
}

/** A link is taken for where it leads, and never followed: inside, its target is read in its own place. */
async function addLink(walk: Walk, path: string): Promise<void> {
  const target = (await readlink(toBytes(join(walk.root, path)), 'buffer')).toString('latin1');
  const reached = relative(walk.root, resolve(dirname(join(walk.root, path)), target));
  if (reached === '..' || reached.startsWith('../')) throw new Unbounded(`the link ${toText(path)} leads out of it`);
  walk.hash.update(toBytes(`link ${path}\0${target}\n`));
}

async function addFile(walk: Walk, path: string): Promise<void> {
  const file = join(walk.root, path);
  walk.files += 1;
  walk.bytes += (await stat(toBytes(file))).size;
  const { files, bytes } = walk.limits;
  if (walk.files > files) throw new Unbounded(`it has more than ${files} files`);
  if (walk.bytes > bytes) throw new Unbounded(`it is larger than ${bytes / 2 ** 20} MiB`);
  walk.hash.update(toBytes(`file ${path}\0${await contentOf(file)}\n`));
}

async function addDirectory(walk: Walk, below: string): Promise<void> {
  const entries = await readdir(toBytes(join(walk.root, below)), { withFileTypes: true, encoding: 'buffer' });
  const named = entries.map((entry) => ({ entry, name: entry.name.toString('latin1') }));
  const kept = named.filter(({ name }) => !isMade(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { entry, name } of kept) {
    const path = below === '' ? name : `${below}/${name}`;
    if (entry.isSymbolicLink()) await addLink(walk, path);
    else if (entry.isDirectory()) await addDirectory(walk, path);
    else if (entry.isFile()) await addFile(walk, path);
  }
}

/** One digest over every file's path and content, the same on every machine; or why there is none. */
export async function treeDigest(
  root: string,
  limits: TreeLimits,
): Promise<{ readonly sha256: string } | { readonly problem: string }> {
  const walk: Walk = { root: fromText(root), limits, hash: createHash('sha256'), files: 0, bytes: 0 };
  try {
    await addDirectory(walk, '');
    return { sha256: walk.hash.digest('hex') };
  } catch (error) {
    if (error instanceof Unbounded) return { problem: error.message };
    return { problem: `it cannot be read: ${(error as Error).message}` };
  }
}
