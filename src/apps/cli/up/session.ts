import type { Environment } from '../../../core/estate/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { seedDeadlines } from '../../../core/provision/index.ts';
import type { ComponentTable } from '../../../ports/host.ts';
import { type BringUpListener, bringUp } from '../../../workflows/bring-up.ts';
import { keepUp } from '../../../workflows/keep-up.ts';
import { clock, createEnvironmentHost, createOwnTable, hostPlatformObstacle, type OwnProcess } from '../../wire-up.ts';
import type { CommandContext } from '../command.ts';
import { createProgress, type Progress, type StepDisplay } from '../progress.ts';
import { ensureJourneys } from './journeys.ts';
import { ensurePortal } from './portal.ts';

/** What `plimsoll up` was asked for. */
export interface UpRequest {
  readonly directory: string;
  readonly environments: readonly Environment[];
  readonly postgresPort: number | undefined;
  readonly ownProcesses: readonly OwnProcess[];
}

function listenerFor(progress: Progress, environment: string, context: CommandContext): BringUpListener {
  let display: StepDisplay | undefined;
  return {
    planned: (steps) => context.output.note(steps.length === 0 ? `${environment} is up already` : `${environment}:`),
    began: (step) => {
      display = progress.step(step);
    },
    progressed: (_step, moved) => display?.update(moved),
    ended: () => display?.done(),
    failed: () => display?.failed(),
  };
}

/** Throws PLATFORM_UNSUPPORTED with every way out, where this machine cannot run the environments itself. */
export async function requirePlatform(directory: string): Promise<void> {
  const obstacle = await hostPlatformObstacle();
  if (obstacle === undefined) return;
  throw new Fault(
    'PLATFORM_UNSUPPORTED',
    [
      `Platform host cannot run here: ${obstacle}.`,
      'With a Docker engine, `plimsoll compile --platform compose --out DIR` writes a Compose file for the official images.',
      `To watch an Odoo that already runs, point connect: at it in ${directory} and run \`plimsoll serve ${directory}\`.`,
    ].join('\n'),
  );
}

/** Starts our own processes. One that does not start is told and tried again later: the environments serve without it. */
async function startOwn(request: UpRequest, progress: Progress, context: CommandContext) {
  const table = createOwnTable(request.ownProcesses, context.settings);
  const running: string[] = [];
  for (const own of request.ownProcesses) {
    context.signal.throwIfAborted();
    await table.hold(own.component, false);
    const display = progress.step({ title: `Start ${own.component}`, why: own.why, expectedSeconds: 6 });
    try {
      await table.start(own.component, context.signal);
      display.done();
      running.push(own.component);
    } catch (error) {
      display.failed();
      if (context.signal.aborted) throw error;
      context.output.note(
        `${error instanceof Error ? error.message : String(error)} It is tried again while this runs.`,
      );
    }
  }
  return { table, running };
}

/** Brings everything up, in order, and answers the tables to keep up and which of our own processes run. */
export async function bringAllUp(
  request: UpRequest,
  context: CommandContext,
): Promise<{ readonly tables: readonly ComponentTable[]; readonly running: readonly string[] }> {
  const progress = createProgress(context.output);
  const now = clock.now();
  const tables: ComponentTable[] = [];
  for (const environment of request.environments) {
    const { host, components } = await createEnvironmentHost(environment, {
      settings: context.settings,
      postgresPort: request.postgresPort,
      deadlines: seedDeadlines(environment, now),
    });
    for (const { component } of host.processes) await components.hold(component, false);
    await bringUp(host, { listener: listenerFor(progress, environment.name, context), signal: context.signal });
    tables.push(components);
    await ensureJourneys(environment, progress, context);
  }
  if (request.ownProcesses.length > 0) await ensurePortal(progress, context.signal);
  const own = await startOwn(request, progress, context);
  return { tables: [...tables, own.table], running: own.running };
}

/** Keeps everything running until the signal, saying what it sees. */
export function superviseAll(tables: readonly ComponentTable[], context: CommandContext): Promise<void> {
  const { output, signal } = context;
  return keepUp(tables, {
    clock,
    signal,
    listener: {
      ended: (component, why) => output.note(`${component}: ${why}`),
      restarted: (component) => output.note(`${component}: started again`),
      failedToStart: (component, error) =>
        output.note(`${component}: did not start: ${error instanceof Error ? error.message : String(error)}`),
    },
  });
}
