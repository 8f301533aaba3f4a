import { z } from 'zod';
import type { Environment, Estate, LifecycleState } from '../core/estate/index.ts';
import { findJourney, type JourneyRun } from '../core/journey/index.ts';
import { waitBeforeLookingAgain } from '../core/schedule/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Durable, DurableContext, DurableInput, DurableWorkflow } from '../ports/durable.ts';
import type { SampleStore } from '../ports/sample-store.ts';
import type { Store } from '../ports/store.ts';
import type { DurableWork } from './controller.ts';
import type { JourneyOptions } from './journeys/run-journey.ts';

const maintainEverySeconds = 3_600;
const rollUpEverySeconds = 300;
/** An hour is rolled up this long after it ended: samples of its last look may still be on their way. */
const rollUpGraceSeconds = 60;
const keepEventsHours = 6;
const keepJourneysDays = 90;
const keepWorkflowRunsHours = 48;

export interface RecurringDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly samples: SampleStore;
  readonly durable: Durable;
  readonly runJourney: (
    environment: Environment,
    journey: string,
    options: Pick<JourneyOptions, 'id' | 'services'>,
  ) => Promise<Pick<JourneyRun, 'outcome' | 'durationSeconds'>>;
  readonly estate: () => Estate;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** The journeys that an environment's services name and that we know. */
function journeysOf(estate: Estate, environment: Environment): readonly string[] {
  const named = estate.services
    .filter((service) => service.environments.includes(environment.name))
    .flatMap((service) => service.journey ?? []);
  return [...new Set(named)].filter((journey) => findJourney(journey) !== undefined).sort();
}

/** What is to be done again and again by durable runs. Environments that are suspended or retired rest. */
export function durableWorkOf(estate: Estate, lifecycle: ReadonlyMap<string, LifecycleState>): readonly DurableWork[] {
  const isResting = (name: string): boolean => ['suspended', 'retired'].includes(lifecycle.get(name) ?? '');
  const journeys = estate.environments
    .filter((environment) => environment.connect.odoo !== undefined && !isResting(environment.name))
    .flatMap((environment) =>
      journeysOf(estate, environment).map((journey) => ({
        name: `journey/${environment.name}/${journey}`,
        everySeconds: environment.thresholds.journeyEverySeconds,
        workflow: 'journey',
        input: { environment: environment.name, journey },
      })),
    );
  return [
    ...journeys,
    { name: 'roll-up', everySeconds: rollUpEverySeconds, workflow: 'roll-up', input: {} },
    { name: 'maintenance', everySeconds: maintainEverySeconds, workflow: 'maintenance', input: {} },
  ];
}

/** The services that a journey proves in an environment. */
export function servicesProvedBy(estate: Estate, environment: string, journey: string): readonly string[] {
  return estate.services
    .filter((service) => service.journey === journey && service.environments.includes(environment))
    .map((service) => service.name);
}

const ended = z.object({ outcome: z.enum(['passed', 'failed', 'unknown', 'refused']), durationSeconds: z.number() });

/** Starts the next look as a run of its own: while it waits it holds no worker that another environment needs. */
async function planNextLook(
  deps: RecurringDeps,
  environment: Environment,
  input: DurableInput,
  context: DurableContext,
  run: string,
): Promise<boolean> {
  const now = deps.clock.now();
  const looksBefore = Number(input['looksBefore'] ?? 0);
  const firstAt = String(input['firstAt'] ?? context.createdAt);
  const sinceFirstSeconds = now.since(Temporal.Instant.from(firstAt)).total({ unit: 'seconds' });
  const everySeconds = environment.thresholds.journeyEverySeconds;
  const look = { ...ended.parse(JSON.parse(run)), looksBefore, sinceFirstSeconds, everySeconds };
  const waitSeconds = waitBeforeLookingAgain(look);
  if (waitSeconds === undefined) return false;
  const next = { ...input, looksBefore: looksBefore + 1, firstAt };
  const notBefore = now.add({ milliseconds: Math.round(waitSeconds * 1_000) });
  await deps.durable.start('journey', next, `${context.runId}/again`, { notBefore });
  return true;
}

function journeyWorkflow(deps: RecurringDeps): DurableWorkflow {
  return {
    name: 'journey',
    attempts: 2,
    run: async (input, context) => {
      const environment = deps.estate().environments.find((each) => each.name === input['environment']);
      const journey = String(input['journey']);
      // Declared no more, or waiting since before a pause: what it would have shown is gone.
      const isStale =
        environment !== undefined &&
        deps.clock.now().since(context.createdAt).total({ unit: 'seconds' }) >
          Math.max(120, 2 * environment.thresholds.journeyEverySeconds);
      if (environment === undefined || isStale) return;
      const services = servicesProvedBy(deps.estate(), environment.name, journey);
      const run = await context.step('run', async () => {
        const { outcome, durationSeconds } = await deps.runJourney(environment, journey, {
          id: context.runId,
          services,
        });
        return JSON.stringify({ outcome, durationSeconds });
      });
      await context.step('plan the next look', () => planNextLook(deps, environment, input, context, run));
    },
  };
}

function rollUpWorkflow({ clock, samples }: RecurringDeps): DurableWorkflow {
  return {
    name: 'roll-up',
    attempts: 3,
    run: async (_input, context) => {
      await context.step('hours', async () => {
        const { rolledHours } = await samples.rollUp(clock.now().subtract({ seconds: rollUpGraceSeconds }));
        return rolledHours;
      });
    },
  };
}

function maintenanceWorkflow(deps: RecurringDeps): DurableWorkflow {
  return {
    name: 'maintenance',
    attempts: 3,
    run: async (_input, context) => {
      const thresholds = deps.estate().environments.map((environment) => environment.thresholds);
      const now = deps.clock.now();
      await context.step('samples', async () => {
        const done = await deps.samples.maintain({
          now,
          retainRawSeconds: Math.max(86_400, ...thresholds.map((each) => each.retainRawSeconds)),
          retainRolledUpSeconds: Math.max(86_400, ...thresholds.map((each) => each.retainRolledUpSeconds)),
        });
        return done.droppedPartitions;
      });
      await context.step('events', () => deps.store.events.prune(now.subtract({ hours: keepEventsHours })));
      await context.step('journeys', () => deps.store.journeys.prune(now.subtract({ hours: keepJourneysDays * 24 })));
      await context.step('workflow runs', () => deps.durable.prune(now.subtract({ hours: keepWorkflowRunsHours })));
    },
  };
}

/** Makes the durable workflows known to the engine. */
export function defineRecurringWork(deps: RecurringDeps): void {
  deps.durable.define(journeyWorkflow(deps));
  deps.durable.define(rollUpWorkflow(deps));
  deps.durable.define(maintenanceWorkflow(deps));
}
