import { randomBytes } from 'node:crypto';
import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ComposeEnvironment,
  type ComposeFile,
  compileCompose,
  composeImages,
  type HostComponent,
  insideContainers,
} from '../../core/compile/index.ts';
import {
  type ComposeFacts,
  type ComposeStep,
  type HostPorts,
  type PortFact,
  type SeedDeadline,
  seededOrders,
} from '../../core/provision/index.ts';
import type { ComponentTable, Host, StepContext } from '../../ports/host.ts';
import { addExtensions, type SuperuserAccess } from '../host/cluster.ts';
import { createReadOnlyRole, hasCredentials, writeCredentials } from '../host/credentials.ts';
import { seedEnvironment } from '../host/odoo-seed.ts';
import { isPortFree, launcherText } from '../host/places.ts';
import { composeComponents, createContainerTable, startServices } from './containers.ts';
import { createWholeDatabase } from './database.ts';
import type { Docker } from './docker.ts';
import { missingImages, pullImages } from './images.ts';
import { containerOdoo } from './odoo.ts';
import {
  openProject,
  type Project,
  projectDirectories,
  projectDirectory,
  projectName,
  projectSuperuser,
  removeOneOffs,
  writeProject,
} from './project.ts';

/** What an environment in containers on this machine needs to be known by. */
export interface ComposeHostOptions {
  readonly environment: Pick<ComposeEnvironment, 'name' | 'database' | 'workers'>;
  readonly modules: readonly string[];
  readonly ports: HostPorts;
  readonly portRemedies: Readonly<Record<HostComponent, string>>;
  /** When the seeded orders are due. */
  readonly deadlines: readonly SeedDeadline[];
  /** The warehouses that the seed makes where Odoo has none of that name. */
  readonly warehouses: readonly string[];
  readonly stateDirectory: string;
  readonly docker: Docker;
}

interface Machine extends ComposeHostOptions {
  readonly project: Project;
  readonly files: readonly ComposeFile[];
  readonly components: ComponentTable;
  readonly superuser: SuperuserAccess;
  /** The environment's own part of the state directory. */
  readonly directory: string;
}

const databaseMarker = ({ project }: Machine): string => join(project.directory, 'database-ready');

async function freeBytes(path: string): Promise<number | undefined> {
  for (let place = path; ; place = dirname(place)) {
    const found = await statfs(place).catch(() => undefined);
    if (found !== undefined) return found.bavail * found.bsize;
    if (place === dirname(place)) return undefined;
  }
}

/** Free space where the engine keeps images; `undefined` where that is inside a virtual machine. */
async function imageSpace(docker: Docker): Promise<number | undefined> {
  const lines = await docker.run(['info', '--format', '{{.DockerRootDir}}'], { timeoutSeconds: 30 }).catch(() => []);
  const directory = lines.at(-1) ?? '';
  const found = directory.startsWith('/') ? await statfs(directory).catch(() => undefined) : undefined;
  return found === undefined ? undefined : found.bavail * found.bsize;
}

/** Components whose files on disk are not the compiled ones. The project's own file concerns them all. */
async function staleConfigurations({ project, files }: Machine): Promise<readonly HostComponent[]> {
  const stale = new Set<HostComponent>();
  for (const { path, content } of files) {
    if ((await readFile(join(project.directory, path), 'utf8').catch(() => undefined)) === content) continue;
    const own = composeComponents.find((component) => path === `${component}.conf`);
    for (const component of own === undefined ? composeComponents : [own]) stale.add(component);
  }
  return composeComponents.filter((component) => stale.has(component));
}

function observePorts(machine: Machine, running: readonly HostComponent[]): Promise<readonly PortFact[]> {
  return Promise.all(
    (['postgres', 'web', 'gevent'] as const).map(async (component) => {
      const port = machine.ports[component];
      const holder = running.includes(component) ? 'ours' : (await isPortFree(port)) ? 'free' : 'other';
      return { port, component, holder, remedy: machine.portRemedies[component] };
    }),
  );
}

