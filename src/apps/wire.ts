import { randomUUID } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { openDurable } from '../adapters/durable/open-workflow.ts';
import { createCoordination, createPostgresSampleStore, eventChannel } from '../adapters/postgres/index.ts';
import type { Environment, Estate, LifecycleState } from '../core/estate/index.ts';
import { findJourney } from '../core/journey/index.ts';
import { Fault } from '../core/kernel/index.ts';
import { describeMetric } from '../core/observe/index.ts';
import { changeLifecycle } from '../workflows/change-lifecycle.ts';
import { runController } from '../workflows/controller.ts';
import { type JourneyOptions, runJourney } from '../workflows/journeys/run-journey.ts';
import { defineObjectiveWork, objectiveWorkOf } from '../workflows/objectives/objective-work.ts';
import { createSeriesCache } from '../workflows/objectives/series-cache.ts';
import { observeEnvironment } from '../workflows/observe-environment.ts';
import { publishEvents } from '../workflows/publish-events.ts';
import { defineRecurringWork, durableWorkOf, servicesProvedBy } from '../workflows/recurring-work.ts';
import { noteLook } from '../workflows/register-environments.ts';
import { createEstateWatch } from '../workflows/watch-estate.ts';
import { createPlanning } from './estate-planning.ts';
import { portalDirectory, version } from './installation.ts';
import { createTrust } from './server/client-address.ts';
import type { ServerDeps } from './server/deps.ts';
import type { Runtime } from './server/run.ts';
import type { Settings } from './settings.ts';
import { wireAccess } from './wire-access.ts';
import { wireActing } from './wire-act.ts';
import { wireAlerting } from './wire-alerts.ts';
import { loadEstateFrom, requireEstate } from './wire-estate.ts';
import { clonesHere } from './wire-machine.ts';
import { objectiveSources } from './wire-objectives.ts';
import { createObserver, nextCutOffsOf } from './wire-observe.ts';
import { journeyParts, openOdooAccess } from './wire-odoo.ts';
import { wireRecoveryWork } from './wire-recovery-work.ts';
import { hash, type OpenStore, openStore } from './wire-store.ts';
import { randomToken } from './wire-tokens.ts';

type Log = ServerDeps['log'];

interface ServeOptions {
  readonly settings: Settings;
  readonly directory: string;
  readonly log: Log;
}

const durableConcurrency = 4;
const actor = { kind: 'controller', name: 'controller' } as const;

/** Wakes event streams when any controller on this database published something. */
async function listenForEvents(opened: OpenStore): Promise<ServerDeps['onEvents']> {
  const listeners = new Set<() => void>();
  await opened.pool.listen(eventChannel, () => {
    for (const listener of listeners) listener();
  });
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

async function readinessOf(opened: OpenStore): Promise<readonly string[]> {
  const answer = opened.pool`SELECT 1`.then(
    () => [],
    (error: unknown) => [`the database does not answer: ${error instanceof Error ? error.message : String(error)}`],
  );
  const late = new Promise<string[]>((resolve) => {
    setTimeout(() => resolve(['the database did not answer within 3 s']), 3_000).unref();
  });
  return Promise.race([answer, late]);
}

/** Looking at environments, running journeys, and the loop that decides when. */
async function wireWork(
  options: ServeOptions,
  opened: OpenStore,
  parts: { readonly store: OpenStore['store']; readonly estate: () => Estate },
) {
  const { settings, log } = options;
  const { store, estate } = parts;
  const clock = systemClock;
  const observer = createObserver(settings, { keepsLogPlace: true });
  const odoo = openOdooAccess(settings);
  const samples = createPostgresSampleStore(opened.pool);
  const durable = await openDurable(opened.url, { concurrency: durableConcurrency });
  const journeys = { ...journeyParts(settings, odoo), journeys: store.journeys, samples };
  const runInTurn = (environment: Environment, journey: string, how: JourneyOptions) =>
    runJourney(journeys, environment, journey, how);
  defineRecurringWork({ clock, store, samples, durable, runJourney: runInTurn, estate, log });
  const source = objectiveSources(settings, samples);
  defineObjectiveWork({ clock, store, cache: createSeriesCache(), source, actor, durable, estate });
  const { directory } = options;
  const recovery = wireRecoveryWork({ settings, directory, store, durable, estate, actor, log });
  let lifecycle: ReadonlyMap<string, LifecycleState> = new Map();
  const watchLifecycle = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      lifecycle = await store.lifecycle.list().catch(() => lifecycle);
      await clock.sleep(2, signal).catch(() => {});
    }
  };
  const observe = async (environment: Estate['environments'][number], signal: AbortSignal): Promise<void> => {
    const { services } = estate();
    const deps = { ...observer, store, samples, services, nextCutOffs: nextCutOffsOf, actor };
    const health = await observeEnvironment(deps, environment, signal);
    await noteLook({ store, clock }, health);
  };
  const coordination = createCoordination(opened.pool);
  const me = randomUUID();
  const alerting = wireAlerting({ settings, store, samples, coordination, estate, me, log });
  const controller = {
    clock,
    coordination,
    durable,
    me,
    environments: () => estate().environments.filter(({ name }) => lifecycle.get(name) !== 'retired'),
    durableWork: () => [
      ...durableWorkOf(estate(), lifecycle),
      ...objectiveWorkOf(estate(), lifecycle),
      ...recovery.work(lifecycle),
    ],
    observe,
    log,
  };
  return {
    samples,
    journeys,
    startBackup: recovery.startBackup,
    startCopies: recovery.startCopies,
    startDrill: recovery.startDrill,
    canArchive: recovery.canArchive,
    requests: recovery.requests,
    async run(signal: AbortSignal): Promise<void> {
      await durable.startWorker();
      try {
        await Promise.all([watchLifecycle(signal), runController(controller, signal), alerting.run(signal)]);
      } finally {
        recovery.cancel();
        await durable.stop(10);
      }
    },
    async close(): Promise<void> {
      odoo.close();
      await observer.close();
    },
  };
}

