import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../kernel/index.ts';
import { type BacklogPoint, pointsFromCounts, replayForecast, shapeOfDays } from './index.ts';

const zone = 'Europe/Amsterdam';
const stepSeconds = 300;

function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let passed = random.exponential(1); passed < mean; passed += random.exponential(1)) count += 1;
  return count;
}

interface Hours {
  /** Parcels an hour that come, and that the floor can drain, at an hour of the wall clock. */
  readonly arrive: (hour: number) => number;
  readonly drain: (hour: number) => number;
}

const shop: Hours = {
  arrive: (hour) => (hour < 7 ? 4 : 20),
  drain: (hour) => (hour > 7 && hour <= 17 ? 45 : 0),
};

/** Whole days of five-minute rows, each ending at midnight. */
function daysOf(dates: readonly number[], seed: number, hours: Hours): readonly BacklogPoint[] {
  const random = createRandom(seed);
  let backlog = 60;
  return dates.flatMap((date) => {
    const midnight = Temporal.PlainDate.from({ year: 2026, month: 11, day: date }).toZonedDateTime(zone);
    return Array.from({ length: 288 }, (_, index) => {
      const second = (index + 1) * stepSeconds;
      const arrived = poisson(random, (hours.arrive(second / 3_600) * stepSeconds) / 3_600);
      const drained = Math.min(backlog + arrived, poisson(random, (hours.drain(second / 3_600) * stepSeconds) / 3_600));
      backlog += arrived - drained;
      return { atSeconds: midnight.epochMilliseconds / 1_000 + second, backlog, arrived, drained };
    });
  });
}

const at = (local: string): Temporal.Instant => Temporal.ZonedDateTime.from(`2026-11-${local}[${zone}]`).toInstant();
const hourOf = (each: Temporal.Instant): number => each.toZonedDateTimeISO(zone).hour;

/** The hours in which a day's forecast warned that a good many would be left. */
function warnedHours(points: readonly BacklogPoint[], cutOff: Temporal.Instant): readonly number[] {
  const said = replayForecast(points, cutOff, zone);
  return [
    ...new Set(said.filter(({ warns, expectedLeft }) => warns && expectedLeft > 5).map((each) => hourOf(each.at))),
  ];
}

describe('orders come around the clock, and the floor works by day (SLO-08)', () => {
  const cutOff = at('20T17:00');

  test('a closed floor is no standstill: nobody is woken on days that clear, with earlier days known and without', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      expect(warnedHours(daysOf([17, 18, 19, 20], seed, shop), cutOff).filter((hour) => hour < 7)).toEqual([]);
      expect(warnedHours(daysOf([20], seed, shop), cutOff).filter((hour) => hour < 7)).toEqual([]);
    }
  });

  test('a floor that does not open is warned of within two hours of its usual time; without earlier days, three hours ahead', () => {
    const shut: Hours = { ...shop, drain: () => 0 };
    const known = daysOf([17, 18, 19], 3, shop);
    const first = (points: readonly BacklogPoint[]) =>
      replayForecast(points, cutOff, zone).find(({ warns }) => warns)?.at ?? cutOff;
    expect(hourOf(first([...known, ...daysOf([20], 4, shut)]))).toBeLessThanOrEqual(8);
    expect(cutOff.since(first(daysOf([20], 4, shut))).total('hours')).toBeCloseTo(3, 1);
  });

  test('a floor that works in the night although it should be closed is told by its own pace', () => {
    const extra: Hours = { ...shop, drain: () => 60 };
    const points = [...daysOf([17, 18, 19], 3, shop), ...daysOf([20], 4, extra)];
    const [, , , early] = replayForecast(points, at('20T06:00'), zone).filter((each) => hourOf(each.at) === 3);
    expect(early?.probabilityClears).toBeGreaterThan(0.8);
  });

  test('a cut-off at one in the night is warned of in the evening before it', () => {
    const late: Hours = { arrive: (hour) => (hour > 12 ? 20 : 0), drain: (hour) => (hour > 12 ? 5 : 0) };
    const said = replayForecast(daysOf([19, 20], 5, late), at('20T01:00'), zone);
    expect(said[0]?.at.toString()).toBe(at('19T13:05').toString());
    const warned = said.find(({ warns }) => warns)?.at ?? at('20T01:00');
    expect(at('20T01:00').since(warned).total('hours')).toBeGreaterThan(6);
  });
});

describe('the shape of a day', () => {
  test('has every row once: one at midnight ends its day, and begins no other', () => {
    const row = (index: number) => ({
      atSeconds: at('17T00:00').epochMilliseconds / 1_000 + (index + 1) * stepSeconds,
    });
    const rows = Array.from({ length: 3 * 288 }, (_, index) => ({ ...row(index), backlog: 0, arrived: 1, drained: 1 }));
    const shape = shapeOfDays(rows, zone);
    const [from, to] = [at('20T00:00'), at('21T00:00')].map((each) => each.epochMilliseconds / 1_000);
    expect(shape?.days).toBe(3);
    expect(shape?.expected(from ?? 0, to ?? 0)).toBeCloseTo(288, 6);
    expect(shapeOfDays(rows.slice(0, 2 * 288), zone)).toBeUndefined();
  });

  test('an hour that a row stands for is told by that hour, and not by the one it ends in', () => {
    const rows = Array.from({ length: 72 }, (_, index) => ({
      ...{ atSeconds: at('17T00:00').epochMilliseconds / 1_000 + (index + 1) * 3_600, backlog: 0, drained: 0 },
      arrived: index % 24 === 9 ? 60 : 0,
    }));
    const nine = at('20T09:00').epochMilliseconds / 1_000;
    const shape = shapeOfDays(rows, zone);
    expect(shape?.expected(nine, nine + 3_600)).toBeCloseTo(60, 9);
    expect(shape?.expected(nine + 3_600, nine + 7_200)).toBe(0);
  });

  test('a working day is learnt from working days, where there are three', () => {
    const weekend: Hours = { arrive: () => 0, drain: () => 0 };
    const rows = [...daysOf([11, 12, 13], 1, shop), ...daysOf([14, 15], 2, weekend)];
    const [from, to] = [at('16T00:00'), at('17T00:00')].map((each) => each.epochMilliseconds / 1_000);
    const alike = shapeOfDays(rows, zone, from)?.expected(from ?? 0, to ?? 0) ?? 0;
    const all = shapeOfDays(rows, zone)?.expected(from ?? 0, to ?? 0) ?? 0;
    expect(all / alike).toBeCloseTo(3 / 5, 6);
  });
});

test('counts that were lost for an hour do not make the floor slow: an interval is as long as it was', () => {
  const count = (minutes: number, doneToday: number) => ({
    ...{ atSeconds: at('20T12:00').epochMilliseconds / 1_000 + minutes * 60, open: 50 },
    ...{ createdToday: doneToday, doneToday },
  });
  const points = pointsFromCounts([count(0, 0), count(5, 10), count(95, 190), count(100, 200)]);
  expect(points.map(({ drained, lastsSeconds }) => [drained, lastsSeconds])).toEqual([
    [10, 300],
    [10, 300],
  ]);
  const pace = replayForecast(points, at('20T14:00'), zone);
  // Ten in five minutes, an hour and more long, is what comes and what goes.
  expect(pace.at(-1)?.expectedLeft).toBeGreaterThan(20);
});
