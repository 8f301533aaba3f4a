import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../kernel/index.ts';
import { type BacklogPoint, decide, forecastClear, readBacklog, replayForecast, shapeOfDays } from './index.ts';
import { normalCumulative } from './normal.ts';
import { estimateRate } from './rates.ts';

const cutOff = Temporal.Instant.from('2026-11-23T16:00:00Z');

/** Rows every five minutes before the cut-off. */
function rows(
  hours: number,
  make: (index: number) => { arrived: number; drained: number },
  backlog = 0,
): BacklogPoint[] {
  const steps = hours * 12;
  let left = backlog;
  return Array.from({ length: steps }, (_, index) => {
    const { arrived, drained: could } = make(index);
    const drained = Math.min(left + arrived, could);
    left += arrived - drained;
    return { atSeconds: cutOff.epochMilliseconds / 1_000 - (steps - 1 - index) * 300, backlog: left, arrived, drained };
  });
}

describe('the normal distribution', () => {
  // NIST/SEMATECH e-Handbook, 1.3.6.7.1
  test.each([
    [0, 0.5],
    [1, 0.84134],
    [1.96, 0.975],
    [-2.33, 0.0099],
  ])('is %f → %f', (x, expected) => {
    expect(normalCumulative(x)).toBeCloseTo(expected, 4);
  });
});

