import { createHash, randomBytes } from 'node:crypto';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createFakeAccess } from '../adapters/fake/access.ts';
import { fakeEstate } from '../adapters/fake/estate.ts';
import { liveFakeLife, runFakeJourney } from '../adapters/fake/life.ts';
import { createFakeSamples } from '../adapters/fake/samples.ts';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { describeMetric } from '../core/observe/index.ts';
import { changeLifecycle } from '../workflows/change-lifecycle.ts';
import { publishEvents } from '../workflows/publish-events.ts';
import { createPlanning } from './estate-planning.ts';
import { portalDirectory, version } from './installation.ts';
import type { Runtime } from './server/run.ts';

/** A server on memory adapters with a lively estate: no infrastructure, nobody signs in, nothing is kept. */
export function wireFake(log: (line: Readonly<Record<string, unknown>>) => void): Runtime {
  const listeners = new Set<() => void>();
  const clock = systemClock;
  const memory = createMemoryStore({ onEvents: () => listeners.forEach((listener) => void listener()) });
  const store = publishEvents(memory, clock);
  const loaded = fakeEstate();
  const names = loaded.estate.environments.map((environment) => environment.name);
  return {
    deps: {
      clock,
      store,
      samples: createFakeSamples(clock.now, names, (environment) => environment === 'acme-training'),
      access: createFakeAccess(clock.now),
      estate: () => loaded,
      planning: createPlanning(),
      describeMetric,
      hash: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
      randomToken: () => randomBytes(32).toString('base64url'),
      changeLifecycle: (change) => changeLifecycle({ store, clock }, change),
      runJourney: (environment, journey) => runFakeJourney(store, clock, environment, journey),
      onEvents: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      readiness: async () => [],
      portalDirectory: portalDirectory(),
      log,
      version,
    },
    start: (signal) => liveFakeLife(store, clock, names, signal),
    close: async () => {},
  };
}
