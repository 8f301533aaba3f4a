import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hostPaths, hostUsers, odooRole } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import {
  asSuperuser,
  createCluster,
  ensureOdooUser,
  ensureRole,
  executeFormatted,
  newPassword,
  ownedDirectory,
  ownedFile,
  writeClusterConfiguration,
} from '../host/cluster.ts';
import { runCommand } from '../host/command.ts';
import { isPostmasterOf } from '../host/postmaster.ts';
import { isAlive } from '../host/processes.ts';
import { waitUntilReady } from '../host/readiness.ts';
import { disturbanceIn } from './disturbance.ts';
import { enclosed } from './enclosure.ts';
import { innerPorts, socketsOf } from './layout.ts';
import type { Place } from './place.ts';
import { copyPreparedCluster, renewPassword } from './prepared-cluster.ts';
import { startInPlace } from './start-in-place.ts';

/**
 * Settings of a cluster that lives for one drill: no address, no durability. What a power failure would break here is
 * thrown away anyway; the backup itself is never written to.
 */
function configuration(socketDirectory: string): string {
  const settings = {
    listen_addresses: "''",
    port: innerPorts.postgres,
    unix_socket_directories: `'${socketDirectory.replaceAll("'", "''")}'`,
    max_connections: 60,
    shared_buffers: "'256MB'",
    maintenance_work_mem: "'256MB'",
    max_wal_size: "'4GB'",
    // A segment that is used again keeps what was in it: a copy may have to forget that.
    wal_recycle: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    password_encryption: "'scram-sha-256'",
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  return `# A restored copy for one drill, by Plimsoll: not durable on purpose.\n${lines.join('\n')}\n`;
}

/**
 * Makes the cluster of a place, starts it where nothing outside is reached, and gives Odoo its role. One that is thrown away
 * is copied from a prepared one in the cache directory; one that is kept is initialised for itself.
 */
export async function startCluster(
  place: Place,
  { copyFrom, signal }: { readonly copyFrom: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<void> {
  await ensureOdooUser(place.layout, signal);
  if (copyFrom === undefined) await createCluster(place.layout, { report: () => undefined, signal });
  else await copyPreparedCluster(place.layout, copyFrom, signal);
  await launchCluster(place, signal);
  if (copyFrom !== undefined) await renewPassword(place.layout);
}

/** Where a whole cluster is to come: what it needs besides itself. */
export async function awaitCluster({ layout }: Place, signal?: AbortSignal): Promise<void> {
  const { postgresData, superuserPasswordFile } = hostPaths(layout);
  await ensureOdooUser(layout, signal);
  await ownedDirectory(dirname(postgresData), hostUsers.postgres, 0o700);
  await ownedFile(superuserPasswordFile, newPassword(), hostUsers.postgres);
}

/** Starts the cluster that lies in a place, and gives Odoo its role. */
export async function launchCluster(place: Place, signal?: AbortSignal): Promise<void> {
  const { directory, layout } = place;
  const sockets = socketsOf(directory);
  await writeClusterConfiguration(layout, configuration(sockets.directory));
  await ownedDirectory(sockets.directory, hostUsers.postgres, 0o755);
  const command = [`${layout.postgresBinaries}/postgres`, '-D', hostPaths(layout).postgresData];
  const { record } = await startInPlace(place, {
    name: 'postgres',
    command: enclosed({ keep: directory, user: hostUsers.postgres }, command),
    environment: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
    directory: '/',
    logFile: hostPaths(layout).output('postgres'),
    stopSignal: 'SIGINT',
    stopWithinSeconds: 10,
  });
  const readiness = { kind: 'postgres', port: layout.ports.postgres } as const;
  const data = hostPaths(layout).postgresData;
  const process = { isAlive: () => isAlive(record), isOurs: () => isPostmasterOf(data, record.pid) };
  await waitUntilReady('postgres', readiness, { withinSeconds: 60, ...process, signal });
  await asSuperuser(layout, (sql) => ensureRole(sql, odooRole, place.password, 'nosuperuser createdb nocreaterole'));
  // A password file matches a socket by its directory.
  const password = `${sockets.directory}:*:*:${odooRole}:${place.password}\n`;
  await ownedFile(hostPaths(layout).passwordFile, password, hostUsers.odoo);
}

/** Entries of the dump that only a superuser may restore; extensions are made by us before. */
const ofExtensions = /^\d+; \d+ \d+ (?:EXTENSION - |COMMENT - EXTENSION )(\S+)/;

/** What pg_restore says of a dump by a newer pg_dump. */
const tooNew = 'unsupported version (';

const mostWords = 12;

/** What it says from its first error on: a statement that failed can be longer than everything that it says last. */
function wordsOf(lines: readonly string[]): string | undefined {
  const first = lines.findIndex((line) => line.includes('error:'));
  const words = first < 0 ? lines.slice(-mostWords) : lines.slice(first, first + mostWords);
  return words.length === 0 ? undefined : words.join('\n');
}

function tool(place: Place, name: string, args: readonly string[], options: { signal?: AbortSignal | undefined }) {
  const { layout, directory } = place;
  const lines: string[] = [];
  return runCommand({
    command: [`${layout.postgresBinaries}/${name}`, ...args],
    environment: {
      PGHOST: socketsOf(directory).directory,
      PGPORT: String(innerPorts.postgres),
      PGUSER: odooRole,
      PGPASSFILE: hostPaths(layout).passwordFile,
    },
    user: hostUsers.odoo,
    directory,
    timeoutSeconds: 6 * 3_600,
    onLine: (line) => void lines.push(line),
    ...options,
  }).then(
    () => lines,
    (error: unknown) => {
      options.signal?.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      const isTooNew = lines.some((line) => line.includes(tooNew));
      const code = isTooNew ? 'PLATFORM_UNSUPPORTED' : (disturbanceIn(error, lines) ?? 'RESTORE_FAILED');
      throw new Fault(code, `${name} could not restore the dump: ${wordsOf(lines) ?? error.message}`, { cause: error });
    },
  );
}

/** Restores the dump into a new database that Odoo's role owns. The roles and grants of the source are left behind. */
export async function restoreDump(
  place: Place,
  options: { readonly jobs: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { dumpDirectory, databaseName, layout, directory } = place;
  const { jobs, signal } = options;
  if (!(await readdir(dumpDirectory)).includes('toc.dat')) {
    throw new Fault('RESTORE_FAILED', 'The dump has no table of contents (toc.dat): it is empty or was cut.');
  }
  const [contents] = await Promise.all([
    tool(place, 'pg_restore', ['--list', dumpDirectory], { signal }),
    asSuperuser(layout, (sql) =>
      executeFormatted(sql, 'create database %I owner %I template template0', databaseName, odooRole),
    ),
  ]);
  const extensions = new Set(contents.flatMap((line) => ofExtensions.exec(line)?.[1] ?? []));
  const list = join(directory, 'restore.list');
  await writeFile(list, contents.filter((line) => !ofExtensions.test(line)).join('\n'), { mode: 0o644 });
  await asSuperuser(
    layout,
    async (sql) => {
      for (const name of extensions) await createExtension(sql, name);
    },
    databaseName,
  );
  const flags = ['--no-owner', '--no-privileges', '--exit-on-error', `--jobs=${jobs}`, `--use-list=${list}`];
  await tool(place, 'pg_restore', [...flags, `--dbname=${databaseName}`, dumpDirectory], { signal });
}

async function createExtension(sql: Parameters<typeof executeFormatted>[0], name: string): Promise<void> {
  await executeFormatted(sql, 'create extension if not exists %I cascade', name).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('RESTORE_FAILED', `The dump needs the PostgreSQL extension ${name}, which is not here: ${reason}`, {
      cause,
    });
  });
}
