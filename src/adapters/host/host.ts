import { randomBytes } from 'node:crypto';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  compileHost,
  type HostArtefacts,
  type HostComponent,
  type HostEnvironment,
  type HostLayout,
  hostPaths,
  hostUsers,
} from '../../core/compile/index.ts';
import {
  type HostFacts,
  type HostPorts,
  type HostStep,
  hostPackages,
  odooPackage,
  type PortFact,
  type SeedDeadline,
  seededOrders,
} from '../../core/provision/index.ts';
import type { ComponentTable, Host, StepContext } from '../../ports/host.ts';
import { type ArchiveSecrets, archiveMark, createPgbackrest, prepareArchiveFiles } from '../pgbackrest/index.ts';
import { installPackages, missingPackages } from './apt.ts';
import {
  createCluster,
  ensureOdooUser,
  hasCluster,
  ownedDirectory,
  superuserOf,
  writeClusterConfiguration,
} from './cluster.ts';
import { systemUser } from './command.ts';
import { createComponentTable } from './component-table.ts';
import { createReadOnlyRole, hasCredentials, writeCredentials } from './credentials.ts';
import { writeHostFiles } from './files.ts';
import { createLogisticsDatabase, hasDatabase, hasPrepared, prepareOdooAccess } from './odoo-database.ts';
import { hostOdoo } from './odoo-run.ts';
import { seedEnvironment } from './odoo-seed.ts';
import { ensureOdooSoftware, findOdooSoftware } from './odoo-software.ts';
import { hostPlatformObstacle, installLauncher, isPortFree, postgresBinaries, runtimeDirectoryFor } from './places.ts';

/** What an environment on this machine needs to be known by. */
export interface HostOptions {
  readonly environment: HostEnvironment;
  readonly modules: readonly string[];
  readonly ports: HostPorts;
  /** Where the estate or an option names each port, for people whose port is taken. */
  readonly portRemedies: Readonly<Record<HostComponent, string>>;
  /** When the seeded orders are due. */
  readonly deadlines: readonly SeedDeadline[];
  /** The warehouses that the seed makes where Odoo has none of that name. */
  readonly warehouses: readonly string[];
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  /** Credentials of the archive that `environment.archive` declares. */
  readonly archiveSecrets?: ArchiveSecrets | undefined;
}

interface Machine extends HostOptions {
  readonly layout: HostLayout;
  readonly artefacts: HostArtefacts;
  readonly components: ComponentTable;
  /** The environment's own part of the state directory: credentials and process records. */
  readonly directory: string;
}

/** Where it is said that an environment's database is finished. */
export const databaseMarkerOf = ({ runtimeDirectory }: Pick<HostLayout, 'runtimeDirectory'>): string =>
  join(runtimeDirectory, 'database-ready');

/** The marker says that the database was finished, for looks at a machine whose PostgreSQL is not running. */
const databaseMarker = (machine: Machine): string => databaseMarkerOf(machine.layout);

async function freeBytes(path: string): Promise<number> {
  for (let place = path; ; place = dirname(place)) {
    const found = await statfs(place).catch(() => undefined);
    if (found !== undefined) return found.bavail * found.bsize;
    if (place === dirname(place)) return 0;
  }
}

async function observePorts(machine: Machine, running: readonly HostComponent[]): Promise<readonly PortFact[]> {
  const { ports, portRemedies } = machine;
  return Promise.all(
    (['postgres', 'web', 'gevent'] as const).map(async (component) => {
      const port = ports[component];
      const holder = running.includes(component) ? 'ours' : (await isPortFree(port)) ? 'free' : 'other';
      return { port, component, holder, remedy: portRemedies[component] };
    }),
  );
}

async function staleConfigurations(machine: Machine): Promise<readonly HostComponent[]> {
  const paths = hostPaths(machine.layout);
  // A cluster that is not there yet lacks its settings, even where the compiled file survived it.
  const stale: HostComponent[] = (await hasCluster(machine.layout)) ? [] : ['postgres'];
  for (const file of machine.artefacts.files) {
    const component = (['postgres', 'web', 'gevent', 'cron'] as const).find(
      // What archives its log is PostgreSQL's configuration too.
      (name) =>
        paths.configuration(name) === file.path ||
        (name === 'postgres' && paths.pgbackrest.configuration === file.path),
    );
    const present = await readFile(file.path, 'utf8').catch(() => undefined);
    const isStale = component !== undefined && present !== file.content && !stale.includes(component);
    if (isStale) stale.push(component);
  }
  return stale;
}

async function observe(machine: Machine): Promise<HostFacts> {
  const { layout, cacheDirectory, environment } = machine;
  const [obstacle, missing, software, listed] = await Promise.all([
    hostPlatformObstacle(),
    missingPackages(hostPackages),
    findOdooSoftware(cacheDirectory),
    machine.components.list(),
  ]);
  const clusterThere = await hasCluster(layout);
  const running = listed.filter(({ isAlive }) => isAlive).map(({ component }) => component as HostComponent);
  const request = { ...machine, database: environment.database, odooVersion: software?.version ?? '' };
  return {
    obstacle,
    missingPackages: missing,
    odooVersion: software?.version,
    hasOdooUser: (await systemUser(hostUsers.odoo)) !== undefined,
    hasCluster: clusterThere,
    hasDatabase:
      clusterThere && (await readFile(databaseMarker(machine), 'utf8').catch(() => '')) === environment.database,
    hasPreparedDatabase: await hasPrepared(request),
    archive: await archiveFact(machine),
    hasCredentials: await hasCredentials(machine.directory, layout.ports.postgres, environment.database),
    staleConfigurations: await staleConfigurations(machine),
    running,
    ports: await observePorts(machine, running),
    freeBytes: { cache: await freeBytes(cacheDirectory), state: await freeBytes(layout.runtimeDirectory) },
  };
}

