import { randomUUID } from 'node:crypto';
import { fakeForecasts } from '../adapters/fake/forecasts.ts';
import { fakeIncidents } from '../adapters/fake/incidents.ts';
import type { FakeWorld } from '../adapters/fake/life.ts';
import { createFakeSamples } from '../adapters/fake/samples.ts';
import type { Estate } from '../core/estate/index.ts';
import { deliverDue } from '../workflows/alert/deliver.ts';
import { lookAtAlerts } from '../workflows/alert/look.ts';

/** Alerting over made-up signals: the real workflows on the memory store, with a pager that always answers. */
export function createAlertingLife(world: FakeWorld, estate: Estate) {
  const { store, clock, environments, scenario } = world;
  const deps = {
    ...{ store, clock, estate: () => estate, newId: randomUUID },
    samples: createFakeSamples({ now: clock.now, environments: environments(), scenario }),
    actor: { kind: 'controller', name: 'alerting' } as const,
    notifier: { send: async () => ({ kind: 'accepted' }) as const },
  };
  return {
    /** Incidents of the past, where there is an environment that they can have been in. */
    fill: async (): Promise<void> => {
      const now = clock.now();
      if (environments().includes('acme-prod') && scenario() !== 'thousand')
        await store.incidents.put(fakeIncidents(now));
    },
    goOn: async (): Promise<void> => {
      // A thousand made-up environments are there to be looked at, not to be forecast every five seconds.
      if (scenario() !== 'thousand') await store.alerts.putForecasts(fakeForecasts(estate, scenario(), clock.now()));
      await lookAtAlerts(deps);
      await deliverDue(deps);
    },
  };
}
