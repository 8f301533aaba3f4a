import { describe, expect, test } from 'vitest';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { parseEstate } from '../../core/estate/index.ts';
import { createLatencySketch, type Labels, type Sample } from '../../core/observe/index.ts';
import { judgeEnvironment } from './judge-environment.ts';
import { createSampleSource } from './sample-source.ts';
import { createSeriesCache } from './series-cache.ts';

const noon = Temporal.Instant.from('2026-11-18T12:00:00Z');
const actor = { kind: 'controller', name: 'controller' } as const;

const text = `
kind: Estate
name: northsea
---
kind: Team
name: floor
---
kind: Site
name: rotterdam-dc
timezone: Europe/Amsterdam
calendar: [{ name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0" }]
---
kind: Environment
name: acme-prod
stage: production
platform: host
sites: [rotterdam-dc]
odoo: { version: "19.0", database: acme }
---
kind: Integration
name: dhl
partner: carrier
environments: [acme-prod]
exchange: synchronous
owner: floor
---
kind: BusinessService
name: shipment-confirmation
environments: [acme-prod]
owner: floor
journey: ship-order
objectives:
  - { availability: 99.5% }
  - { latency: { p95: 2s } }
  - { backlog: { clearBefore: dhl-cutoff } }
  - { integration: { name: dhl, success: 99%, carrierType: dhl_rest } }
`;

function world(more = '') {
  const { estate } = parseEstate([{ path: 'estate.yaml', text: `${text}${more}` }]);
  const [environment] = estate?.environments ?? [];
  if (estate === undefined || environment === undefined) throw new Error('the estate does not parse');
  const samples = createMemorySampleStore();
  const store = createMemoryStore();
  let now = noon;
  let reads = 0;
  const source = createSampleSource(samples, environment);
  const counting: typeof source = {
    read: (spec, query) => {
      reads += query.to.since(query.from).total('hours');
      return source.read(spec, query);
    },
  };
  const clock = { now: () => now, sleep: async () => {} };
  const deps = { clock, store, cache: createSeriesCache(), source: () => counting, actor };
  const sample = (metric: string, minutesAgo: number, value: number, labels: Labels): Sample => ({
    ...{ environment: 'acme-prod', metric, labels, value },
    // Half a minute off the hour: what happens this very instant is not counted yet.
    at: noon.subtract({ seconds: Math.round(minutesAgo * 60) + 30 }),
  });
  return {
    samples,
    store,
    sample,
    judge: () => judgeEnvironment(deps, estate, environment),
    wait: (minutes: number) => {
      now = now.add({ minutes });
    },
    hoursRead: () => {
      const read = reads;
      reads = 0;
      return read;
    },
  };
}

const every = (minutes: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => index * minutes);

