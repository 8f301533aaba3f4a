import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noon, secondsOf, sliOf, specWith } from './live.fixture.ts';
import { createSeries, type Point } from './series.ts';
import type { Span, Surroundings } from './sli.ts';

const start = noon.subtract({ hours: 12 });
const span = fc
  .record({ from: fc.nat(700), length: fc.integer({ min: 1, max: 120 }) })
  .map(({ from, length }) => ({ from: start.add({ minutes: from }), to: start.add({ minutes: from + length }) }));
const point = fc.record({ step: fc.integer({ min: 1, max: 3_600 }), total: fc.nat(9), bad: fc.nat(9) });

const holds =
  (spans: readonly Span[]) =>
  (atSeconds: number): boolean =>
    spans.some(({ fromSeconds, toSeconds }) => atSeconds > fromSeconds && atSeconds <= toSeconds);

/** Filters and an object for each point: slow, and plainly right. */
function reference(points: readonly Point[], surroundings: Surroundings) {
  const spansOf = (times: readonly { from: Temporal.Instant; to: Temporal.Instant }[]) =>
    times.map(({ from, to }) => ({ fromSeconds: secondsOf(from), toSeconds: secondsOf(to) }));
  const isExcluded = holds(spansOf(surroundings.excluded));
  const isPeak = holds(surroundings.peaks);
  const isCompromised = holds(
    spansOf(surroundings.compromises.map(({ since, until }) => ({ from: since, to: until ?? noon }))),
  );
  const counted = points
    .filter(({ atSeconds }) => !isExcluded(atSeconds))
    .map((each) => (isCompromised(each.atSeconds) ? { ...each, good: 0 } : each));
  return {
    series: createSeries(counted),
    peakSeries:
      surroundings.peaks.length === 0 ? undefined : createSeries(counted.filter(({ atSeconds }) => isPeak(atSeconds))),
    seenUpToSeconds: points.at(-1)?.atSeconds,
  };
}

test('sums of one pass are those of filters over the points, with windows, peaks and compromises', () => {
  const spec = specWith('objectives: [{ availability: 99.5% }]');
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 60 }),
      fc.record({ excluded: fc.array(span, { maxLength: 4 }), peaks: fc.array(span, { maxLength: 3 }) }),
      fc.array(span, { maxLength: 2 }),
      (steps, { excluded, peaks }, compromised) => {
        let atSeconds = secondsOf(start);
        const points = steps.map(({ step, total, bad }) => {
          atSeconds += step;
          return { atSeconds, total, good: total - Math.min(bad, total) };
        });
        const surroundings: Surroundings = {
          excluded: excluded.map((times) => ({ ...times, reason: 'agreed', source: 'declared' as const })),
          peaks: peaks.map(({ from, to }) => ({ fromSeconds: secondsOf(from), toSeconds: secondsOf(to) })),
          compromises: compromised.map(({ from, to }, index) => ({
            since: from,
            until: index === 0 ? undefined : to,
            reason: 'stolen key',
          })),
        };
        // As recorded, and with the stretches seen told apart: the same in both, for the same points.
        const made = sliOf(spec, { points, seen: undefined }, surroundings);
        const told = sliOf(
          spec,
          { points, seen: points.map((each) => ({ fromSeconds: each.atSeconds, toSeconds: each.atSeconds })) },
          surroundings,
        );
        expect(made).toMatchObject(reference(points, surroundings));
        expect(made.peakSeries === undefined).toBe(peaks.length === 0);
        expect(made.gaps).toEqual(told.gaps);
      },
    ),
  );
});
