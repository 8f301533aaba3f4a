import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Objective, readObjective } from './objective.ts';
import { replay } from './replay.ts';
import type { Point } from './series.ts';

const hour = 3_600;
const secondsOf = (text: string): number => Temporal.Instant.from(text).epochMilliseconds / 1_000;

function objectiveOf(window: string, timezone?: string): Objective {
  const read = readObjective('o.yaml', `{ availability: 99%, window: ${window} }`, timezone);
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.diagnostics));
  return read.objective;
}

/** Ten an hour, from one instant to another; in the hours that end in a span, all of them fail. */
function recording(from: string, to: string, bad: readonly (readonly [string, string])[] = []): readonly Point[] {
  const points: Point[] = [];
  for (let at = secondsOf(from) + hour; at <= secondsOf(to); at += hour) {
    const isBad = bad.some(([since, until]) => at > secondsOf(since) && at <= secondsOf(until));
    points.push({ atSeconds: at, good: isBad ? 0 : 10, total: 10 });
  }
  return points;
}

describe('what-if over windows of the calendar (SLO-02)', () => {
  test('a month begins at local midnight: what failed in its last local hour is not the next one’s', () => {
    // Midnight of 1 November in Amsterdam is 23:00 UTC; in October the clocks went back, so that it had 745 hours.
    const points = recording('2026-09-30T22:00:00Z', '2026-11-15T23:00:00Z', [
      ['2026-10-31T22:00:00Z', '2026-10-31T23:00:00Z'],
      ['2026-10-31T23:00:00Z', '2026-11-01T01:00:00Z'],
    ]);
    const judged = replay(points, objectiveOf('month', 'Europe/Amsterdam'));
    const [october, november] = judged.periods;
    expect(october).toMatchObject({ good: 7_440, total: 7_450, isUnderWay: false });
    // One bad hour of 745, of which 7.45 may be bad.
    expect(october?.budgetRemaining).toBeCloseTo(1 - 1 / 7.45, 10);
    expect(november).toMatchObject({ good: 3_580, total: 3_600, isUnderWay: true });
    // Two bad hours; the budget is that of all 720 hours of November.
    expect(november?.budgetRemaining).toBeCloseTo(1 - 2 / 7.2, 10);
    expect(judged).toMatchObject({ good: 3_580, total: 3_600, attainment: 3_580 / 3_600 });
    expect(judged.budgetRemaining).toBe(november?.budgetRemaining);
    // In UTC one of the two bad hours of the night is still October's.
    const inUtc = replay(points, objectiveOf('month')).periods.map(({ total, good }) => total - good);
    expect(inUtc).toEqual([0, 20, 10]);
  });

  test('weeks begin on Monday; a recording that ends at a midnight ends its week, and begins no other', () => {
    const points = recording('2026-11-01T23:00:00Z', '2026-11-15T23:00:00Z', [
      ['2026-11-11T00:00:00Z', '2026-11-11T12:00:00Z'],
    ]);
    const judged = replay(points, objectiveOf('week', 'Europe/Amsterdam'));
    expect(judged.periods.map(({ from, good, total, isUnderWay }) => [String(from), good, total, isUnderWay])).toEqual([
      ['2026-11-01T23:00:00Z', 1_680, 1_680, false],
      ['2026-11-08T23:00:00Z', 1_560, 1_680, false],
    ]);
    // Twelve bad hours where 1.68 may be bad.
    expect(judged.budgetRemaining).toBeCloseTo(1 - 12 / 1.68, 10);
  });

  test('a window that rolls has no periods, and is judged as before', () => {
    const points = recording('2026-11-01T00:00:00Z', '2026-11-15T00:00:00Z');
    expect(replay(points, objectiveOf('30d'))).toMatchObject({ periods: [], attainment: 1, budgetRemaining: 1 });
  });

  test('periods hold every point once, whatever the zone and the recording', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Amsterdam', 'America/New_York', 'Asia/Kolkata');
    const window = fc.constantFrom('week', 'month', 'quarter');
    const first = secondsOf('2026-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        zone,
        window,
        fc.integer({ min: 0, max: 8_000 }),
        fc.integer({ min: 1, max: 3_000 }),
        (tz, each, skip, count) => {
          const points = Array.from(
            { length: count },
            (_, index): Point => ({
              ...{ atSeconds: first + (skip + index) * hour, good: index % 7 === 0 ? 2 : 3, total: 3 },
            }),
          );
          const { periods } = replay(points, objectiveOf(each, tz));
          const sum = (of: (period: (typeof periods)[number]) => number) =>
            periods.reduce((total, period) => total + of(period), 0);
          expect(sum(({ total }) => total)).toBe(3 * count);
          expect(sum(({ good }) => good)).toBe(points.reduce((total, { good }) => total + good, 0));
          expect(periods.slice(1).every(({ from }, index) => periods[index]?.to.equals(from))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('what is neither a length nor a period is said', () => {
    expect(readObjective('o.yaml', '{ availability: 99%, window: year }')).toMatchObject({
      diagnostics: [{ message: expect.stringContaining('30d, or week, month or quarter') }],
    });
  });
});
