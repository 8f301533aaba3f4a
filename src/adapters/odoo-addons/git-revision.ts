import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';

// Read from the files that git keeps, so that no program of theirs runs: a checkout may name programs in its own settings.

/** A directory of add-ons lies this deep in its checkout at most. */
const mostLevels = 8;
/** Larger than any packed-refs that we know. */
const mostBytes = 16 * 2 ** 20;

const commit = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const branch = /^refs\/[A-Za-z0-9._/@+-]+$/;

async function textOf(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > mostBytes) return undefined;
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Where git keeps what it knows: `.git` itself, or what a worktree's or submodule's `.git` file names. */
async function gitDirectoryOf(checkout: string): Promise<string | undefined> {
  const own = join(checkout, '.git');
  if (await isDirectory(own)) return own;
  const target = /^gitdir: (.+)$/m.exec((await textOf(own)) ?? '')?.[1];
  return target === undefined ? undefined : resolve(checkout, target);
}

async function findGitDirectory(directory: string): Promise<string | undefined> {
  let place = directory;
  for (let level = 0; level < mostLevels; level += 1) {
    const found = await gitDirectoryOf(place);
    if (found !== undefined) return found;
    if (dirname(place) === place) return undefined;
    place = dirname(place);
  }
  return undefined;
}

async function resolveBranch(gitDirectory: string, name: string): Promise<string | undefined> {
  const common = await textOf(join(gitDirectory, 'commondir'));
  const shared = common === undefined ? gitDirectory : isAbsolute(common) ? common : resolve(gitDirectory, common);
  for (const place of [gitDirectory, shared]) {
    const loose = await textOf(join(place, name));
    if (loose !== undefined) return loose;
  }
  const packed = (await textOf(join(shared, 'packed-refs'))) ?? '';
  return packed
    .split('\n')
    .find((line) => line.endsWith(` ${name}`))
    ?.split(' ')[0];
}

/** The commit of the checkout that a directory lies in; `undefined` where it lies in none, or that cannot be read. */
export async function gitRevision(directory: string): Promise<string | undefined> {
  const gitDirectory = await findGitDirectory(directory);
  if (gitDirectory === undefined) return undefined;
  const head = (await textOf(join(gitDirectory, 'HEAD'))) ?? '';
  const name = /^ref: (.+)$/.exec(head)?.[1];
  const isPlain = name !== undefined && branch.test(name) && !name.includes('..');
  const found = name === undefined ? head : isPlain ? await resolveBranch(gitDirectory, name) : undefined;
  return found !== undefined && commit.test(found) ? found : undefined;
}
