import type { Environment, Repository } from '../../../core/estate/index.ts';
import { planBringUp, planComposeBringUp, seedDeadlines, type UpPlatform } from '../../../core/provision/index.ts';
import type { ComponentTable } from '../../../ports/host.ts';
import { type BringUpListener, bringUp } from '../../../workflows/bring-up.ts';
import { keepUp } from '../../../workflows/keep-up.ts';
import { healEnvironment } from '../../wire-machine.ts';
import { clock, createOwnTable, decidePlatform, type OwnProcess, openEnvironment } from '../../wire-up.ts';
import type { CommandContext } from '../command.ts';
import { createProgress, createTimedProgress, type Progress, type StepDisplay, type TimedStep } from '../progress.ts';
import { ensureJourneys } from './journeys.ts';
import { ensurePortal } from './portal.ts';

/** What `plimsoll up` was asked for. */
export interface UpRequest {
  readonly directory: string;
  readonly environments: readonly Environment[];
  readonly repositories: readonly Repository[];
  /** Where each environment runs, by name. */
  readonly platforms: ReadonlyMap<string, UpPlatform>;
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

/** Decides where each environment runs, before anything is touched; throws with every way out where one cannot. */
export async function decidePlatforms(
  environments: readonly Environment[],
  asked: UpPlatform | undefined,
  { settings, output }: CommandContext,
): Promise<ReadonlyMap<string, UpPlatform>> {
  const platforms = new Map<string, UpPlatform>();
  for (const environment of environments) {
    const { platform, why } = await decidePlatform(environment, settings, asked);
    if (why !== undefined) output.note(`${environment.name} runs on platform ${platform}: ${why}`);
    platforms.set(environment.name, platform);
  }
  return platforms;
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

/** What a bring-up made: the tables to keep up, which of our own processes run, and how long each step took. */
export interface BroughtUp {
  readonly tables: readonly ComponentTable[];
  readonly running: readonly string[];
  readonly steps: readonly TimedStep[];
}

/** Brings everything up, in order. */
export async function bringAllUp(request: UpRequest, context: CommandContext): Promise<BroughtUp> {
  const progress = createTimedProgress(createProgress(context.output));
  const now = clock.now();
  const tables: ComponentTable[] = [];
  for (const environment of request.environments) {
    const healing = { report: () => undefined, signal: context.signal };
    const healed = await healEnvironment(environment, request.repositories, context.settings, healing);
    if (healed !== undefined) context.output.note(`${environment.name}: ${healed}`);
    const { components, ...machine } = await openEnvironment(environment, {
      settings: context.settings,
      repositories: request.repositories,
      platform: request.platforms.get(environment.name),
      postgresPort: request.postgresPort,
      deadlines: seedDeadlines(environment, now),
    });
    for (const component of machine.host.components) await components.hold(component, false);
    const options = { listener: listenerFor(progress, environment.name, context), signal: context.signal };
    if (machine.platform === 'host') await bringUp(machine.host, planBringUp, options);
    else await bringUp(machine.host, planComposeBringUp, options);
    tables.push(components);
    await ensureJourneys(environment, progress, context);
  }
  if (request.ownProcesses.length > 0) await ensurePortal(progress, context.signal);
  const own = await startOwn(request, progress, context);
  return { tables: [...tables, own.table], running: own.running, steps: progress.finished() };
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
