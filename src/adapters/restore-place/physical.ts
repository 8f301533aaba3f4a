import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { hostPaths, hostUsers } from '../../core/compile/host/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { executeFormatted, ownedDirectory, ownedFile, type Sql, writeClusterConfiguration } from '../host/cluster.ts';
import { dropRecord, isAlive, type ProcessRecord, readRecords, stopProcess } from '../host/processes.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';
import { launchCluster } from './database.ts';
import { recordsOf } from './directory.ts';
import { innerPorts } from './layout.ts';
import type { Place } from './place.ts';
import { startInPlace } from './start-in-place.ts';

/** Replaying a day of log at a few MiB a second; anything above is stuck. */
const longestSeconds = 6 * 3_600;

/**
 * Settings for the recovery alone: no address, and a socket in a directory that only PostgreSQL's user enters. Queries wait
 * for its end (`hot_standby = off`), so the source's limits on connections need not be met.
 */
function recoveryConfiguration(socketDirectory: string): string {
  const settings = {
    listen_addresses: "''",
    port: innerPorts.postgres,
    unix_socket_directories: `'${socketDirectory.replaceAll("'", "''")}'`,
    shared_buffers: "'256MB'",
    hot_standby: 'off',
    archive_mode: 'off',
    wal_recycle: 'off',
    fsync: 'off',
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}`)
    .join('\n')}\n`;
}

const trusting = 'local all postgres trust\n';
const afterwards = 'local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n';

function recoveryFailed(words: string, cause?: unknown): Fault {
  return new Fault('RESTORE_FAILED', `The cluster could not be recovered: ${words}`, { cause });
}

/** The last words of PostgreSQL that say why it ended. */
async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const fatal = lines.findLast((line) => /(FATAL|PANIC|ERROR):/.test(line));
  return (fatal ?? lines.at(-1) ?? 'PostgreSQL said nothing').replace(/^.*?(FATAL|PANIC|ERROR): */, '');
}

/** A session once recovery is over. Bounded; ends at once where PostgreSQL does. */
async function whenRecovered(
  socketDirectory: string,
  record: ProcessRecord,
  logFile: string,
  signal: AbortSignal | undefined,
): Promise<Sql> {
  const deadline = performance.now() + longestSeconds * 1_000;
  for (;;) {
    signal?.throwIfAborted();
    const sql = postgres({
      ...promptSocket,
      host: socketDirectory,
      port: innerPorts.postgres,
      user: 'postgres',
      database: 'postgres',
      max: 1,
      connect_timeout: 5,
      onnotice: () => undefined,
    });
    try {
      const [row] = await sql<{ busy: boolean }[]>`select pg_is_in_recovery() as busy`;
      if (row?.busy === false) return sql;
    } catch (error) {
      if (!(await isAlive(record))) throw recoveryFailed(await lastWords(logFile), error);
    }
    await sql.end({ timeout: 1 });
    if (performance.now() > deadline) throw recoveryFailed(`it took longer than ${longestSeconds} s`);
    await sleep(250, undefined, { signal });
  }
}

/** Gives the recovered cluster the place's own password and the database the place's own name. */
async function takeOver(place: Place, sql: Sql, database: string): Promise<void> {
  const password = (await readFile(hostPaths(place.layout).superuserPasswordFile, 'utf8')).trim();
  await executeFormatted(sql, 'alter role postgres password %L', password);
  const [found] = await sql`select 1 from pg_database where datname = ${database}`;
  if (found === undefined) throw recoveryFailed(`it has no database ${database}`);
  if (database !== place.databaseName) {
    await executeFormatted(sql, 'alter database %I rename to %I', database, place.databaseName);
  }
}

/**
 * Fills the place with a cluster from outside, in the stead of an empty one where it has that. Fetching the log needs the repository, so the
 * recovery runs outside the enclosure: PostgreSQL alone, without an address. Only then it is started inside.
 */
export async function restoreCluster(
  place: Place,
  { fill, database, report, signal }: Parameters<RestorePlace['restoreCluster']>[0],
): Promise<void> {
  const { directory, layout } = place;
  const paths = hostPaths(layout);
  const records = recordsOf(directory);
  const empty = (await readRecords(records)).find(({ name }) => name === 'postgres');
  if (empty !== undefined) await stopProcess(empty);
  await rm(paths.postgresData, { recursive: true, force: true });
  await fill(paths.postgresData);
  report({ bytes: 0, detail: 'replaying the log' });
  const sockets = join(directory, 'r');
  const logFile = join(paths.logDirectory, 'recovery.out');
  await ownedDirectory(sockets, hostUsers.postgres, 0o700);
  await writeClusterConfiguration(layout, recoveryConfiguration(sockets));
  await ownedFile(join(paths.postgresData, 'pg_hba.conf'), trusting, hostUsers.postgres);
  // Remembered before anything else: a sweep ends it where its maker was killed.
  const { record } = await startInPlace(place, {
    name: 'recovery',
    command: [`${layout.postgresBinaries}/postgres`, '-D', paths.postgresData],
    environment: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
    user: hostUsers.postgres,
    directory: '/',
    logFile,
    stopSignal: 'SIGINT',
    stopWithinSeconds: 60,
  });
  try {
    const sql = await whenRecovered(sockets, record, logFile, signal);
    await takeOver(place, sql, database).finally(() => sql.end({ timeout: 5 }));
  } finally {
    await stopProcess(record);
    await dropRecord(records, record.name);
  }
  await ownedFile(join(paths.postgresData, 'pg_hba.conf'), afterwards, hostUsers.postgres);
  // Settings of the source and of the recovery: the place has its own.
  await ownedFile(join(paths.postgresData, 'postgresql.auto.conf'), '', hostUsers.postgres);
  await rm(sockets, { recursive: true, force: true });
  await launchCluster(place, signal);
}
