import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createComponentTable } from '../adapters/host/component-table.ts';
import { createHost } from '../adapters/host/host.ts';
import { machineCache } from '../adapters/host/places.ts';
import type { ProcessSpecification } from '../core/compile/index.ts';
import type { Environment } from '../core/estate/index.ts';
import { hostEnvironment, hostPorts } from '../core/provision/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { ComponentTable, Host } from '../ports/host.ts';
import type { Settings } from './settings.ts';

export { hostPlatformObstacle } from '../adapters/host/places.ts';
export {
  type Announcement,
  beginSupervision,
  readAnnouncement,
  type StoppedProcess,
  type Supervision,
  stopRecorded,
  stopSupervisor,
  supervisorPid,
} from '../adapters/host/supervision.ts';

/** The clock of the command line. */
export const clock: Clock = systemClock;

/** The PostgreSQL port chosen for an environment: by option now, or by an earlier run. */
async function rememberedPort(stateDirectory: string, environment: string, chosen: number | undefined) {
  const file = join(stateDirectory, environment, 'postgres-port');
  if (chosen !== undefined) {
    await mkdir(join(stateDirectory, environment), { recursive: true });
    await writeFile(file, `${chosen}\n`);
    return chosen;
  }
  const known = Number(await readFile(file, 'utf8').catch(() => ''));
  return known > 0 ? known : undefined;
}

/** One environment on this machine: its host and the table of its processes. */
export async function createEnvironmentHost(
  environment: Environment,
  options: {
    readonly settings: Settings;
    readonly postgresPort?: number | undefined;
    readonly deadlines: readonly Temporal.Instant[];
  },
): Promise<{ readonly host: Host; readonly components: ComponentTable }> {
  const { stateDirectory } = options.settings;
  const postgresPort = await rememberedPort(stateDirectory, environment.name, options.postgresPort);
  const place = `${environment.place.file}:${environment.place.line}`;
  const inEstate = `Stop it, or change the port in connect.odoo.url of ${environment.name} (${place}).`;
  return createHost({
    environment: hostEnvironment(environment, totalmem()),
    modules: environment.odoo.modules,
    ports: hostPorts(environment, postgresPort),
    portRemedies: {
      postgres: 'Stop it, or choose another port with --postgres-port.',
      web: inEstate,
      gevent: `${inEstate} Long polling is three above it.`,
      cron: '',
    },
    deadlines: options.deadlines,
    stateDirectory,
    cacheDirectory: machineCache,
  });
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