describe('objectives from what was collected (SLO-01)', () => {
  test('journeys, sketches of requests, cut-offs and deliveries each become a verdict', async () => {
    const { samples, sample, judge, store } = world();
    const journey = { journey: 'ship-order' };
    await samples.write([
      ...every(5, 600).map((ago) => sample('journey_success_ratio', ago, ago >= 60 && ago < 80 ? 0 : 1, journey)),
      ...every(1, 3_000).flatMap((ago) =>
        ['requests', 'indicators'].map((collector) => sample('plimsoll_collector_up', ago, 1, { collector })),
      ),
      // 17:00 in Amsterdam was twenty hours ago, and forty-four.
      sample('odoo_picking_late_count', 20 * 60 - 2, 3, { warehouse: 'WH', direction: 'outgoing' }),
      sample('odoo_picking_late_count', 44 * 60 - 2, 9, { warehouse: 'WH', direction: 'incoming' }),
      ...every(10, 24).flatMap((ago) => [
        sample('odoo_shipment_per_hour', ago, 38, { carrier_type: 'dhl_rest', tracked: 'yes' }),
        sample('odoo_shipment_per_hour', ago, 2, { carrier_type: 'dhl_rest', tracked: 'no' }),
        sample('odoo_shipment_per_hour', ago, 50, { carrier_type: 'fixed', tracked: 'no' }),
      ]),
    ]);
    const sketch = createLatencySketch();
    for (let index = 0; index < 100; index += 1) sketch.add(index < 93 ? 0.4 : 6);
    const labels = { class: 'shipment-confirmation' };
    const at = noon.subtract({ minutes: 30 });
    const metric = 'odoo_request_seconds';
    await samples.writeSketches([
      { environment: 'acme-prod', metric, labels, at, intervalSeconds: 10, count: 100, sketch: sketch.toBytes() },
    ]);
    const verdicts = new Map((await judge()).map((verdict) => [verdict.kind, verdict]));
    expect(verdicts.get('availability')).toMatchObject({ good: 596, total: 600 });
    expect(verdicts.get('latency')).toMatchObject({ good: 93, total: 100, state: 'breached' });
    expect(verdicts.get('backlog')).toMatchObject({ good: 1, total: 2 });
    expect(verdicts.get('integration')?.attainment).toBeCloseTo(38 / 40, 12);
    expect((await store.objectives.list()).map(({ key }) => key)).toHaveLength(4);
  });

  test('each service is judged by its own work: receipts by what comes in, orders and invoices by what waits at all', async () => {
    const due = '- { backlog: { clearBefore: dhl-cutoff } }';
    const service = (name: string) =>
      `---\nkind: BusinessService\nname: ${name}\nenvironments: [acme-prod]\nowner: floor\nobjectives:\n  ${due}\n`;
    const names = ['goods-receipt', 'order-confirmation', 'invoice-posting', 'customs'];
    const { samples, sample, judge } = world(names.map(service).join(''));
    const collector = { collector: 'indicators' };
    await samples.write([
      ...every(1, 3_000).map((ago) => sample('plimsoll_collector_up', ago, 1, collector)),
      sample('odoo_picking_late_count', 20 * 60 - 2, 3, { warehouse: 'WH', direction: 'outgoing' }),
      sample('odoo_picking_late_count', 44 * 60 - 2, 9, { warehouse: 'WH', direction: 'incoming' }),
      // Two cut-offs were looked at; the count of documents came some minutes later.
      ...[20, 44].map((hours) => sample('odoo_order_waiting_count', hours * 60 - 4, hours === 20 ? 0 : 7, {})),
      ...[20, 44].map((hours) => sample('odoo_order_waiting_count', hours * 60 - 9, 1, {})),
    ]);
    const verdicts = new Map((await judge()).map((verdict) => [verdict.service, verdict]));
    const counted = (name: string) => [verdicts.get(name)?.good, verdicts.get(name)?.total];
    expect(names.map(counted)).toEqual([
      [1, 2],
      [1, 2],
      // Nobody counted invoices: neither good nor bad.
      [0, 0],
      [0, 0],
    ]);
    expect(verdicts.get('customs')?.reason).toContain('Plimsoll counts no backlog of customs');
  });

  test('a change of state is in the ledger once, and the past is kept by the hour', async () => {
    const { samples, sample, judge, store, wait } = world();
    const runs = (from: number, to: number, value: number) =>
      every(5, (to - from) / 5).map((ago) =>
        sample('journey_success_ratio', from + ago, value, { journey: 'ship-order' }),
      );
    await samples.write(runs(0, 2_880, 1));
    const key = 'acme-prod.shipment-confirmation.availability-30d';
    const changes = async () =>
      (await store.ledger.tail({ subject: `objective/${key}`, limit: 10 })).map(({ data }) => [
        data['from'],
        data['to'],
      ]);
    await judge();
    await judge();
    expect(await changes()).toEqual([]);
    expect((await store.objectives.history(key, noon.subtract({ hours: 72 }))).length).toBeGreaterThan(40);
    await samples.write(runs(-30, 0, 0).concat(sample('journey_success_ratio', -30, 0, { journey: 'ship-order' })));
    wait(30);
    const [verdict] = await judge();
    expect(verdict).toMatchObject({ state: 'breached', condition: 'interrupted' });
    expect(verdict?.firing[0]).toMatchObject({ severity: 'page' });
    await judge();
    expect(await changes()).toEqual([['met', 'breached']]);
    expect((await store.objectives.history(key, noon)).at(-1)?.budgetRemaining).toBe(verdict?.budgetRemaining);
  });

  test('judging again reads the last hours, not the whole window, and comes to the same', async () => {
    const { samples, sample, judge, wait, hoursRead } = world();
    await samples.write(
      every(5, 2_000).map((ago) => sample('journey_success_ratio', ago, 1, { journey: 'ship-order' })),
    );
    const [first] = await judge();
    const whole = hoursRead();
    wait(1);
    const [second] = await judge();
    expect(second?.total).toBe(first?.total);
    expect(hoursRead()).toBeLessThan(whole / 20);
  });
});