const archiveMarker = (machine: Machine): string => join(machine.layout.runtimeDirectory, 'archive-ready');

async function archiveFact(machine: Machine): Promise<HostFacts['archive']> {
  const { archive } = machine.environment;
  if (archive === undefined) return 'not-wanted';
  const marked = await readFile(archiveMarker(machine), 'utf8').catch(() => '');
  return marked === archiveMark(archive) ? 'ready' : 'missing';
}

/** Makes the repository ready and proves that a segment arrives in it; only then it counts as prepared. */
async function prepareArchive(machine: Machine, context: StepContext): Promise<void> {
  const { layout, environment, archiveSecrets } = machine;
  const { archive } = environment;
  if (archive === undefined || archiveSecrets === undefined) return;
  const { signal } = context;
  const physical = createPgbackrest({ archive, secrets: archiveSecrets, layout });
  await physical.prepare({ signal });
  // An archived log without a backup that it begins at restores to nothing.
  if ((await physical.list({ signal })).length === 0) {
    context.report({ detail: 'taking the first physical backup' });
    await physical.take('full', { report: ({ ratio, detail }) => context.report({ ratio, detail }), signal });
  }
  await writeFile(archiveMarker(machine), archiveMark(archive));
}

/** Passwords, the API key, the observing role and, for a new database, its work; under the database's present name. */
async function issue(machine: Machine, at: string, orders: number, context: StepContext): Promise<void> {
  const { layout, environment } = machine;
  const adminPassword = randomBytes(12).toString('base64url');
  const postgresUrl = await createReadOnlyRole(superuserOf(layout), { at, final: environment.database });
  const { deadlines, warehouses } = machine;
  const request = { database: at, deadlines, warehouses, orders, adminPassword, seed: 19 };
  const { apiKey } = await seedEnvironment(hostOdoo(layout), request, context);
  await writeCredentials(machine.directory, { adminPassword, postgresUrl, apiKey });
}

async function createDatabase(machine: Machine, context: StepContext): Promise<void> {
  const { layout, environment, modules, cacheDirectory } = machine;
  await prepareOdooAccess(layout);
  const software = await ensureOdooSoftware(cacheDirectory, context);
  // An earlier run may have been killed after the database got its name and before it was marked.
  if (!(await hasDatabase(layout, environment.database))) {
    const request = { database: environment.database, modules, odooVersion: software.version, cacheDirectory };
    await createLogisticsDatabase(layout, request, (at) => issue(machine, at, seededOrders, context), context);
  }
  await writeFile(databaseMarker(machine), environment.database);
}

async function writeConfiguration(machine: Machine): Promise<void> {
  const { layout, artefacts, environment, archiveSecrets } = machine;
  if (environment.archive !== undefined && archiveSecrets !== undefined) {
    await prepareArchiveFiles(environment.archive, archiveSecrets, layout);
  }
  await ownedDirectory(hostPaths(layout).logDirectory, hostUsers.odoo, 0o755);
  const postgres = artefacts.files.find((file) => file.path === hostPaths(layout).configuration('postgres'));
  // The cluster's own file first: once the copy in etc/ is there, the cluster has it too.
  if (postgres !== undefined) await writeClusterConfiguration(layout, postgres.content);
  await writeHostFiles(artefacts.files);
}

async function perform(machine: Machine, step: HostStep, context: StepContext): Promise<void> {
  const { layout, components } = machine;
  switch (step.kind) {
    case 'install-packages':
      return installPackages(step.packages, context);
    case 'unpack-odoo':
      await ensureOdooSoftware(machine.cacheDirectory, context);
      return;
    case 'create-user':
      return ensureOdooUser(layout, context.signal);
    case 'create-cluster':
      await createCluster(layout, context);
      return;
    case 'write-configuration':
      return writeConfiguration(machine);
    case 'create-database':
      return createDatabase(machine, context);
    case 'issue-credentials':
      return issue(machine, machine.environment.database, 0, context);
    case 'prepare-archive':
      return prepareArchive(machine, context);
    case 'stop-component':
      await components.stop(step.component);
      return;
    case 'start-components': {
      const started = await Promise.allSettled(step.components.map((name) => components.start(name, context.signal)));
      const failed = started.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return;
    }
  }
}

/** One environment's host, the table of its processes, and where both lie. */
export interface HostMachine {
  readonly host: Host;
  readonly components: ComponentTable;
  readonly layout: HostLayout;
  /** The environment's own part of the state directory: credentials and process records. */
  readonly directory: string;
}

/** The machine as one environment's host, and the table of its processes. */
export async function createHost(options: HostOptions): Promise<HostMachine> {
  const { environment, stateDirectory, cacheDirectory, ports } = options;
  const directory = join(stateDirectory, environment.name);
  const runtimeDirectory = await runtimeDirectoryFor(stateDirectory, environment.name);
  await mkdir(directory, { recursive: true });
  const layout: HostLayout = {
    runtimeDirectory,
    softwareDirectory: join(cacheDirectory, odooPackage.name),
    launcherFile: await installLauncher(join(runtimeDirectory, 'bin')),
    postgresBinaries,
    ports,
  };
  const artefacts = compileHost(environment, layout);
  const components = createComponentTable({ directory: join(directory, 'run'), specifications: artefacts.processes });
  const machine: Machine = { ...options, layout, artefacts, components, directory };
  return {
    components,
    layout,
    directory,
    host: {
      observe: () => observe(machine),
      perform: (step, context) => perform(machine, step, context),
      components: artefacts.processes.map(({ component }) => component),
    },
  };
}
