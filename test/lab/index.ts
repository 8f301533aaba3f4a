// The lab that real tests share: one PostgreSQL cluster with a logistics database to copy, and Odoo servers on demand.
// The first use prepares it (minutes on a bare machine, seconds from the machine's cache); later uses find it ready.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { installPackages, missingPackages } from '../../src/adapters/host/apt.ts';
import {
  asSuperuser,
  createCluster,
  ensureOdooUser,
  hasCluster,
  ownedFile,
  writeClusterConfiguration,
} from '../../src/adapters/host/cluster.ts';
import { takeLock, tryLock } from '../../src/adapters/host/lock.ts';
import {
  createLogisticsDatabase,
  dropDatabase,
  hasDatabase,
  prepareOdooAccess,
} from '../../src/adapters/host/odoo-database.ts';
import { hostOdoo } from '../../src/adapters/host/odoo-run.ts';
import { seedEnvironment } from '../../src/adapters/host/odoo-seed.ts';
import { ensureOdooSoftware, type OdooSoftware } from '../../src/adapters/host/odoo-software.ts';
import {
  freePort,
  installLauncher,
  isPortFree,
  machineCache,
  postgresBinaries,
  requireHostPlatform,
  runtimeDirectoryFor,
} from '../../src/adapters/host/places.ts';
import {
  isAlive,
  readRecords,
  saveRecord,
  startProcess,
  startTicksOf,
  stopProcess,
} from '../../src/adapters/host/processes.ts';
import type { StepContext } from '../../src/adapters/host/progress.ts';
import { waitUntilReady } from '../../src/adapters/host/readiness.ts';
import { compileHost, type HostEnvironment, type HostLayout, hostPaths } from '../../src/core/compile/host/index.ts';
import { hostPackages } from '../../src/core/provision/index.ts';
import { logisticsModules } from './modules.ts';
import { bootOdoo, copyTemplate, type LabDatabase, type LabOdoo } from './odoo.ts';

export { logisticsModules } from './modules.ts';
export type { LabDatabase, LabOdoo } from './odoo.ts';

const stateDirectory = resolve(import.meta.dirname, '../../.plimsoll');
export const templateDatabase = 'lab_template';

/** The running lab. */
export interface Lab {
  readonly layout: HostLayout;
  /** The superuser's connection string for a database of the lab. */
  superuserUrl(database?: string): Promise<string>;
  /** A fresh copy of the logistics template, with orders, pickings and stock: under a second. */
  createDatabase(): Promise<LabDatabase>;
  /** Boots Odoo's own server on a free loopback port. Stop it when the test ends. */
  bootOdoo(options: {
    readonly database: string;
    readonly workers?: number;
    readonly cron?: boolean;
  }): Promise<LabOdoo>;
  /** The API user of every copy, and its key. */
  readonly login: string;
  readonly apiKey: string;
}

const labEnvironment = (database: string): HostEnvironment => ({
  name: 'lab',
  database,
  workers: { web: 2, gevent: 1, cron: 1 },
  memoryBytes: 4 * 1024 ** 3,
  isDisposable: true,
});

async function labPort(runtimeDirectory: string): Promise<number> {
  const file = join(runtimeDirectory, 'port');
  const known = Number(await readFile(file, 'utf8').catch(() => ''));
  if (known > 0) return known;
  const port = await freePort();
  await mkdir(runtimeDirectory, { recursive: true, mode: 0o755 });
  await writeFile(file, String(port));
  return port;
}

async function labLayout(software: OdooSoftware): Promise<HostLayout> {
  const runtimeDirectory = await runtimeDirectoryFor(stateDirectory, 'lab');
  return {
    runtimeDirectory,
    softwareDirectory: software.directory,
    launcherFile: await installLauncher(join(runtimeDirectory, 'bin')),
    postgresBinaries,
    ports: { postgres: await labPort(runtimeDirectory), web: 0, gevent: 0 },
  };
}

const recordsOf = (layout: HostLayout): string => join(layout.runtimeDirectory, 'run');

async function startCluster(layout: HostLayout, context: StepContext): Promise<void> {
  const artefacts = compileHost(labEnvironment('postgres'), layout);
  const [postgres] = artefacts.processes;
  if (postgres === undefined) throw new Error('the compiled lab has no postgres process');
  const alive = (await readRecords(recordsOf(layout))).find((record) => record.name === 'postgres');
  if (alive !== undefined && (await isAlive(alive))) return;
  if (!(await hasCluster(layout))) await createCluster(layout, context);
  if (!(await isPortFree(layout.ports.postgres))) {
    await rm(join(layout.runtimeDirectory, 'port'), { force: true });
    throw new Error(`The lab's port ${layout.ports.postgres} is taken; run again to choose another.`);
  }
  await writeClusterConfiguration(layout, artefacts.files[0]?.content ?? '');
  const { record } = await startProcess({ ...postgres, name: 'postgres' });
  await saveRecord(recordsOf(layout), record);
  await waitUntilReady('postgres', postgres.ready, { withinSeconds: 60, isAlive: () => isAlive(record) });
}

