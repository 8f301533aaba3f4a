import { beforeAll, describe, expect, test } from 'vitest';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createLatencySketch } from '../../core/observe/index.ts';
import { createApiClient, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';
import type { Occurrence } from './planning.ts';

const runtime = wireFake({});
const samples = createMemorySampleStore();
const store = createMemoryStore();
const now = Temporal.Instant.from('2026-11-20T12:00:00Z');
const ago = (minutes: number): Temporal.Instant => now.subtract({ minutes });
const site = runtime.deps.estate().estate.environments.find(({ name }) => name === 'acme-prod')?.sites[0]?.name ?? '';

const common = { site, timezone: 'UTC', service: null, profile: null };
/** A peak from two hours ago to one hour ago. */
const peak = {
  ...common,
  name: 'rush',
  kind: 'peak',
  at: ago(120).toString(),
  until: ago(60).toString(),
} as unknown as Occurrence;
const deps = {
  ...runtime.deps,
  store,
  samples,
  clock: { ...runtime.deps.clock, now: () => now },
  planning: { ...runtime.deps.planning, occurrences: () => [peak] },
};
const app = createApp(deps, new AbortController().signal);
const client = createApiClient({
  baseUrl: 'http://localhost',
  fetch: async (url, init) => app.request(String(url), init),
});
const environment = 'acme-prod';
const params = { name: environment };

async function requests(at: Temporal.Instant, seconds: number, count = 200): Promise<void> {
  const sketch = createLatencySketch();
  for (let each = 0; each < count; each += 1) sketch.add(seconds);
  const labels = { class: 'order-confirmation' };
  const base = { environment, metric: 'odoo_request_seconds', labels, intervalSeconds: 60, count };
  await samples.writeSketches([{ ...base, at, sketch: sketch.toBytes() }]);
}

beforeAll(async () => {
  await requests(ago(180), 0.2);
  await requests(ago(90), 1.5);
  await requests(ago(10), 0.2);
  const shipment = { environment, metric: 'odoo_shipment_per_hour' };
  await samples.write([
    { ...shipment, labels: { carrier_type: 'dhl', tracked: 'yes' }, at: ago(30), value: 9 },
    { ...shipment, labels: { carrier_type: 'dhl', tracked: 'no' }, at: ago(30), value: 1 },
    { environment, metric: 'odoo_mail_outgoing_oldest_seconds', labels: {}, at: ago(30), value: 40 },
  ]);
  const run = { environment, journey: 'ship-order', durationSeconds: 1, reason: null, steps: [] };
  for (const [index, outcome] of (['passed', 'passed', 'failed', 'unknown'] as const).entries()) {
    const id = `run-${index}`;
    await store.journeys.record({ ...run, id, services: ['shipping'], startedAt: ago(20 + index), outcome });
  }
});

describe('what an environment achieved (MET-01 to MET-04)', () => {
  test('availability is of the runs, latency is apart for peaks, queues and carriers have their figures', async () => {
    const measures = await client.call(routes.getMeasures, { params, query: {} });
    expect(measures.services).toEqual([{ service: 'shipping', good: 2, total: 3, ratio: 2 / 3 }]);
    const shown = measures.latency.map(({ period, count, p95Seconds }) => [period, count, p95Seconds.toFixed(1)]);
    expect(shown).toEqual([
      ['normal', 400, '0.2'],
      ['peak', 200, '1.5'],
    ]);
    expect(measures.queues).toMatchObject([{ queue: 'mail', class: 'outgoing', maximumSeconds: 40 }]);
    expect(measures.partners).toMatchObject([{ partner: 'dhl', successRatio: 0.9, retries: null, isInferred: true }]);
  });

  test('a range without anything is empty, and one too long or reversed is refused', async () => {
    const query = (from: Temporal.Instant, to: Temporal.Instant) => ({ from: from.toString(), to: to.toString() });
    const empty = await client.call(routes.getMeasures, { params, query: query(ago(6_000), ago(5_000)) });
    expect([empty.services, empty.latency, empty.queues, empty.partners]).toEqual([[], [], [], []]);
    await expect(client.call(routes.getMeasures, { params, query: query(now, ago(1)) })).rejects.toThrow(/before/);
    await expect(client.call(routes.getMeasures, { params, query: query(ago(60 * 24 * 32), now) })).rejects.toThrow(
      /31/,
    );
  });
});

describe('the timeline joins changes with what they did to latency (OBS-11)', () => {
  test('a component that was started and is slower since says so', async () => {
    const at = ago(85);
    await requests(at.subtract({ minutes: 20 }), 0.2);
    await requests(at.subtract({ minutes: 10 }), 0.2);
    const data = { component: 'web', startedAt: at.toString(), reason: 'web runs since then' };
    const actor = { kind: 'controller', name: 'test' } as const;
    await store.ledger.append({ actor, type: 'component.started', subject: `environment/${environment}`, data }, at);
    await requests(at.add({ minutes: 5 }), 0.9);
    const { items } = await client.call(routes.getTimeline, { params, query: {} });
    const change = items.find(({ kind }) => kind === 'change');
    expect(change).toMatchObject({ title: 'component started by test', tone: 'warning' });
    expect(change?.detail).toMatch(/^web runs since then\. order-confirmation: p95 .* before, .* after$/);
  });
});
