import { join } from 'node:path';
import type { HostComponent, Readiness } from '../../core/compile/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Ending, HostPorts } from '../../core/provision/index.ts';
import type { ComponentStatus, ComponentTable } from '../../ports/host.ts';
import { createHolds } from '../host/holds.ts';
import { logEnd, waitUntilReady } from '../host/readiness.ts';
import { type Container, markStarted, type Project, projectDirectories } from './project.ts';

export const composeComponents: readonly HostComponent[] = ['postgres', 'web', 'gevent', 'cron'];

/** 143 is an end by SIGTERM, 130 by SIGINT: somebody's wish, as is a plain end. */
const cleanExitCodes: readonly (number | undefined)[] = [0, 130, 143];
const readyWithinSeconds = 120;
/** The supervisor looks every second; asking the engine is a program's start each time. */
const listKeptMilliseconds = 3_000;

/** When each component counts as up, as seen from outside its container. */
function readinessOf(component: HostComponent, ports: HostPorts, directory: string): Readiness {
  switch (component) {
    case 'postgres':
      return { kind: 'postgres', port: ports.postgres };
    case 'web':
      return { kind: 'http', url: `http://127.0.0.1:${ports.web}/web/health?db_server_status=1` };
    case 'gevent':
      return { kind: 'http', url: `http://127.0.0.1:${ports.gevent}/web/health` };
    case 'cron':
      return { kind: 'log', file: join(directory, projectDirectories.logs, 'cron.log'), text: 'Registry loaded' };
  }
}

const endingOf = (container: Container | undefined): Ending =>
  container === undefined || container.state !== 'exited'
    ? 'unknown'
    : cleanExitCodes.includes(container.exitCode)
      ? 'clean'
      : 'crash';

/** Answers whether the service's container lives, asking the engine once in a second. */
function createLifeCheck(project: Project, component: string): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let last = true;
  return async () => {
    if (performance.now() - askedAt < 1_000) return last;
    askedAt = performance.now();
    const found = (await project.containers()).find(({ service, isOneOff }) => service === component && !isOneOff);
    last = found !== undefined && !['exited', 'dead'].includes(found.state);
    return last;
  };
}

async function waitForComponent(
  project: Project,
  component: HostComponent,
  ports: HostPorts,
  from: { readonly logFromByte: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const isAlive = createLifeCheck(project, component);
  try {
    await waitUntilReady(component, readinessOf(component, ports, project.directory), {
      withinSeconds: readyWithinSeconds,
      isAlive,
      ...from,
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const lastLines = await project
      .compose(['logs', '--no-color', '--no-log-prefix', '--tail', '12', component], { timeoutSeconds: 30 })
      .catch(() => []);
    const logs = join(project.directory, projectDirectories.logs);
    const message = `${error.message} Its container said: ${lastLines.at(-1) ?? 'nothing'} (logs: ${logs}, and \`docker compose logs ${component}\` in ${project.directory}).`;
    throw new Fault(error.code, message, { cause: error, details: { lastLines: lastLines.join('\n') } });
  }
}

/** Starts services, and only these, and waits until each is ready. */
export async function startServices(
  project: Project,
  components: readonly HostComponent[],
  ports: HostPorts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ends = await Promise.all(
    components.map((component) => logEnd(readinessOf(component, ports, project.directory))),
  );
  await markStarted(project);
  await project.compose(['up', '--detach', '--no-deps', ...components], { timeoutSeconds: 300, signal });
  await Promise.all(
    components.map((component, index) =>
      waitForComponent(project, component, ports, { logFromByte: ends[index] ?? 0, signal }),
    ),
  );
}

/** The containers of a project as a table of components. Two tables over one project see the same containers. */
export function createContainerTable(
  project: Project,
  options: { readonly ports: HostPorts; readonly holdDirectory: string },
): ComponentTable {
  const holds = createHolds(options.holdDirectory);
  let kept: { readonly at: number; readonly containers: readonly Container[] } | undefined;
  const look = async (): Promise<readonly Container[]> => {
    if (kept !== undefined && performance.now() - kept.at < listKeptMilliseconds) return kept.containers;
    // An engine that does not answer runs nothing that we could vouch for.
    const containers = await project.containers().catch(() => []);
    kept = { at: performance.now(), containers };
    return containers;
  };
  const find = (component: string): HostComponent => {
    const known = composeComponents.find((name) => name === component);
    if (known === undefined) throw new Fault('COMMAND_FAILED', `There is no component ${component} here.`);
    return known;
  };
  return {
    list: async () => {
      const containers = (await look()).filter(({ isOneOff }) => !isOneOff);
      return Promise.all(
        composeComponents.map(async (component): Promise<ComponentStatus> => {
          const container = containers.find(({ service }) => service === component);
          const isAlive = container?.state === 'running';
          const isHeld = await holds.isHeld(component);
          return { component, isAlive, pid: undefined, isHeld, ending: endingOf(container) };
        }),
      );
    },
    start: async (component, signal) => {
      kept = undefined;
      await startServices(project, [find(component)], options.ports, signal);
      kept = undefined;
    },
    stop: async (component) => {
      const name = find(component);
      const living = (await project.containers()).some(
        ({ service, state, isOneOff }) => service === name && !isOneOff && state === 'running',
      );
      await project.compose(['stop', name], { timeoutSeconds: 120 });
      kept = undefined;
      return living ? 'stopped' : 'was-gone';
    },
    hold: async (component, isHeld) => holds.set(find(component), isHeld),
  };
}