async function prepareTemplate(layout: HostLayout, software: OdooSoftware, context: StepContext): Promise<void> {
  await prepareOdooAccess(layout);
  if (await hasDatabase(layout, templateDatabase)) return;
  const request = {
    database: templateDatabase,
    modules: logisticsModules,
    odooVersion: software.version,
    cacheDirectory: machineCache,
  };
  const now = Temporal.Now.instant();
  const finish = async (building: string): Promise<void> => {
    const seeded = await seedEnvironment(
      hostOdoo(layout),
      {
        database: building,
        deadlines: [6, 12, 30, 54].map((hours) => ({ at: now.add({ hours }), warehouse: undefined })),
        warehouses: [],
        orders: 20,
        adminPassword: randomBytes(12).toString('base64url'),
        seed: 7,
      },
      context,
    );
    await ownedFile(join(layout.runtimeDirectory, 'api-key'), seeded.apiKey, undefined);
  };
  await createLogisticsDatabase(layout, request, finish, context);
}

/** Announces this process as a user of the lab, so that the cluster stops only after the last one. */
export async function announceLabUser(): Promise<void> {
  const runtimeDirectory = await runtimeDirectoryFor(stateDirectory, 'lab');
  const startTicks = (await startTicksOf(process.pid)) ?? '0';
  const record = {
    name: `user-${process.pid}`,
    pid: process.pid,
    startTicks,
    stopSignal: 'SIGTERM',
    stopWithinSeconds: 1,
  } as const;
  await saveRecord(join(runtimeDirectory, 'users'), record);
}

let started: Promise<Lab> | undefined;

/**
 * The lab, prepared and running. Any number of test files and runs may ask at once: one prepares, the others wait.
 * Not idle for ever: `stopLab` (vitest's global teardown) stops the cluster after its last user.
 */
export function startLab(report: (detail: string) => void = (detail) => console.error(`lab: ${detail}`)): Promise<Lab> {
  started ??= prepare({ report: quietly(report) });
  return started;
}

/** One line per change of what is going on, not one per percent. */
function quietly(report: (detail: string) => void): StepContext['report'] {
  let last = '';
  return ({ detail }) => {
    const phase = detail.startsWith('installing ') ? 'installing modules and packages' : detail;
    if (phase !== last) report(phase);
    last = phase;
  };
}

async function prepare(context: StepContext): Promise<Lab> {
  await requireHostPlatform();
  const lock = await takeLock(`${stateDirectory}/lab`, {
    waitSeconds: 1_500,
    onWait: () => context.report({ detail: 'waiting for another test run that prepares the lab' }),
  });
  try {
    const missing = await missingPackages(hostPackages);
    if (missing.length > 0) await installPackages(missing, context);
    const software = await ensureOdooSoftware(machineCache, context);
    const layout = await labLayout(software);
    await ensureOdooUser(layout);
    // Under vitest the main process has announced itself; its workers come and go.
    if (process.env['VITEST'] === undefined) await announceLabUser();
    await startCluster(layout, context);
    await prepareTemplate(layout, software, context);
    return await openLab(layout);
  } finally {
    await lock.release();
  }
}

async function openLab(layout: HostLayout): Promise<Lab> {
  const apiKey = (await readFile(join(layout.runtimeDirectory, 'api-key'), 'utf8')).trim();
  const access = { layout, apiKey, login: 'plimsoll', environment: labEnvironment };
  return {
    layout,
    login: 'plimsoll',
    apiKey,
    superuserUrl: async (database = 'postgres') => {
      const password = (await readFile(hostPaths(layout).superuserPasswordFile, 'utf8')).trim();
      return `postgres://postgres:${password}@127.0.0.1:${layout.ports.postgres}/${database}`;
    },
    createDatabase: () => copyTemplate(access, templateDatabase),
    bootOdoo: (options) => bootOdoo(access, options),
  };
}

/** Stops what the lab runs, unless another test run still uses it; removes copies that killed tests left behind. */
export async function stopLab(): Promise<void> {
  const runtimeDirectory = await runtimeDirectoryFor(stateDirectory, 'lab');
  const lock = await tryLock(`${stateDirectory}/lab`);
  if (lock === undefined) return;
  try {
    const users = await readRecords(join(runtimeDirectory, 'users'));
    const others = await Promise.all(users.filter((user) => user.pid !== process.pid).map(isAlive));
    if (others.some(Boolean)) return;
    await rm(join(runtimeDirectory, 'users'), { recursive: true, force: true });
    const records = await readRecords(join(runtimeDirectory, 'run'));
    for (const record of records.toReversed()) {
      if (record.name === 'postgres') await dropCopies(runtimeDirectory);
      await stopProcess(record);
      await rm(join(runtimeDirectory, 'run', `${record.name}.json`), { force: true });
    }
  } finally {
    await lock.release();
  }
}

async function dropCopies(runtimeDirectory: string): Promise<void> {
  const port = Number(await readFile(join(runtimeDirectory, 'port'), 'utf8').catch(() => '0'));
  const layout: HostLayout = {
    runtimeDirectory,
    softwareDirectory: '',
    launcherFile: '',
    postgresBinaries,
    ports: { postgres: port, web: 0, gevent: 0 },
  };
  const databases = await asSuperuser(
    layout,
    (sql) => sql<{ datname: string }[]>`
    select datname from pg_database where datname like 'lab\\_copy\\_%'`,
  ).catch(() => []);
  for (const { datname } of databases) await dropDatabase(layout, datname);
  const filestore = join(hostPaths(layout).odooData, 'filestore');
  for (const name of await readdir(filestore).catch(() => [])) {
    if (name.startsWith('lab_copy_')) await rm(join(filestore, name), { recursive: true, force: true });
  }
}