describe('a forecast (SLO-08)', () => {
  test('agrees with a simulation of the same counts', () => {
    const random = createRandom(5);
    const count = (mean: number): number => {
      let n = 0;
      for (let passed = random.exponential(1); passed < mean; passed += random.exponential(1)) n += 1;
      return n;
    };
    const left = Array.from({ length: 20_000 }, () => 40 + count(100) - count(150));
    const forecast = forecastClear(40, { mean: 100, variance: 100 }, { mean: 150, variance: 150 });
    expect(forecast.probabilityClears).toBeCloseTo(left.filter((each) => each <= 0).length / left.length, 2);
    expect(forecast.expectedLeft).toBeCloseTo(left.reduce((sum, each) => sum + Math.max(0, each), 0) / left.length, 0);
  });
  test('is surer of a smaller backlog and of a faster floor', () => {
    const amount = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, amount, (backlog, more, arrive, drain) => {
        const given = (b: number, d: number) =>
          forecastClear(b, { mean: arrive, variance: arrive + 1 }, { mean: d, variance: 50 });
        expect(given(backlog + more, drain).probabilityClears).toBeLessThanOrEqual(
          given(backlog, drain).probabilityClears + 1e-6,
        );
        expect(given(backlog, drain + more).expectedLeft).toBeLessThanOrEqual(
          given(backlog, drain).expectedLeft + 1e-6,
        );
      }),
    );
  });
  test('at the cut-off itself says what is there', () => {
    expect(
      replayForecast(
        rows(2, () => ({ arrived: 2, drained: 10 })),
        cutOff,
      ).at(-1),
    ).toMatchObject({ probabilityClears: 1, expectedLeft: 0, warns: false });
    expect(
      replayForecast(
        rows(2, () => ({ arrived: 2, drained: 1 }), 50),
        cutOff,
      ).at(-1),
    ).toMatchObject({ probabilityClears: 0, warns: true });
  });
  test('a floor that stands still before the cut-off warns with time to act', () => {
    const said = replayForecast(
      rows(8, (index) => ({ arrived: 8, drained: index > 60 ? 0 : 10 })),
      cutOff,
    );
    const first = said.find(({ warns }) => warns);
    expect(cutOff.since(first?.at ?? cutOff).total('minutes')).toBeGreaterThan(90);
  });
  test('a floor that keeps up warns never', () => {
    const random = createRandom(3);
    const said = replayForecast(
      rows(8, () => ({ arrived: random.integer(16), drained: 16 })),
      cutOff,
    );
    expect(said.filter(({ warns }) => warns)).toEqual([]);
  });
  test('nothing after the cut-off, and nothing later than an instant, changes what is said of it', () => {
    const day = rows(8, (index) => ({ arrived: index % 7, drained: 3 }), 20);
    const whole = replayForecast(day, cutOff);
    expect(replayForecast(day.slice(0, 40), cutOff)).toEqual(whole.slice(0, 40));
    const later = { atSeconds: cutOff.epochMilliseconds / 1_000 + 300, backlog: 9, arrived: 9, drained: 0 };
    expect(replayForecast([...day, later], cutOff)).toEqual(whole);
  });
  test('earlier days teach that arrivals stop before the lorry leaves', () => {
    const make = (index: number) => ({ arrived: index < 72 ? 14 : 0, drained: 12 });
    const day = rows(8, make);
    const history = [3, 2, 1].flatMap((ago) => day.map((row) => ({ ...row, atSeconds: row.atSeconds - ago * 86_400 })));
    const at = (points: readonly BacklogPoint[]) => replayForecast(points, cutOff).at(60)?.probabilityClears ?? 0;
    expect(at([...history, ...day])).toBeGreaterThan(0.7);
    expect(at(day)).toBeLessThan(0.5);
  });
  test('the shape of a day stays on the wall clock when the clocks change', () => {
    const zone = 'Europe/Amsterdam';
    const nine = (date: string) => Temporal.ZonedDateTime.from(`${date}T09:10[${zone}]`).epochMilliseconds / 1_000;
    const points = ['2026-10-22', '2026-10-23', '2026-10-24'].flatMap((date) =>
      [0, 1, 2].map((index) => ({
        ...{ atSeconds: nine(date) - 600 + index * 1_800, backlog: 0, drained: 0 },
        arrived: index === 1 ? 30 : 0,
      })),
    );
    const shape = shapeOfDays(points, zone);
    const winter = nine('2026-10-26') - 600;
    expect(shape?.expected(winter, winter + 1_800)).toBeCloseTo(30, 9);
    expect(shape?.expected(winter - 3_600, winter)).toBe(0);
    // The night in which the clocks go back has its hour from two to three twice, and nothing else.
    expect(shape?.expected(nine('2026-10-24'), nine('2026-10-25'))).toBeCloseTo(30, 9);
    expect(shapeOfDays(points.slice(3), zone)).toBeUndefined();
  });
  test('a warning begins at the second doubtful look or a sure one, and does not flicker', () => {
    const says = (probabilityClears: number) => ({ probabilityClears, expectedLeft: 5 });
    expect(decide(false, 1, says(0.15))).toBe(false);
    expect(decide(false, 0.15, says(0.15))).toBe(true);
    expect(decide(false, 1, says(0.01))).toBe(true);
    expect(decide(true, 0.1, says(0.35))).toBe(true);
    expect(decide(true, 0.1, says(0.45))).toBe(false);
  });
});

describe('paces', () => {
  test('of a steady flow are that flow, and older intervals count less', () => {
    const steady = Array.from({ length: 24 }, (_, index) => ({
      endSeconds: index * 300,
      lastsSeconds: 300,
      count: 30,
    }));
    expect(estimateRate(steady, 23 * 300).perSecond).toBeCloseTo(0.1, 12);
    const slower = [...steady, { endSeconds: 24 * 300, lastsSeconds: 300, count: 0 }];
    expect(estimateRate(slower, 24 * 300).perSecond).toBeLessThan(0.1);
  });
  test('are read from a file with the place of what is wrong', () => {
    const csv = 'at,backlog,arrived,drained\n2026-11-23T08:00:00Z,3,3,0\n2026-11-23T08:05:00Z,x,1,1\n';
    expect(readBacklog('day.csv', csv).diagnostics).toMatchObject([
      { file: 'day.csv', line: 3, message: '`backlog` is "x"' },
    ]);
  });
});
