import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownedDirectory } from '../../src/adapters/host/cluster.ts';
import { writeHostFiles } from '../../src/adapters/host/files.ts';
import { takeLock } from '../../src/adapters/host/lock.ts';
import { copyDatabase, dropDatabase } from '../../src/adapters/host/odoo-database.ts';
import { freePort } from '../../src/adapters/host/places.ts';
import { isAlive, saveRecord, startProcess, stopProcess } from '../../src/adapters/host/processes.ts';
import { waitUntilReady } from '../../src/adapters/host/readiness.ts';
import {
  compileHost,
  type HostEnvironment,
  type HostLayout,
  hostPaths,
  hostUsers,
} from '../../src/core/compile/host/index.ts';

export interface LabAccess {
  readonly layout: HostLayout;
  readonly login: string;
  readonly apiKey: string;
  readonly environment: (database: string) => HostEnvironment;
}

/** A database of one test. */
export interface LabDatabase {
  readonly name: string;
  /** Connection string of Odoo's own role, which owns the database. */
  readonly url: string;
  /** The files that its attachments name. */
  readonly filestoreDirectory: string;
  drop(): Promise<void>;
}

/** An Odoo server of one test. */
export interface LabOdoo {
  readonly url: string;
  readonly database: string;
  readonly login: string;
  readonly apiKey: string;
  /** The server's log, request lines included. */
  readonly logFile: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Copies the template under a name of its own. Copies wait for each other: PostgreSQL copies an idle template only. */
export async function copyTemplate(access: LabAccess, template: string): Promise<LabDatabase> {
  const { layout } = access;
  const name = `lab_copy_${randomBytes(5).toString('hex')}`;
  const lock = await takeLock(`${layout.runtimeDirectory}/copy`, { waitSeconds: 120 });
  try {
    await copyDatabase(layout, template, name);
  } finally {
    await lock.release();
  }
  const password = (await readFile(hostPaths(layout).passwordFile, 'utf8')).trim().split(':').at(-1);
  return {
    name,
    url: `postgres://odoo:${password}@127.0.0.1:${layout.ports.postgres}/${name}`,
    filestoreDirectory: hostPaths(layout).filestore(name),
    drop: () => dropDatabase(layout, name),
  };
}

/** Boots an Odoo server for one database: threaded, with cron off, unless asked otherwise. */
export async function bootOdoo(
  access: LabAccess,
  options: { readonly database: string; readonly workers?: number; readonly cron?: boolean },
): Promise<LabOdoo> {
  const name = `odoo-${randomBytes(4).toString('hex')}`;
  const runtimeDirectory = join(access.layout.runtimeDirectory, 'servers', name);
  const web = await freePort();
  const layout: HostLayout = {
    ...access.layout,
    runtimeDirectory,
    ports: { ...access.layout.ports, web, gevent: await freePort() },
  };
  const artefacts = compileHost(access.environment(options.database), layout);
  const server = artefacts.processes.find((process) => process.component === 'web');
  if (server === undefined) throw new Error('the compiled lab has no web process');
  await writeHostFiles(artefacts.files);
  await ownedDirectory(hostPaths(layout).logDirectory, hostUsers.odoo, 0o755);
  const shared = hostPaths(access.layout);
  const flags = [
    `--data-dir=${shared.odooData}`,
    `--workers=${options.workers ?? 0}`,
    `--max-cron-threads=${options.cron === true ? 1 : 0}`,
    // One threaded server answers for many: with the pool of one prefork worker it answers 500 ("pool is full") instead of waiting.
    '--db_maxconn=48',
  ];
  const { record } = await startProcess({
    ...server,
    name,
    command: [...server.command, ...flags],
    environment: { ...server.environment, HOME: shared.odooData, PGPASSFILE: shared.passwordFile },
    directory: shared.odooData,
  });
  const records = join(access.layout.runtimeDirectory, 'run');
  await saveRecord(records, record);
  const stop = async (): Promise<void> => {
    await stopProcess({ ...record, stopWithinSeconds: 10 });
    await rm(join(records, `${name}.json`), { force: true });
    await rm(runtimeDirectory, { recursive: true, force: true });
  };
  await waitUntilReady(name, server.ready, { withinSeconds: 120, isAlive: () => isAlive(record) }).catch(
    async (error: unknown) => {
      const log = await readFile(hostPaths(layout).log('web'), 'utf8').catch(() => '');
      await stop();
      throw new Error(`Odoo did not start:\n${log.split('\n').slice(-20).join('\n')}`, { cause: error });
    },
  );
  return {
    url: `http://127.0.0.1:${web}`,
    database: options.database,
    login: access.login,
    apiKey: access.apiKey,
    logFile: hostPaths(layout).log('web'),
    pid: record.pid,
    stop,
  };
}
