import { describe, expect, test } from 'vitest';
import { createLatencySketch, type Sample } from '../core/observe/index.ts';
import { type SampleStore, wholeStepSeconds } from './sample-store.ts';

const noon = Temporal.Instant.from('2026-11-20T12:00:00Z');
const later = (seconds: number): Temporal.Instant => noon.add({ milliseconds: seconds * 1_000 });

let made = 0;
/** A name of its own for every test, so that stores may be shared. */
const fresh = (): string => {
  made += 1;
  return `contract-${process.pid}-${made}`;
};

const sample = (environment: string, seconds: number, value: number, labels: Sample['labels'] = {}): Sample => ({
  environment,
  metric: 'odoo_picking_late_count',
  labels,
  at: later(seconds),
  value,
});

const query = (environment: string, seconds: number, stepSeconds: number) => ({
  environment,
  metric: 'odoo_picking_late_count',
  from: noon,
  to: later(seconds),
  stepSeconds,
});

const sketchOf = (values: readonly number[]): Uint8Array => {
  const sketch = createLatencySketch();
  for (const value of values) sketch.add(value);
  return sketch.toBytes();
};

/** What every sample store promises (OBS-01, OBS-06). */
export function sampleStoreContract(name: string, open: () => Promise<SampleStore> | SampleStore): void {
  describe(`${name} keeps samples`, () => {
    test('a step answers with minimum, mean, maximum, last and count of what lies in it', async () => {
      const store = await open();
      const environment = fresh();
      await store.write([
        sample(environment, 1, 4),
        sample(environment, 20, 1),
        sample(environment, 40, 7),
        sample(environment, 61, 5),
      ]);
      const [series] = await store.range(query(environment, 120, 60));
      expect(series?.points).toEqual([
        { at: noon, minimum: 1, mean: 4, maximum: 7, last: 7, count: 3 },
        { at: later(60), minimum: 5, mean: 5, maximum: 5, last: 5, count: 1 },
      ]);
    });

    test('the beginning of a range is in it, the end is not', async () => {
      const store = await open();
      const environment = fresh();
      await store.write([sample(environment, 0, 1), sample(environment, 60, 2)]);
      const [series] = await store.range(query(environment, 60, 60));
      expect(series?.points.map((point) => point.last)).toEqual([1]);
    });

    test('writing the same again changes nothing, and a corrected value replaces the first', async () => {
      const store = await open();
      const environment = fresh();
      await store.write([sample(environment, 0, 1), sample(environment, 1, 2)]);
      await store.write([sample(environment, 0, 1), sample(environment, 1, 3)]);
      const [series] = await store.range(query(environment, 60, 60));
      expect(series?.points).toEqual([{ at: noon, minimum: 1, mean: 2, maximum: 3, last: 3, count: 2 }]);
    });

    test('one batch may hold the same sample twice: the later one counts', async () => {
      const store = await open();
      const environment = fresh();
      await store.write([sample(environment, 0, 1), sample(environment, 0, 2)]);
      const [series] = await store.range(query(environment, 60, 60));
      expect(series?.points.map(({ last, count }) => [last, count])).toEqual([[2, 1]]);
    });

    test('labels tell series apart whatever their order, and a query picks by some of them', async () => {
      const store = await open();
      const environment = fresh();
      await store.write([
        sample(environment, 0, 1, { warehouse: 'A', direction: 'outgoing' }),
        sample(environment, 1, 2, { direction: 'outgoing', warehouse: 'A' }),
        sample(environment, 0, 9, { warehouse: 'B', direction: 'outgoing' }),
      ]);
      const all = await store.range(query(environment, 60, 60));
      expect(all.map((series) => [series.labels['warehouse'], series.points[0]?.count])).toEqual([
        ['A', 2],
        ['B', 1],
      ]);
      const one = await store.range({ ...query(environment, 60, 60), labels: { warehouse: 'B' } });
      expect(one.map((series) => series.labels)).toEqual([{ warehouse: 'B', direction: 'outgoing' }]);
    });

    test('the latest of every series, but none that is older than asked for, and none of another environment', async () => {
      const store = await open();
      const environment = fresh();
      await store.write([
        sample(environment, 0, 1, { warehouse: 'old' }),
        sample(environment, 50, 2, { warehouse: 'A' }),
        sample(environment, 70, 3, { warehouse: 'A' }),
        sample(fresh(), 70, 4, { warehouse: 'elsewhere' }),
      ]);
      const latest = await store.latest(environment, later(30));
      expect(latest.map(({ labels, value, at }) => [labels['warehouse'], value, at.toString()])).toEqual([
        ['A', 3, later(70).toString()],
      ]);
    });

    test('the newest of some metrics over all environments, each series once, none that is too old', async () => {
      const store = await open();
      const [one, other] = [fresh(), fresh()];
      const cron = { metric: 'odoo_cron_overdue_count' };
      await store.write([
        sample(one, 50, 1),
        sample(one, 70, 2),
        sample(other, 60, 3, { warehouse: 'A' }),
        sample(other, 10, 4, { warehouse: 'old' }),
        { ...sample(one, 70, 5), ...cron },
      ]);
      const found = await store.newestOf(['odoo_picking_late_count'], later(30));
      const own = found.filter(({ environment }) => [one, other].includes(environment));
      const ofOther = await store.newestOf(['odoo_picking_late_count'], later(30), [other, 'nobody']);
      expect(ofOther.map(({ value }) => value)).toEqual([3]);
      const known = own.map(({ environment, value, at }) => [environment, value, at.toString()]);
      expect(known.sort()).toEqual(
        [
          [one, 2, later(70).toString()],
          [other, 3, later(60).toString()],
        ].sort(),
      );
    });

    test('names from outside are data: quotes, dollars and brackets come back as they went in', async () => {
      const store = await open();
      const environment = fresh();
      const labels = { warehouse: `O'Neill "x" $1 {a,b} \\ ; drop table samples --` };
      await store.write([sample(environment, 0, 1, labels)]);
      expect((await store.latest(environment, noon)).map((kept) => kept.labels)).toEqual([labels]);
    });

    test('nothing to write is nothing to do, and an unknown series is empty', async () => {
      const store = await open();
      await store.write([]);
      await store.writeSketches([]);
      expect(await store.range(query(fresh(), 60, 60))).toEqual([]);
      expect(await store.latest(fresh(), noon)).toEqual([]);
    });
  });

  describe(`${name} keeps latencies`, () => {
    test('quantiles of a step come from all its sketches merged (MET-02)', async () => {
      const store = await open();
      const environment = fresh();
      const base = { environment, metric: 'odoo_request_seconds', labels: { class: 'read' }, intervalSeconds: 15 };
      const fast = Array.from({ length: 900 }, (_, index) => 0.01 + index / 1e5);
      const slow = Array.from({ length: 100 }, (_, index) => 2 + index / 1e3);
      await store.writeSketches([
        { ...base, at: noon, count: 900, sketch: sketchOf(fast) },
        { ...base, at: later(15), count: 100, sketch: sketchOf(slow) },
      ]);
      const [series] = await store.quantiles({
        ...query(environment, 60, 60),
        metric: 'odoo_request_seconds',
        quantiles: [0.5, 0.95],
      });
      const point = series?.points[0];
      expect(point?.count).toBe(1_000);
      expect(point?.quantiles['0.5']).toBeCloseTo(0.015, 3);
      expect((point?.quantiles['0.95'] ?? 0) / 2.049).toBeCloseTo(1, 1);
    });

    test('how many were within a limit is counted to the accuracy of the sketch (SLO-01)', async () => {
      const store = await open();
      const environment = fresh();
      const base = { environment, metric: 'odoo_request_seconds', labels: { class: 'read' }, intervalSeconds: 15 };
      const sketch = sketchOf(Array.from({ length: 1_000 }, (_, index) => (index + 1) / 100));
      await store.writeSketches([0, 15].map((seconds) => ({ ...base, at: later(seconds), count: 1_000, sketch })));
      for (const [limitSeconds, share] of [
        [2, 0.2] as const,
        [5, 0.5] as const,
        [20, 1] as const,
        [0.001, 0] as const,
      ]) {
        const asked = { ...query(environment, 60, 60), metric: base.metric, quantiles: [], limitSeconds };
        const within = (await store.quantiles(asked))[0]?.points[0]?.withinLimit ?? -1;
        expect(Math.abs(within - 2_000 * share)).toBeLessThanOrEqual(2_000 * share * 0.02);
      }
    });

    test('quantiles of parts of a range come from what lies in them, and are those of the values themselves (MET-02)', async () => {
      const store = await open();
      const environment = fresh();
      const base = { environment, metric: 'odoo_request_seconds', labels: { class: 'read' }, intervalSeconds: 60 };
      const quiet = Array.from({ length: 400 }, (_, index) => (index + 1) / 1_000);
      const busy = Array.from({ length: 400 }, (_, index) => (index + 1) / 100);
      await store.writeSketches([
        ...[0, 120].map((seconds) => ({ ...base, at: later(seconds), count: 400, sketch: sketchOf(quiet) })),
        ...[60, 180].map((seconds) => ({ ...base, at: later(seconds), count: 400, sketch: sketchOf(busy) })),
      ]);
      const ask = async (...starts: readonly number[]) => {
        const during = starts.map((seconds) => ({ from: later(seconds), to: later(seconds + 60) }));
        const range = { ...query(environment, 240, wholeStepSeconds), metric: base.metric, quantiles: [0.95, 0.99] };
        const [series, ...others] = await store.quantiles({ ...range, during });
        expect(others).toEqual([]);
        return series?.points ?? [];
      };
      for (const [starts, values] of [
        [[0, 120], quiet],
        [[60, 180], busy],
      ] as const) {
        const [point, ...more] = await ask(...starts);
        expect(more).toEqual([]);
        expect(point?.count).toBe(800);
        expect((point?.quantiles['0.95'] ?? 0) / (values[379] ?? 0)).toBeCloseTo(1, 1);
        expect((point?.quantiles['0.99'] ?? 0) / (values[395] ?? 0)).toBeCloseTo(1, 1);
      }
      expect(await ask()).toEqual([]);
    });

    test('a sketch that is written again replaces itself', async () => {
      const store = await open();
      const environment = fresh();
      const sketch = {
        environment,
        metric: 'odoo_request_seconds',
        labels: { class: 'read' },
        at: noon,
        intervalSeconds: 15,
        count: 2,
        sketch: sketchOf([1, 1]),
      };
      await store.writeSketches([sketch]);
      await store.writeSketches([sketch]);
      const [series] = await store.quantiles({
        ...query(environment, 60, 60),
        metric: sketch.metric,
        quantiles: [0.5],
      });
      expect(series?.points[0]?.count).toBe(2);
    });
  });

  describe(`${name} forgets by policy`, () => {
    test('what is older than its retention is gone after maintenance, what is not stays, and twice is as once', async () => {
      const store = await open();
      const environment = fresh();
      const day = 86_400;
      await store.write([sample(environment, -40 * day, 1), sample(environment, -day / 2, 2)]);
      const options = { now: noon, retainRawSeconds: 3 * day, retainRolledUpSeconds: 30 * day };
      await store.maintain(options);
      await store.maintain(options);
      const [series, ...others] = await store.range({ ...query(environment, 1, day), from: later(-60 * day) });
      expect(others).toEqual([]);
      expect(series?.points.map((point) => point.last)).toEqual([2]);
    });
  });
}
