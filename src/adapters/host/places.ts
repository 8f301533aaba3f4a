import { createHash, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chmod, copyFile, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { apartRoot, placeApart } from '../machine/apart.ts';

/** Debian's place for what can be made again: packages, the unpacked Odoo, prepared databases. */
export const machineCache = '/var/cache/plimsoll';

/** Where Debian 12 keeps PostgreSQL's programs. */
export const postgresBinaries = '/usr/lib/postgresql/15/bin';

/** Whether every user may pass through the directory and all its parents; what does not exist yet will be made so. */
export async function isReachable(directory: string): Promise<boolean> {
  for (let path = directory; ; path = dirname(path)) {
    const mode = (await stat(path).catch(() => undefined))?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

function apartKey(stateDirectory: string): string {
  return createHash('sha256').update(stateDirectory).digest('hex').slice(0, 12);
}

/**
 * Where processes of unprivileged users keep what belongs to a state directory: inside it, or in /var/lib/plimsoll where
 * only root may enter (a checkout under /root). Then the state directory gets links to the files and logs, so that there
 * is one place to look; secrets stay in the state directory itself.
 */
export async function runtimeDirectoryFor(stateDirectory: string, name: string): Promise<string> {
  const wanted = join(stateDirectory, name);
  if (await isReachable(wanted)) return wanted;
  const place = await placeApart(apartKey(stateDirectory), stateDirectory);
  const directory = join(place, name);
  await mkdir(directory, { recursive: true });
  // Also where a run under a narrow mask had closed them.
  for (const each of [place, directory]) await chmod(each, 0o755);
  await mkdir(wanted, { recursive: true });
  for (const part of ['odoo', 'log', 'postgres']) {
    await symlink(join(directory, part), join(wanted, part)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return directory;
}

/** Where platform `host` keeps an environment of this state directory; `undefined` where it never ran it. */
export function findRuntimeDirectory(stateDirectory: string, name: string): string | undefined {
  return [join(stateDirectory, name), join(apartRoot, apartKey(stateDirectory), name)].find((directory) =>
    existsSync(join(directory, 'etc', 'web.conf')),
  );
}

const launcherSource = join(import.meta.dirname, 'launch.py');

/**
 * Where PostgreSQL's own user keeps physical backups that belong to a directory repository: beside it, or in
 * /var/lib/plimsoll where only root may enter.
 */
export async function physicalDirectoryFor(stateDirectory: string, directory: string): Promise<string> {
  const wanted = `${directory.replace(/\/+$/, '')}-physical`;
  if (await isReachable(dirname(wanted))) return wanted;
  const key = createHash('sha256').update(`${stateDirectory}\0${directory}`).digest('hex').slice(0, 12);
  // Only root can make the place, and only root's processes read it. It goes with what the repository lies in.
  const place = process.getuid?.() === 0 ? await placeApart(key, dirname(directory)) : join(apartRoot, key);
  return join(place, 'physical');
}

/** The program that starts one Odoo process class. */
export function launcherText(): Promise<string> {
  return readFile(launcherSource, 'utf8');
}

/** Copies the launcher to a place that Odoo's user can read, and answers its path. */
export async function installLauncher(directory: string): Promise<string> {
  const target = join(directory, 'launch.py');
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const [wanted, present] = await Promise.all([launcherText(), readFile(target, 'utf8').catch(() => '')]);
  if (wanted !== present) {
    await rm(target, { force: true });
    await copyFile(launcherSource, target);
  }
  // The checkout it comes from may be closed to all but its owner.
  await chmod(target, 0o644);
  return target;
}

/** Whether a program could listen on this loopback port now. */
export function isPortFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

/** Below the ports that Linux gives to outgoing connections (32768 and up), above those that services are known by. */
const ownPorts = { first: 20_000, end: 32_000 } as const;
const mostTries = 50;

/**
 * A port that was free a moment ago. It is drawn from those that no outgoing connection is given: one of the system's
 * choosing can be taken by any connection before whoever wanted it listens. Throws PORT_IN_USE where none is found.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = randomInt(ownPorts.first, ownPorts.end);
    if (await isPortFree(port)) return port;
  }
  const { first, end } = ownPorts;
  throw new Fault('PORT_IN_USE', `None of ${mostTries} ports between ${first} and ${end - 1} is free.`);
}

/** Whether platform `host` can work here; answers why not, in words for people. */
export async function hostPlatformObstacle(): Promise<string | undefined> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(release)?.[1] ?? '';
  if (field('ID') !== 'debian' || field('VERSION_ID') !== '12') {
    return `this is ${field('PRETTY_NAME') || 'not Debian'}, and platform host installs from Debian 12's packages`;
  }
  if (process.getuid?.() !== 0)
    return 'platform host installs packages and starts services as their own users, so it needs root';
  const hasApt = await access('/usr/bin/apt-get').then(
    () => true,
    () => false,
  );
  return hasApt ? undefined : 'there is no apt-get';
}

/** Throws PLATFORM_UNSUPPORTED with the obstacle, where there is one. */
export async function requireHostPlatform(): Promise<void> {
  const obstacle = await hostPlatformObstacle();
  if (obstacle !== undefined) throw new Fault('PLATFORM_UNSUPPORTED', `Platform host cannot run here: ${obstacle}.`);
}