/** A real server: estate from files, records in PostgreSQL, the controller beside the API. */
export async function wireServe(
  options: ServeOptions,
): Promise<{ readonly runtime: Runtime; announce(url: string): Promise<string | undefined> }> {
  const { settings, directory, log } = options;
  const isTrustedProxy = createTrust(settings.trustedProxies);
  await requireEstate(directory);
  const first = await loadEstateFrom(directory);
  if (first.estate === undefined) throw new Fault('ESTATE_INVALID', `${directory} changed while it was read.`);
  const opened = await openStore(settings, 'refuse');
  const clock = systemClock;
  const store = publishEvents(opened.store, clock);
  const load = () => loadEstateFrom(directory);
  const watch = createEstateWatch({ store, clock, load, log }, { ...first, estate: first.estate });
  const estate = (): Estate => watch.current().estate;
  const wired = await wireAccess(settings, opened.url, { store, clock, log });
  const work = await wireWork(options, opened, { store, estate });
  const deps: ServerDeps = {
    clock,
    store,
    samples: work.samples,
    access: wired.access,
    estate: watch.current,
    planning: createPlanning(),
    describeMetric,
    hash,
    randomToken,
    changeLifecycle: (change) => changeLifecycle({ store, clock }, change),
    runJourney: async (name, journey, signal) => {
      const environment = estate().environments.find((each) => each.name === name);
      if (environment === undefined || findJourney(journey) === undefined) return undefined;
      return runJourney(work.journeys, environment, journey, {
        services: servicesProvedBy(estate(), name, journey),
        signal,
      });
    },
    startBackup: work.startBackup,
    startCopies: work.startCopies,
    clones: clonesHere(settings),
    requests: work.requests,
    canArchive: work.canArchive,
    startDrill: (name, backup, requestedBy) => {
      const environment = estate().environments.find((each) => each.name === name);
      if (environment === undefined)
        throw new Fault('ENVIRONMENT_UNKNOWN', `The estate declares no environment ${name}.`);
      return work.startDrill(environment, backup, requestedBy);
    },
    acting: wireActing(settings, estate),
    onEvents: await listenForEvents(opened),
    readiness: () => readinessOf(opened),
    portalDirectory: portalDirectory(),
    isTrustedProxy,
    log,
    version,
  };
  const runtime: Runtime = {
    deps,
    start: async (signal) => {
      await Promise.all([watch.run(signal), work.run(signal)]);
    },
    close: async () => {
      await work.close();
      await wired.close();
      await opened.close();
    },
  };
  return { runtime, announce: wired.announce };
}
