import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createComposeHost } from '../adapters/docker/compose-host.ts';
import { createDocker } from '../adapters/docker/docker.ts';
import { hasProject, type StoppedContainer, stopProjects } from '../adapters/docker/project.ts';
import { createComponentTable } from '../adapters/host/component-table.ts';
import { createHost } from '../adapters/host/host.ts';
import { findRuntimeDirectory, hostPlatformObstacle, machineCache } from '../adapters/host/places.ts';
import { type StoppedProcess, stopRecorded } from '../adapters/host/supervision.ts';
import type { ProcessSpecification } from '../core/compile/index.ts';
import type { Environment, Repository } from '../core/estate/index.ts';
import {
  type ComposeFacts,
  type ComposeStep,
  choosePlatform,
  hostEnvironment,
  hostPorts,
  type PlatformChoice,
  type SeedDeadline,
  seededWarehouses,
  type UpPlatform,
} from '../core/provision/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComponentTable, Host } from '../ports/host.ts';
import { faultFrom } from '../workflows/bring-up.ts';
import type { Settings } from './settings.ts';
import { archiveOf, rememberedPort } from './wire-archive.ts';
import { placeOf } from './wire-observe.ts';

export {
  type Announcement,
  beginSupervision,
  readAnnouncement,
  type Supervision,
  stopSupervisor,
  supervisorPid,
} from '../adapters/host/supervision.ts';

/** The clock of the command line. */
export const clock: Clock = systemClock;

/** The platform that an environment of this state directory was brought up on before. */
function rememberedPlatform(environment: Environment, { stateDirectory }: Settings): UpPlatform | undefined {
  if (hasProject(stateDirectory, environment.name)) return 'compose';
  return findRuntimeDirectory(stateDirectory, environment.name) === undefined ? undefined : 'host';
}

/**
 * The platform that a bring-up runs an environment on here. Throws PLATFORM_UNSUPPORTED or ENGINE_UNREACHABLE with every way
 * out, where none can.
 */
export async function decidePlatform(
  environment: Environment,
  settings: Settings,
  asked: UpPlatform | undefined,
): Promise<PlatformChoice> {
  const remembered = rememberedPlatform(environment, settings);
  const host = await hostPlatformObstacle();
  const wanted = asked ?? remembered ?? environment.platform;
  const needsEngine = wanted === 'compose' || host !== undefined;
  const compose = needsEngine ? await createDocker(settings.environment).obstacle() : undefined;
  const choice = choosePlatform(environment, { asked, remembered }, { host, compose });
  if (choice.kind === 'refused') throw faultFrom(choice);
  return choice;
}

/** One environment on this machine, by the platform that runs it, and the table of its components. */
export type EnvironmentMachine = { readonly components: ComponentTable } & (
  | { readonly platform: 'host'; readonly host: Host }
  | { readonly platform: 'compose'; readonly host: Host<ComposeFacts, ComposeStep> }
);

/** Opens an environment on this machine; on the platform it was brought up on before where none is named. */
export async function openEnvironment(
  environment: Environment,
  options: {
    readonly settings: Settings;
    readonly repositories: readonly Repository[];
    readonly platform?: UpPlatform | undefined;
    readonly postgresPort?: number | undefined;
    readonly deadlines: readonly SeedDeadline[];
  },
): Promise<EnvironmentMachine> {
  const { stateDirectory } = options.settings;
  const declared = environment.platform === 'compose' ? 'compose' : 'host';
  const platform = options.platform ?? rememberedPlatform(environment, options.settings) ?? declared;
  const postgresPort = await rememberedPort(stateDirectory, environment.name, options.postgresPort);
  const { repositories, settings } = options;
  const archived = platform === 'host' ? await archiveOf(environment, repositories, settings) : undefined;
  const place = `${environment.place.file}:${environment.place.line}`;
  const inEstate = `Stop it, or change the port in connect.odoo.url of ${environment.name} (${place}).`;
  const wanted = {
    environment: hostEnvironment(environment, totalmem(), archived?.archive, (path) => placeOf(path, stateDirectory)),
    modules: environment.odoo.modules,
    ports: hostPorts(environment, postgresPort),
    portRemedies: {
      postgres: 'Stop it, or choose another port with --postgres-port.',
      web: inEstate,
      gevent: `${inEstate} Long polling is three above it.`,
      cron: '',
    },
    deadlines: options.deadlines,
    warehouses: seededWarehouses(environment),
    stateDirectory,
  };
  if (platform === 'host') {
    const host = { ...wanted, archiveSecrets: archived?.secrets, cacheDirectory: machineCache };
    return { platform, ...(await createHost(host)) };
  }
  return { platform, ...(await createComposeHost({ ...wanted, docker: createDocker(options.settings.environment) })) };
}

/** Stops what bring-ups of a state directory started, processes and containers, and nothing else. */
export async function stopEverything(settings: Settings): Promise<readonly (StoppedProcess | StoppedContainer)[]> {
  const processes = await stopRecorded(settings.stateDirectory);
  return [...processes, ...(await stopProjects(settings.stateDirectory, createDocker(settings.environment)))];
}

const cli = resolve(import.meta.dirname, 'cli/main.ts');

/** A process that runs one of our own commands beside the environments. */
export interface OwnProcess {
  readonly component: 'serve' | 'workload';
  readonly why: string;
  readonly args: readonly string[];
  /** Asked until it answers 200; ready at once where it is absent. */
  readonly healthUrl?: string | undefined;
}

function ownSpecification(own: OwnProcess, settings: Settings): ProcessSpecification {
  const inherited = Object.entries(settings.environment).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const logFile = join(settings.stateDirectory, 'log', `${own.component}.log`);
  return {
    component: own.component,
    why: own.why,
    command: [process.execPath, cli, ...own.args],
    environment: { ...Object.fromEntries(inherited), PLIMSOLL_STATE: settings.stateDirectory, NO_COLOR: '1' },
    directory: process.cwd(),
    logFile,
    ready: own.healthUrl === undefined ? { kind: 'at-once' } : { kind: 'http', url: own.healthUrl },
    readyWithinSeconds: 90,
    stopSignal: 'SIGTERM',
    stopWithinSeconds: 30,
  };
}

/** The table of our own processes: the control plane and the workload. */
export function createOwnTable(processes: readonly OwnProcess[], settings: Settings): ComponentTable {
  return createComponentTable({
    directory: join(settings.stateDirectory, 'run'),
    specifications: processes.map((own) => ownSpecification(own, settings)),
  });
}
