import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';

/** Where that lies which belongs to a state directory but must be reachable for accounts that cannot enter it. */
export const apartRoot = '/var/lib/plimsoll';

/** Copies of programs can be made again at any time; everything else is somebody's data. */
export const copyPrefix = 'postgresql-';

const suffix = '.owner';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );

const temporaryRoots = (): readonly string[] => [tmpdir(), '/tmp', '/var/tmp'];

/** Data is given up only with an owner from a temporary directory: any other may merely not be mounted at the moment. */
function mayGo(name: string, owner: string): boolean {
  if (name.startsWith(copyPrefix)) return true;
  return temporaryRoots().some((root) => resolve(owner).startsWith(`${resolve(root)}${sep}`));
}

/** Whether a PostgreSQL still runs from anywhere in the directory: it outlives the process that started it. */
async function isInUse(directory: string): Promise<boolean> {
  const inside = await readdir(directory).catch(() => []);
  const places = [directory, ...inside.map((name) => join(directory, name, 'postgres/data'))];
  for (const place of places) {
    const [pid = ''] = (await readFile(join(place, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (/^\d+$/.test(pid) && (await exists(`/proc/${pid}`))) return true;
  }
  return false;
}

/**
 * Removes what lies apart for owners that are gone: throw-away state directories, and checkouts whose programs were copied.
 * Answers the names. What has no mark, or an owner outside the temporary directories, stays.
 */
export async function sweepApart(root = apartRoot, except?: string): Promise<readonly string[]> {
  const swept: string[] = [];
  const marks = (await readdir(root).catch(() => [])).filter((name) => name.endsWith(suffix));
  for (const mark of marks) {
    const name = mark.slice(0, -suffix.length);
    if (name === except) continue;
    const owner = (await readFile(join(root, mark), 'utf8').catch(() => '')).trim();
    if (owner === '' || !mayGo(name, owner) || (await exists(owner)) || (await isInUse(join(root, name)))) continue;
    await rm(join(root, name), { recursive: true, force: true });
    await rm(join(root, mark), { force: true });
    swept.push(name);
  }
  return swept;
}

/** The place of that name apart, marked with its owner. The place itself is the caller's to make; leftovers of others go. */
export async function placeApart(name: string, owner: string, root = apartRoot): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  const mark = join(root, `${name}${suffix}`);
  if ((await readFile(mark, 'utf8').catch(() => '')).trim() !== owner) await writeFile(mark, `${owner}\n`);
  // Its own owner may be about to be made.
  await sweepApart(root, name);
  return join(root, name);
}
