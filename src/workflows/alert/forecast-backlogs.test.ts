import { describe, expect, test } from 'vitest';
import { estate, now as start } from '../../../test/alert/alert-ground.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { Sample } from '../../core/observe/index.ts';
import { createForecastMemory, forecastBacklogs } from './forecast-backlogs.ts';
import { lookAtAlerts } from './look.ts';

function world() {
  let now = start;
  let ids = 0;
  const deps = {
    ...{ store: createMemoryStore(), samples: createMemorySampleStore(), estate: () => estate },
    ...{ actor: { kind: 'controller', name: 'alerting' } as const, clock: { now: () => now } },
    newId: () => {
      ids += 1;
      return `alert-${ids}`;
    },
  };
  return {
    deps,
    pass: (seconds: number) => {
      now = now.add({ seconds });
    },
  };
}

const backlog = (value: number, direction = 'outgoing', metric = 'odoo_picking_backlog_count'): Sample => ({
  ...{ environment: 'acme-prod', metric, at: start.subtract({ seconds: 30 }), value },
  labels: { warehouse: 'WH', direction, state: 'assigned' },
});

describe('the live forecast (SLO-08)', () => {
  const flow = (minutesAgo: number, open: number, created: number, done: number): readonly Sample[] => {
    const at = start.subtract({ minutes: minutesAgo });
    const of = (metric: string, value: number) => ({ ...backlog(value, 'outgoing', metric), at });
    return [
      of('odoo_picking_backlog_count', open),
      of('odoo_picking_created_today_count', created),
      of('odoo_picking_done_today_count', done),
    ];
  };
  test('a growing queue warns ahead of its cut-off, from samples alone', async () => {
    const { deps } = world();
    const rows = Array.from({ length: 40 }, (_, index) =>
      flow((39 - index) * 5, 20 + index * 5, index * 10, index * 5),
    );
    await deps.samples.write(rows.flat());
    const [forecast] = await forecastBacklogs(deps, createForecastMemory());
    expect(forecast).toMatchObject({
      service: 'shipment-confirmation',
      site: 'rotterdam-dc',
      said: { backlog: 215, warns: true },
    });
    expect(forecast?.said?.probabilityClears).toBeLessThan(0.01);
    await lookAtAlerts(deps);
    const [alert] = await deps.store.alerts.list({ includeResolved: false, limit: 9 });
    expect(alert?.impact).toMatch(/^Rotterdam: 2\d\d parcels will miss DHL 17:00, 38 min left$/);
  });
  test('a count at the very beginning of a step is no wave: what it counted lasted as long as in every other step', async () => {
    const said = async (secondsIntoStep: number) => {
      const { deps, pass } = world();
      // Counts come each five minutes, a moment after a step has begun.
      const rows = Array.from({ length: 40 }, (_, index) => flow((39 - index) * 5 + 2, 40, index * 10, index * 9));
      await deps.samples.write(rows.flat());
      pass(secondsIntoStep - 120);
      return (await forecastBacklogs(deps, createForecastMemory()))[0]?.said;
    };
    const [atOnce, later] = [await said(0), await said(240)];
    expect(atOnce?.arrivalsPerHour).toBeCloseTo(120, 6);
    expect(Number(atOnce?.probabilityClears)).toBeCloseTo(Number(later?.probabilityClears), 1);
  });
  test('invoices that are drafts are a backlog too, and what was posted is what is no draft any more', async () => {
    const { deps } = world();
    const invoicing = {
      ...deps,
      estate: () => ({
        ...estate,
        services: estate.services.map((each) =>
          each.name === 'shipment-confirmation' ? { ...each, process: 'invoice-posting' } : each,
        ),
      }),
    };
    const count = (minutesAgo: number, metric: string, value: number): Sample => ({
      ...{ environment: 'acme-prod', metric, labels: {}, value },
      at: start.subtract({ minutes: minutesAgo }),
    });
    const rows = Array.from({ length: 40 }, (_, index) => [
      count((39 - index) * 5, 'odoo_invoice_draft_count', 60 + index),
      count((39 - index) * 5, 'odoo_invoice_created_today_count', index * 4),
    ]);
    await deps.samples.write(rows.flat());
    const [forecast] = await forecastBacklogs(invoicing, createForecastMemory());
    expect(forecast?.said).toMatchObject({ backlog: 99, warns: true });
    expect(forecast?.said?.arrivalsPerHour).toBeCloseTo(48, 6);
    expect(forecast?.said?.drainPerHour).toBeCloseTo(36, 6);
  });
  test('a floor that keeps up warns not, and where nothing was counted nothing is said', async () => {
    const calm = world();
    const rows = Array.from({ length: 40 }, (_, index) => flow((39 - index) * 5, 1, index * 5, index * 5));
    await calm.deps.samples.write(rows.flat());
    expect((await forecastBacklogs(calm.deps, createForecastMemory()))[0]?.said).toMatchObject({ warns: false });
    const blind = world();
    expect((await forecastBacklogs(blind.deps, createForecastMemory()))[0]?.said).toBeNull();
    calm.pass(3_600);
    expect((await forecastBacklogs(calm.deps, createForecastMemory())).some(({ said }) => said !== null)).toBe(false);
  });
});