async function observe(machine: Machine): Promise<ComposeFacts> {
  const { docker, environment, ports, directory, components, stateDirectory } = machine;
  const obstacle = await docker.obstacle();
  const canAsk = obstacle === undefined;
  const listed = canAsk ? await components.list() : [];
  const running = listed.filter(({ isAlive }) => isAlive).map(({ component }) => component as HostComponent);
  return {
    obstacle,
    missingImages: canAsk ? await missingImages(docker, Object.values(composeImages)) : [],
    hasDatabase: (await readFile(databaseMarker(machine), 'utf8').catch(() => '')) === environment.database,
    hasPreparedDatabase: false,
    hasCredentials: await hasCredentials(directory, ports.postgres, environment.database),
    staleConfigurations: await staleConfigurations(machine),
    running,
    ports: await observePorts(machine, running),
    freeBytes: {
      images: canAsk ? await imageSpace(docker) : undefined,
      state: (await freeBytes(stateDirectory)) ?? 0,
    },
  };
}

async function issue(machine: Machine, at: string, orders: number, context: StepContext): Promise<void> {
  const { environment, deadlines, warehouses, project, superuser, directory } = machine;
  const adminPassword = randomBytes(12).toString('base64url');
  const postgresUrl = await createReadOnlyRole(superuser, { at, final: environment.database });
  const request = { database: at, deadlines, warehouses, orders, adminPassword, seed: 19 };
  const { apiKey } = await seedEnvironment(containerOdoo(project), request, context);
  await writeCredentials(directory, { adminPassword, postgresUrl, apiKey });
}

async function createDatabase(machine: Machine, context: StepContext): Promise<void> {
  const { project, superuser, environment, modules } = machine;
  await removeOneOffs(project, context);
  await createWholeDatabase(
    { project, superuser },
    { database: environment.database, modules },
    async (building) => {
      await addExtensions(superuser, building);
      await issue(machine, building, seededOrders, context);
    },
    context,
  );
  await writeFile(databaseMarker(machine), environment.database);
}

async function perform(machine: Machine, step: ComposeStep, context: StepContext): Promise<void> {
  const { project, environment } = machine;
  switch (step.kind) {
    case 'pull-images':
      return pullImages(machine.docker, step.images, context);
    case 'write-configuration':
      return writeProject(project, environment.name, machine.files);
    case 'create-database':
      return createDatabase(machine, context);
    case 'issue-credentials':
      return issue(machine, environment.database, 0, context);
    case 'stop-component':
      // Removed, not only stopped: a container keeps the configuration it was made with.
      await project.compose(['rm', '--stop', '--force', step.component], {
        timeoutSeconds: 120,
        signal: context.signal,
      });
      return;
    case 'start-components':
      return startServices(project, step.components, machine.ports, context.signal);
  }
}

/** The container engine as one environment's host, and the table of its containers. */
export async function createComposeHost(
  options: ComposeHostOptions,
): Promise<{ readonly host: Host<ComposeFacts, ComposeStep>; readonly components: ComponentTable }> {
  const { environment, stateDirectory, docker, ports, modules } = options;
  const directory = join(stateDirectory, environment.name);
  await mkdir(directory, { recursive: true });
  const name = projectName(stateDirectory, environment.name);
  const project = openProject(docker, projectDirectory(stateDirectory, environment.name), name);
  const compiled = { ...environment, modules, ports, project: name, directories: projectDirectories };
  const components = createContainerTable(project, { ports, holdDirectory: join(directory, 'run') });
  const machine: Machine = {
    ...options,
    project,
    files: compileCompose(compiled, await launcherText()),
    components,
    superuser: projectSuperuser(project.directory, ports.postgres, insideContainers.databaseRole),
    directory,
  };
  return {
    components,
    host: {
      observe: () => observe(machine),
      perform: (step, context) => perform(machine, step, context),
      components: composeComponents,
    },
  };
}
