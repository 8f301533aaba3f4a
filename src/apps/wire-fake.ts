import { createHash, randomBytes } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createFakeAccess, type FakeCaller } from '../adapters/fake/access.ts';
import { createFakeCopying } from '../adapters/fake/copies.ts';
import { fakeEstate } from '../adapters/fake/estate.ts';
import { createFailingStore } from '../adapters/fake/failing-store.ts';
import { fakeRun } from '../adapters/fake/journeys.ts';
import { fillThePast, liveFakeLife, liveOnce } from '../adapters/fake/life.ts';
import { createFakeJudging } from '../adapters/fake/objectives.ts';
import { createRecoveryLife } from '../adapters/fake/recovery-life.ts';
import { createFakeSamples } from '../adapters/fake/samples.ts';
import type { Scenario } from '../adapters/fake/scenarios.ts';
import { createMemoryStore } from '../adapters/memory/store.ts';
import type { Estate } from '../core/estate/index.ts';
import { Fault } from '../core/kernel/index.ts';
import { describeMetric } from '../core/observe/index.ts';
import type { Clock } from '../ports/clock.ts';
import { changeLifecycle } from '../workflows/change-lifecycle.ts';
import { publishEvents } from '../workflows/publish-events.ts';
import { createPlanning } from './estate-planning.ts';
import { portalDirectory, version } from './installation.ts';
import type { ServerDeps } from './server/deps.ts';
import type { Runtime } from './server/run.ts';
import { createAlertingLife } from './wire-fake-alerts.ts';
import { createFakeRequests } from './wire-fake-requests.ts';

export type { Scenario };

export interface FakeOptions {
  readonly log?: ServerDeps['log'];
  readonly scenario?: Scenario;
  readonly clock?: Clock;
  /** Where the built portal lies, if not where builds go. */
  readonly portal?: string;
}

/** A made-up server that a test can change while somebody looks. */
export interface FakeRuntime extends Runtime {
  /** Fills the past and looks once; `start` does so by itself. */
  begin(): Promise<void>;
  /** Changes what the estate is like from now on, and looks at once. Environments stay the same. */
  play(scenario: Scenario): Promise<void>;
  /** Changes who is taken to ask; nobody where it is `undefined`. */
  signIn(caller: FakeCaller | undefined): void;
}

const administrator: FakeCaller = { role: 'administrator', mustEnrolSecondFactor: false };

function declaredIn(estate: Estate, name: string): Estate['environments'][number] {
  const environment = estate.environments.find((each) => each.name === name);
  if (environment === undefined) throw new Fault('ENVIRONMENT_UNKNOWN', `The estate declares no environment ${name}.`);
  return environment;
}

/** Nothing runs here: every action ends well, and says what it would have done. */
const fakeActing: ServerDeps['acting'] = {
  restartComponent: async (_environment, component) => ({
    isGood: true,
    note: `${component} was stopped and runs again as process 4242`,
  }),
  endSession: async (_environment, session) => ({
    isGood: session !== undefined,
    note:
      session === undefined
        ? 'no alert of this incident that still fires names a session that holds up others'
        : `the session with process id ${session.pid} that connected at ${session.backendStart} (psql) was ended`,
  }),
};

function subscriptionTo(listeners: Set<() => void>): ServerDeps['onEvents'] {
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

interface Life {
  fill(): Promise<void>;
  goOn(): Promise<void>;
}

/** Several lives as one, each after the other. */
function inTurn(...lives: readonly Life[]): Life {
  return {
    fill: async () => {
      for (const life of lives) await life.fill();
    },
    goOn: async () => {
      for (const life of lives) await life.goOn();
    },
  };
}

/** A server on memory adapters with a lively estate: no infrastructure, nobody signs in, nothing is kept. */
export function wireFake(options: FakeOptions = {}): FakeRuntime {
  let scenario: Scenario = options.scenario ?? 'busy';
  let caller: FakeCaller | undefined = administrator;
  let begun: Promise<void> | undefined;
  const listeners = new Set<() => void>();
  const clock = options.clock ?? systemClock;
  const memory = createMemoryStore({ onEvents: () => listeners.forEach((listener) => void listener()) });
  const store = publishEvents(memory, clock);
  const loaded = fakeEstate(scenario, clock.now());
  const names = loaded.estate.environments.map((environment) => environment.name);
  const world = { store, clock, environments: () => names, scenario: () => scenario };
  const recovery = createRecoveryLife(world, loaded.estate);
  const judging = createFakeJudging(world, loaded.estate);
  const asking = createFakeRequests(world, loaded.estate);
  const { fill, goOn } = inTurn(recovery, asking, createAlertingLife(world, loaded.estate));
  const look = async (): Promise<void> => {
    await liveOnce(world);
    await judging.now();
    await goOn();
  };
  const begin = (): Promise<void> => {
    begun ??= fillThePast(world).then(fill).then(look);
    return begun;
  };
  const deps: ServerDeps = {
    clock,
    store: createFailingStore(store, () => scenario === 'failing'),
    samples: createFakeSamples({ now: clock.now, environments: names, scenario: () => scenario }),
    access: createFakeAccess(clock.now, () => caller),
    estate: () => loaded,
    planning: createPlanning(),
    describeMetric,
    hash: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
    randomToken: () => randomBytes(32).toString('base64url'),
    changeLifecycle: (change) => changeLifecycle({ store, clock }, change),
    runJourney: async (environment, journey) => {
      const run = fakeRun(scenario, environment, journey, clock.now());
      if (run !== undefined) await store.journeys.record(run);
      return run;
    },
    startBackup: recovery.startBackup,
    canArchive: async () => true,
    ...createFakeCopying(world, loaded.estate),
    startDrill: (name, ...wish) => recovery.startDrill(declaredIn(loaded.estate, name), ...wish),
    requests: asking.requests,
    acting: fakeActing,
    onEvents: subscriptionTo(listeners),
    readiness: async () => (scenario === 'failing' ? ['the made-up store does not answer'] : []),
    portalDirectory: options.portal ?? portalDirectory(),
    isTrustedProxy: () => false,
    log: options.log ?? (() => {}),
    version,
  };
  return {
    deps,
    begin,
    play: async (next) => {
      scenario = next;
      await look();
    },
    signIn: (next) => {
      caller = next;
    },
    start: async (signal) => {
      await begin();
      await liveFakeLife(world, signal, () => goOn().then(judging.whenDue));
    },
    close: async () => {},
  };
}
