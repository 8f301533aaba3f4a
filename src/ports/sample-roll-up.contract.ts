import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLatencySketch, type Interval, mergeSketches, quantilesOf, stepStart } from '../core/observe/index.ts';
import { type SampleStore, wholeStepSeconds } from './sample-store.ts';

const noon = Temporal.Instant.from('2026-11-20T12:00:00Z');
const later = (seconds: number): Temporal.Instant => noon.add({ seconds });
const compare = Temporal.Instant.compare;

interface Written {
  readonly part: string;
  readonly seconds: number;
  readonly value: number;
}

/** Times on both sides of the hours, and on their edges. */
const seconds = fc.oneof(
  fc.integer({ min: -4 * 3_600, max: 4 * 3_600 - 1 }),
  fc.constantFrom(-3_600, -1, 0, 3_599, 3_600, 7_199, 7_200),
);
const written = fc.record({
  part: fc.constantFrom('a', 'b'),
  seconds,
  value: fc.integer({ min: 1, max: 1_000 }),
}) satisfies fc.Arbitrary<Written>;

type Turn = readonly Written[] | { readonly rollUpTo: number };

const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 3, arbitrary: fc.array(written, { minLength: 1, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: -4, max: 5 }).map((hours) => ({ rollUpTo: hours * 3_600 })) },
);
const span = fc
  .tuple(seconds, seconds)
  .map(([a, b]) => ({ from: later(Math.min(a, b)), to: later(Math.max(a, b) + 1) }));
const question = fc.record({
  range: span,
  stepSeconds: fc.constantFrom(7, 60, 90, 900, 3_600, 7_200, wholeStepSeconds),
  during: fc.option(fc.array(span, { minLength: 1, maxLength: 2 }), { nil: undefined }),
});

const isIn = (at: Temporal.Instant, { from, to }: Interval): boolean => compare(at, from) >= 0 && compare(at, to) < 0;

const sketchOf = (value: number): Uint8Array => {
  const sketch = createLatencySketch();
  sketch.add(value);
  return sketch.toBytes();
};

/** What the samples themselves say: by part and step, from nothing but a list. */
function stepsOf(kept: readonly Written[], range: Interval, stepSeconds: number) {
  const inRange = kept.filter((each) => isIn(later(each.seconds), range)).sort((a, b) => a.seconds - b.seconds);
  const parts = Map.groupBy(inRange, ({ part }) => part);
  return [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([part, own]) => ({
      part,
      steps: [...Map.groupBy(own, (each) => stepStart(later(each.seconds), stepSeconds).epochMilliseconds)],
    }));
}

/** Rolling up never changes an answer (MET-02): whatever was written, corrected, late or rolled up, in whatever order. */
export function sampleRollUpContract(name: string, open: () => Promise<SampleStore> | SampleStore, runs: number): void {
  let made = 0;

  async function world(turns: readonly Turn[]) {
    const store = await open();
    made += 1;
    const environment = `roll-up-${process.pid}-${made}`;
    const kept = new Map<string, Written>();
    for (const each of turns) {
      if ('rollUpTo' in each) {
        await store.rollUp(later(each.rollUpTo));
        continue;
      }
      const common = (one: Written) => ({ environment, labels: { part: one.part }, at: later(one.seconds) });
      for (const one of each) kept.set(`${one.part} ${one.seconds}`, one);
      await store.write(each.map((one) => ({ ...common(one), metric: 'host_cpu_ratio', value: one.value })));
      await store.writeSketches(
        each.map((one) => ({
          ...common(one),
          metric: 'odoo_request_seconds',
          intervalSeconds: 10,
          count: 1,
          sketch: sketchOf(one.value),
        })),
      );
    }
    return { store, environment, kept: [...kept.values()] };
  }

  describe(`${name} answers the same, rolled up or not`, () => {
    test('samples', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(turn, { maxLength: 8 }),
          fc.array(question, { maxLength: 4 }),
          async (turns, asked) => {
            const { store, environment, kept } = await world(turns);
            for (const { range, stepSeconds } of asked) {
              const found = await store.range({ environment, metric: 'host_cpu_ratio', ...range, stepSeconds });
              const expected = stepsOf(kept, range, stepSeconds).map(({ part, steps }) => ({
                metric: 'host_cpu_ratio',
                labels: { part },
                points: steps.map(([at, own]) => {
                  const values = own.map(({ value }) => value);
                  return {
                    at: Temporal.Instant.fromEpochMilliseconds(at),
                    minimum: Math.min(...values),
                    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
                    maximum: Math.max(...values),
                    last: values.at(-1),
                    count: values.length,
                  };
                }),
              }));
              expect(found).toEqual(expected);
            }
          },
        ),
        { numRuns: runs },
      );
    });

    test('latencies, and those of parts of a range', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(turn, { maxLength: 8 }),
          fc.array(question, { maxLength: 4 }),
          async (turns, asked) => {
            const { store, environment, kept } = await world(turns);
            for (const { range, stepSeconds, during } of asked) {
              const query = { environment, metric: 'odoo_request_seconds', ...range, stepSeconds };
              const found = await store.quantiles({ ...query, during, quantiles: [0.5, 0.95] });
              const counted = kept.filter(
                (each) => during === undefined || during.some((part) => isIn(later(each.seconds), part)),
              );
              const expected = stepsOf(counted, range, stepSeconds).map(({ part, steps }) => ({
                part,
                points: steps.map(([at, own]) => {
                  const merged = mergeSketches(own.map(({ value }) => sketchOf(value)));
                  const quantiles = merged === undefined ? {} : quantilesOf(merged, [0.5, 0.95]);
                  return { at: Temporal.Instant.fromEpochMilliseconds(at), count: own.length, quantiles };
                }),
              }));
              const shown = found.map(({ labels, points }) => ({ part: labels['part'], points }));
              expect(shown.filter(({ points }) => points.length > 0)).toEqual(expected);
            }
          },
        ),
        { numRuns: runs },
      );
    });
  });
}
