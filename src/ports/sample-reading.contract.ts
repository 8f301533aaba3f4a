import { describe, expect, test } from 'vitest';
import type { SampleStore } from './sample-store.ts';

/** A store with something to read: half an hour up to `now` of the gauge and of the latency, in the environment. */
export interface ReadableSamples {
  readonly store: Pick<SampleStore, 'latest' | 'newestOf' | 'range' | 'quantiles'>;
  readonly environment: string;
  readonly gauge: string;
  readonly latency: string;
  readonly now: Temporal.Instant;
}

const milliseconds = (points: readonly { readonly at: Temporal.Instant }[]): number[] =>
  points.map(({ at }) => at.epochMilliseconds);

/** What everything promises that answers samples, also where it makes them up (OBS-01). */
export function sampleReadingContract(name: string, open: () => Promise<ReadableSamples> | ReadableSamples): void {
  describe(`${name} answers samples`, () => {
    test('the newest one of every series, none older than asked for, none from the future', async () => {
      const { store, environment, gauge, now } = await open();
      const since = now.subtract({ minutes: 10 });
      const newest = await store.latest(environment, since);
      const series = newest.map(({ metric, labels }) => `${metric} ${JSON.stringify(labels)}`);
      expect(new Set(series).size).toBe(series.length);
      expect(newest.map(({ metric }) => metric)).toContain(gauge);
      for (const { at } of newest) {
        expect(Temporal.Instant.compare(at, since)).toBeGreaterThanOrEqual(0);
        expect(Temporal.Instant.compare(at, now)).toBeLessThanOrEqual(0);
      }
      const ofOne = newest.filter(({ metric }) => metric === gauge);
      const asked = await store.newestOf([gauge], since, [environment]);
      expect(asked).toHaveLength(ofOne.length);
      expect(asked).toEqual(expect.arrayContaining(ofOne));
      expect(await store.newestOf([gauge], since)).toEqual(expect.arrayContaining(ofOne));
    });

    test('of an environment that nobody knows there is nothing', async () => {
      const { store, gauge, latency, now } = await open();
      const from = now.subtract({ minutes: 10 });
      const query = { environment: 'nobody-knows', from, to: now, stepSeconds: 60 };
      expect(await store.latest('nobody-knows', from)).toEqual([]);
      expect(await store.newestOf([gauge], from, ['nobody-knows'])).toEqual([]);
      expect(await store.range({ ...query, metric: gauge })).toEqual([]);
      expect(await store.quantiles({ ...query, metric: latency, quantiles: [0.5] })).toEqual([]);
    });

    test('a range is in whole steps, in order, and each point is within its own bounds', async () => {
      const { store, environment, gauge: metric, now } = await open();
      const from = now.subtract({ minutes: 20 });
      const series = await store.range({ environment, metric, from, to: now, stepSeconds: 60 });
      expect(series.length).toBeGreaterThan(0);
      for (const { points } of series) {
        const at = milliseconds(points);
        expect(at.length).toBeGreaterThan(5);
        expect(at).toEqual([...new Set(at)].toSorted((a, b) => a - b));
        for (const time of at) expect(time % 60_000).toBe(0);
        expect(at.at(0)).toBeGreaterThan(from.epochMilliseconds - 60_000);
        expect(at.at(-1)).toBeLessThanOrEqual(now.epochMilliseconds);
        for (const { minimum, mean, maximum, last, count } of points) {
          expect(minimum).toBeLessThanOrEqual(mean);
          expect(mean).toBeLessThanOrEqual(maximum);
          expect(last).toBeGreaterThanOrEqual(minimum);
          expect(last).toBeLessThanOrEqual(maximum);
          expect(count).toBeGreaterThan(0);
        }
      }
    });

    test('labels that are given must match', async () => {
      const { store, environment, gauge: metric, now } = await open();
      const query = { environment, metric, from: now.subtract({ minutes: 20 }), to: now, stepSeconds: 60 };
      const [first] = await store.range(query);
      const labels = first?.labels ?? expect.fail('there is a series');
      expect((await store.range({ ...query, labels })).map((series) => series.labels)).toContainEqual(labels);
      expect(await store.range({ ...query, labels: { ...labels, warehouse: 'nowhere' } })).toEqual([]);
    });

    test('quantiles rise with their share', async () => {
      const { store, environment, latency: metric, now } = await open();
      const query = { environment, metric, from: now.subtract({ minutes: 20 }), to: now, stepSeconds: 60 };
      const series = await store.quantiles({ ...query, quantiles: [0.5, 0.95] });
      expect(series.length).toBeGreaterThan(0);
      for (const { points } of series) {
        const at = milliseconds(points);
        expect(at).toEqual(at.toSorted((a, b) => a - b));
        for (const { quantiles, count } of points) {
          expect(quantiles['0.5']).toBeLessThanOrEqual(quantiles['0.95'] ?? 0);
          expect(count).toBeGreaterThanOrEqual(0);
        }
      }
    });
  });
}
