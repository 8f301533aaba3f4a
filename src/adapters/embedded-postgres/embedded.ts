import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { freePort } from '../host/places.ts';
import { lastOwner, takeOwnerLock } from './owner-lock.ts';
import { choosePlace, type Place } from './place.ts';
import { type Postmaster, runningPostmaster, stopPostmaster, waitUntil } from './postmaster.ts';

/** The embedded PostgreSQL while we use it. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  /** Whether we started or adopted it, and therefore stop it. A guest leaves it running. */
  readonly isOwner: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly stateDirectory: string;
  readonly whenOwned: 'share' | 'refuse';
}

const superuser = 'plimsoll';

const passwordFileOf = (stateDirectory: string): string => join(stateDirectory, 'postgres-password');

/** The random password, kept in a file that only we can read; made once. */
function passwordOf(stateDirectory: string): string {
  const file = passwordFileOf(stateDirectory);
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Whether a state directory has had its PostgreSQL ever: opening it makes it. */
export function hasEmbedded(stateDirectory: string): boolean {
  return existsSync(passwordFileOf(stateDirectory));
}

function urlOf(password: string, port: number): string {
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;
}

function lastLines(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join(' | ');
  } catch {
    return '';
  }
}

const fullWords = 'No space left on device';

/** Says what PostgreSQL's own last words mean: a full disk has its own way out. */
function failed(cluster: Cluster, message: string): Fault {
  const log = lastLines(cluster.logFile);
  const isFull = log.includes(fullWords);
  return new Fault(isFull ? 'DISK_FULL' : 'STORE_FAILED', isFull ? noRoom(cluster.place.data) : message, {
    details: { log },
  });
}

const noRoom = (directory: string): string => `There is no room left in ${directory} for the embedded PostgreSQL.`;

interface Cluster {
  readonly place: Place;
  readonly stateDirectory: string;
  readonly logFile: string;
}

function launch(cluster: Cluster, program: string, args: readonly string[], isDetached: boolean) {
  const log = openSync(cluster.logFile, 'a', 0o600);
  try {
    return spawn(join(cluster.place.binaries, 'bin', program), args, {
      cwd: '/',
      // Nothing of our environment: it may hold the very secrets that Plimsoll keeps.
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      stdio: ['ignore', log, log],
      // Its own group: Ctrl-C reaches us, and we stop it after our own work is done.
      detached: isDetached,
      ...cluster.place.identity,
    });
  } finally {
    closeSync(log);
  }
}

/** Creates the cluster in a directory beside and renames it, so that a half-made one is never used. */
async function initialise(cluster: Cluster, password: string): Promise<void> {
  const { place } = cluster;
  if (existsSync(join(place.data, 'PG_VERSION'))) return;
  const partial = `${place.data}.partial`;
  const passwordFile = `${place.data}.initial-password`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.identity !== undefined) {
    await chown(partial, place.identity.uid, place.identity.gid);
    await chown(passwordFile, place.identity.uid, place.identity.gid);
  }
  const options = ['--auth=scram-sha-256', `--username=${superuser}`, '--encoding=UTF8', '--locale=C.UTF-8'];
  const child = launch(cluster, 'initdb', [`--pgdata=${partial}`, `--pwfile=${passwordFile}`, ...options], false);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => rmSync(passwordFile, { force: true }));
  if (code !== 0) {
    // What it wrote is no use to anybody, and may be what fills the disk.
    await rm(partial, { recursive: true, force: true });
    throw failed(cluster, `initdb ended with ${code}.`);
  }
  await rm(place.data, { recursive: true, force: true });
  await rename(partial, place.data);
}

async function start(cluster: Cluster): Promise<Postmaster> {
  const { data } = cluster.place;
  // No postmaster runs (the caller looked), so whatever the file says is of one that died.
  await rm(join(data, 'postmaster.pid'), { force: true });
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    // Workstation sizes: the store is small, and the machine is shared with what it watches.
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    jit: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const child = launch(cluster, 'postgres', ['-D', data, '-p', String(port), ...flags], true);
  let hasEnded = false;
  child.once('error', () => {
    hasEnded = true;
  });
  child.once('exit', () => {
    hasEnded = true;
  });
  child.unref();
  const isUp = (): boolean => runningPostmaster(data)?.isReady === true;
  await waitUntil(() => hasEnded || isUp(), 60);
  const postmaster = runningPostmaster(data);
  if (hasEnded || postmaster?.isReady !== true) {
    throw failed(cluster, 'The embedded PostgreSQL did not start.');
  }
  return postmaster;
}

/** A postmaster that a killed owner left behind is taken over where it is well, and stopped where it is not. */
async function adopt(cluster: Cluster): Promise<Postmaster | undefined> {
  const { data } = cluster.place;
  const left = runningPostmaster(data);
  if (left === undefined) return undefined;
  if (await waitUntil(() => runningPostmaster(data)?.isReady === true, 20)) return runningPostmaster(data);
  await stopPostmaster(data, left.pid);
  return undefined;
}

async function joinRunning(cluster: Cluster, password: string): Promise<EmbeddedPostgres | undefined> {
  const { data } = cluster.place;
  // The owner may be starting it just now.
  if (!(await waitUntil(() => runningPostmaster(data)?.isReady === true, 30))) return undefined;
  const running = runningPostmaster(data);
  if (running === undefined) return undefined;
  return { url: urlOf(password, running.port), port: running.port, isOwner: false, stop: async () => {} };
}

/**
 * Opens the PostgreSQL of a state directory. One process owns it, starts it and stops it; with `share`, others join as
 * guests while the owner lives. Throws STORE_IN_USE where another process owns it and we may not share, DISK_FULL
 * where there is no room for it.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    return await open(options);
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new Fault('DISK_FULL', noRoom(options.stateDirectory), { cause: error });
  }
}

/** The file system says it by a code, the lock's SQLite by an error number of its own (SQLITE_FULL). */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof Fault) return false;
  return ('code' in error && error.code === 'ENOSPC') || ('errcode' in error && error.errcode === 13);
}

async function open(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { stateDirectory } = options;
  await mkdir(stateDirectory, { recursive: true });
  const cluster = {
    place: await choosePlace(stateDirectory),
    stateDirectory,
    logFile: join(stateDirectory, 'postgres.log'),
  };
  const lock = takeOwnerLock(stateDirectory);
  if (lock === undefined) {
    const guest = options.whenOwned === 'share' ? await joinRunning(cluster, passwordOf(stateDirectory)) : undefined;
    if (guest !== undefined) return guest;
    throw new Fault(
      'STORE_IN_USE',
      `${stateDirectory} is in use by process ${lastOwner(stateDirectory) ?? 'unknown'}.`,
    );
  }
  try {
    const password = passwordOf(stateDirectory);
    await initialise(cluster, password);
    const postmaster = (await adopt(cluster)) ?? (await start(cluster));
    return {
      url: urlOf(password, postmaster.port),
      port: postmaster.port,
      isOwner: true,
      stop: async () => {
        await stopPostmaster(cluster.place.data, postmaster.pid);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
