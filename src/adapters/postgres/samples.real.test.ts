import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { writeReadable } from '../../../test/readable-samples.ts';
import { createLatencySketch } from '../../core/observe/index.ts';
import { sampleReadingContract } from '../../ports/sample-reading.contract.ts';
import { sampleRollUpContract } from '../../ports/sample-roll-up.contract.ts';
import { sampleStoreContract } from '../../ports/sample-store.contract.ts';
import { createPostgresSampleStore } from './samples.ts';

const database = await createTestDatabase();

sampleStoreContract('the PostgreSQL sample store', () => createPostgresSampleStore(database.sql));
sampleRollUpContract('the PostgreSQL sample store', () => createPostgresSampleStore(database.sql), 12);
sampleReadingContract('the PostgreSQL sample store', () => writeReadable(createPostgresSampleStore(database.sql)));

const day = 86_400;
const start = Temporal.Instant.from('2026-09-01T00:00:00Z');
const later = (seconds: number): Temporal.Instant => start.add({ seconds });
const policy = { now: later(5 * day), retainRawSeconds: day, retainRolledUpSeconds: 300 * day };

describe('retiring a day', () => {
  test('a range answers the same before and after its raw samples became roll-ups', async () => {
    const store = createPostgresSampleStore(database.sql);
    const samples = Array.from({ length: 360 }, (_, index) => ({
      environment: 'retire',
      metric: 'host_cpu_ratio',
      labels: {},
      at: later(index * 10),
      value: (index * 37) % 101,
    }));
    await store.write(samples);
    const minutes = { environment: 'retire', metric: 'host_cpu_ratio', from: start, to: later(3_600), stepSeconds: 60 };
    const before = await store.range(minutes);
    expect(before[0]?.points).toHaveLength(60);
    const { rolledUpRows, droppedPartitions } = await store.maintain(policy);
    expect(rolledUpRows).toBeGreaterThanOrEqual(61);
    expect(droppedPartitions).toBeGreaterThanOrEqual(1);
    expect(await store.range(minutes)).toEqual(before);
    const [hour] = await store.range({ ...minutes, stepSeconds: 3_600 });
    expect(hour?.points.map(({ count, last }) => [count, last])).toEqual([[360, (359 * 37) % 101]]);
    const [left] =
      await database.sql`SELECT count(*)::int AS count FROM plimsoll.sample JOIN plimsoll.series ON id = series_id WHERE environment = 'retire'`;
    expect(left?.['count']).toBe(0);
  });

  test('latency quantiles survive it, by the hour', async () => {
    const store = createPostgresSampleStore(database.sql);
    const sketch = createLatencySketch();
    for (let value = 1; value <= 100; value += 1) sketch.add(value / 100);
    const one = { environment: 'retire', metric: 'odoo_request_seconds', labels: {}, intervalSeconds: 10, count: 100 };
    await store.writeSketches([0, 10, 20].map((seconds) => ({ ...one, at: later(seconds), sketch: sketch.toBytes() })));
    await store.maintain(policy);
    const query = { environment: 'retire', metric: one.metric, from: start, to: later(3_600), stepSeconds: 3_600 };
    const [series] = await store.quantiles({ ...query, quantiles: [0.95] });
    expect(series?.points[0]?.count).toBe(300);
    expect(series?.points[0]?.quantiles['0.95']).toBeCloseTo(0.95, 1);
  });

  test('several controllers write and maintain at once, and nothing is lost or doubled', async () => {
    const stores = Array.from({ length: 4 }, () => createPostgresSampleStore(database.sql));
    const samples = Array.from({ length: 2_000 }, (_, index) => ({
      environment: 'together',
      metric: 'host_cpu_ratio',
      labels: { part: String(index % 20) },
      at: later(40 * day + index),
      value: index,
    }));
    await Promise.all(stores.flatMap((store) => [store.write(samples), store.maintain(policy)]));
    const [row] = await database.sql`SELECT count(*)::int AS count, sum(value)::float8 AS sum FROM plimsoll.sample
      JOIN plimsoll.series ON id = series_id WHERE environment = 'together'`;
    expect(row).toEqual({ count: 2_000, sum: (1_999 * 2_000) / 2 });
  });
});
