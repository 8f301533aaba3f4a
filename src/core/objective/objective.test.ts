import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../kernel/index.ts';
import { chanceOfAtLeast } from './binomial.ts';
import { burnRulesFor, thresholdOf } from './burn-rules.ts';
import {
  createSeries,
  judgeBurn,
  type Objective,
  type Point,
  readObjective,
  readPoints,
  replay,
  burnRulesFor as rulesFor,
} from './index.ts';
import { countsIn, newestHolding } from './series.ts';

const day = 86_400;
const start = Temporal.Instant.from('2026-11-01T00:00:00Z').epochMilliseconds / 1_000;
const objective: Objective = { targetRatio: 0.995, windowSeconds: 30 * day, latencySeconds: undefined, exclusions: [] };

/** Points every `everySeconds`, made by a rule. */
const points = (
  days: number,
  everySeconds: number,
  make: (index: number) => { good: number; total: number },
): Point[] =>
  Array.from({ length: Math.floor((days * day) / everySeconds) }, (_, index) => ({
    atSeconds: start + (index + 1) * everySeconds,
    ...make(index),
  }));

describe('burn rules', () => {
  test('are those of the SRE workbook for 30 days', () => {
    expect(
      burnRulesFor(30 * day).map((rule) => [rule.severity, rule.burnRate, rule.longSeconds, rule.shortSeconds]),
    ).toEqual([
      ['page', 14.4, 3_600, 300],
      ['page', 6, 21_600, 1_800],
      ['ticket', 3, 86_400, 7_200],
      ['ticket', 1, 259_200, 21_600],
    ]);
  });
  test.each([
    [7, [3.36, 1.4]],
    [28, [13.44, 5.6]],
    [90, [43.2, 18]],
  ])('scale to %i days as others scale them', (days, expected) => {
    expect(
      burnRulesFor(days * day)
        .slice(0, 2)
        .map(({ burnRate }) => burnRate),
    ).toEqual(expected);
  });
  test('never alert below a burn of 1, and leave out windows longer than the objective', () => {
    expect(burnRulesFor(7 * day).map(({ burnRate }) => burnRate)).toEqual([3.36, 1.4, 1, 1]);
    expect(burnRulesFor(day).map(({ window }) => window)).toEqual(['1h', '6h', '1d']);
  });
  test('reach a total outage of a loose objective by longer windows that spend the same share', () => {
    const [page] = burnRulesFor(30 * day);
    if (page === undefined) throw new Error('no rule');
    const { failureRatio, longSeconds } = thresholdOf(page, 0.8);
    expect(failureRatio).toBeCloseTo(0.9, 12);
    expect((failureRatio * longSeconds) / (0.2 * 30 * day)).toBeCloseTo(0.02, 12);
  });
});

describe('the exact binomial tail', () => {
  // Computed with exact rationals: sum of C(n, i) p^i (1 - p)^(n - i) for i from k to n.
  test.each([
    [3, 3, 0.072, 0.000373248],
    [5, 8, 0.072, 9.002981407718376e-5],
    [1, 10, 0.1, 0.6513215599],
    [60, 100, 0.5, 0.028443966820490395],
  ])('P(X >= %i | n = %i, p = %f) = %f', (k, n, p, expected) => {
    expect(chanceOfAtLeast(k, n, p) / expected).toBeCloseTo(1, 9);
  });
  test('equals the sum of its terms, falls with k and grows with p', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, p) => {
        const tails = Array.from({ length: n + 2 }, (_, k) => chanceOfAtLeast(k, n, p));
        expect(tails[0]).toBe(1);
        expect(tails[n + 1]).toBe(0);
        const mean = tails.slice(1, n + 1).reduce((sum, tail) => sum + tail, 0);
        expect(mean).toBeCloseTo(n * p, 8);
        for (const [index, tail] of tails.slice(1).entries())
          expect(tail).toBeLessThanOrEqual((tails[index] ?? 0) + 1e-12);
      }),
    );
  });
});

describe('windows over sums', () => {
  test('hold what a filter over the points holds', () => {
    const point = fc.record({ step: fc.integer({ min: 1, max: 900 }), total: fc.nat(9), bad: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), fc.integer({ min: 1, max: 20_000 }), (steps, window) => {
        let at = 0;
        const made = steps.map(({ step, total, bad }) => {
          at += step;
          return { atSeconds: at, total, good: total - Math.min(bad, total) };
        });
        const inside = made.filter(({ atSeconds }) => atSeconds > at - window);
        expect(countsIn(createSeries(made), at, window)).toEqual({
          total: inside.reduce((sum, { total }) => sum + total, 0),
          failed: inside.reduce((sum, { total, good }) => sum + total - good, 0),
        });
      }),
    );
  });
  test('measured in events hold at least as many, and never what is older than allowed', () => {
    const series = createSeries(points(1, 600, () => ({ good: 1, total: 2 })));
    const end = start + day;
    expect(newestHolding(series, 5, end, day)).toEqual({ failed: 3, total: 6 });
    expect(newestHolding(series, 5, end, 1_200)).toEqual({ failed: 2, total: 4 });
    expect(newestHolding(series, 10_000, end, 2 * day)).toEqual({ failed: 144, total: 288 });
  });
});

describe('a replay judges as it would have been judged live (SLO-01, SLO-02)', () => {
  test('a known outage gives the expected attainment and budget', () => {
    // 30 days of 100 a minute; 108 minutes of total failure are half of the 0.5 % budget of 216 minutes.
    const judged = replay(
      points(30, 60, (minute) => ({ good: minute >= 10_000 && minute < 10_108 ? 0 : 100, total: 100 })),
      objective,
    );
    expect(judged.attainment).toBeCloseTo(0.9975, 10);
    expect(judged.budgetRemaining).toBeCloseTo(0.5, 8);
    expect(judged.pages.map(({ severity, window }) => [severity, window])).toEqual([
      ['page', '1h'],
      ['ticket', '1d'],
    ]);
    // 14.4 × 0.5 % of an hour is 4.32 minutes of failure: the fifth failed minute pages.
    expect(judged.pages[0]?.at.epochMilliseconds).toBe((start + 10_005 * 60) * 1_000);
  });
  test('eight days at 90 % failure with twelve requests a day page once, within the first day', () => {
    const judged = replay(
      points(8, 7_200, (index) => ({ good: index % 10 === 3 ? 1 : 0, total: 1 })),
      objective,
    );
    const pages = judged.pages.filter(({ severity }) => severity === 'page');
    expect(pages).toHaveLength(1);
    expect(pages[0]?.isLowTraffic).toBe(true);
    expect(pages[0]?.until).toBeNull();
    expect((pages[0]?.at.epochMilliseconds ?? 0) / 1_000 - start).toBeLessThan(day);
  });
  test('a quiet healthy tenant with a lost request a week pages nobody, and plain ratios over minutes would page it', () => {
    const made = points(60, 7_200, (index) => ({ good: index % 84 === 40 ? 0 : 1, total: 1 }));
    expect(replay(made, objective).pages.filter(({ severity }) => severity === 'page')).toEqual([]);
    // The guard switched off: the workbook's own condition on the same requests.
    const series = createSeries(made);
    const [rule] = burnRulesFor(objective.windowSeconds);
    if (rule === undefined) throw new Error('no rule');
    const { failureRatio, longSeconds, shortSeconds } = thresholdOf(rule, objective.targetRatio);
    const isPagedByRatios = [...series.at].some((at) =>
      [longSeconds, shortSeconds].every((seconds) => {
        const { failed, total } = countsIn(series, at, seconds);
        return failed / total > failureRatio;
      }),
    );
    expect(isPagedByRatios).toBe(true);
  });
  test('a service that keeps its promise at random pages less than once in a thousand tenant-months', () => {
    const paged = Array.from({ length: 1_000 }, (_, seed) => {
      const random = createRandom(seed);
      const made = points(30, 10_800, () => ({ good: random.next() < 0.003 ? 0 : 1, total: 1 }));
      return replay(made, objective).pages.some(({ severity }) => severity === 'page');
    });
    expect(paged.filter(Boolean).length).toBeLessThanOrEqual(1);
  });
  test('more failures never leave more budget', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 50 }),
        fc.nat(49),
        (rows, which) => {
          const made = rows.map(([good, bad], index) => ({ atSeconds: start + index * 60, good, total: good + bad }));
          const worse = made.map((point, index) =>
            index === which % made.length && point.good > 0 ? { ...point, good: point.good - 1 } : point,
          );
          const [left, leftWorse] = [replay(made, objective).budgetRemaining, replay(worse, objective).budgetRemaining];
          if (left !== null && leftWorse !== null) expect(leftWorse).toBeLessThanOrEqual(left);
        },
      ),
    );
  });
  test('missing rows are gaps, neither good nor bad; agreed windows are left out and shown', () => {
    const all = points(2, 60, (minute) => ({ good: minute >= 600 && minute < 660 ? 0 : 10, total: 10 }));
    const withGap = all.filter((_point, index) => index < 1_000 || index >= 1_120);
    const exclusion = {
      from: Temporal.Instant.fromEpochMilliseconds((start + 600 * 60) * 1_000),
      to: Temporal.Instant.fromEpochMilliseconds((start + 660 * 60) * 1_000),
      reason: 'agreed move of the database',
    };
    const judged = replay(withGap, { ...objective, exclusions: [exclusion] });
    expect(judged.attainment).toBe(1);
    expect(judged.pages).toEqual([]);
    expect(judged.excluded).toEqual([{ ...exclusion, total: 600 }]);
    expect(judged.gaps.map(({ from, to }) => to.since(from).total('minutes'))).toEqual([121]);
    expect(replay(withGap, objective).pages.length).toBeGreaterThan(0);
  });
});

describe('what a replay reads', () => {
  test('a mark of the byte order, the line ends of Windows, decimals and seconds since 1970 are no matter', () => {
    const csv = '\uFEFFat,good,total\r\n1795255200,1.5,2e0\r\n\r\n2026-11-21T11:05:00+01:00,2,2\r\n';
    expect(readPoints('s.csv', csv, undefined)).toEqual({
      points: [
        { atSeconds: 1_795_255_200, good: 1.5, total: 2 },
        { atSeconds: 1_795_255_500, good: 2, total: 2 },
      ],
      diagnostics: [],
    });
  });
  test('rows with a latency are good when fast enough, and only then', () => {
    const csv = 'at,good,total,latency_seconds\n2026-11-21T10:00:00Z,10,10,1.5\n2026-11-21T11:01:00+01:00,10,10,2.5\n';
    const { points: read } = readPoints('s.csv', csv, 2);
    expect(read.map(({ good }) => good)).toEqual([10, 0]);
    expect((read[1]?.atSeconds ?? 0) - (read[0]?.atSeconds ?? 0)).toBe(60);
  });
  test.each([
    ['at,good\n2026-11-21T10:00:00Z,1\n', 1, 'the column `total` is missing'],
    ['at,good,total\n2026-11-21 10:00,1,1\n', 2, 'is not an instant'],
    ['at,good,total\n2026-11-21T10:00:00Z,2,1\n', 2, '2 good of 1'],
    ['at,good,total\n2026-11-21T10:00:00Z,1,-1\n', 2, '`total` is "-1"'],
    ['at,good,total\n2026-11-21T10:01:00Z,1,1\n2026-11-21T10:00:00Z,1,1\n', 3, 'not later than the one before'],
    ['at,good,total\n2026-11-21T10:01:00Z,1\n', 2, 'Invalid Record Length'],
    ['', 1, 'there are no rows'],
    ['at,good,total\n', 1, 'there are no rows'],
    ['at;good;total\n2026-11-21T10:00:00Z;1;1\n', 1, 'the column `at` is missing'],
    ['at,good,good,total\n2026-11-21T10:00:00Z,1,2,3\n', 1, 'the column `good` is there more than once'],
    ['at,good,total\n2026-11-21T10:00:00Z,0x1,2\n', 2, '`good` is "0x1"'],
    ['at,good,total\n2026-11-21T10:00:00Z,,2\n', 2, '`good` is ""'],
    ['at,good,total\n2026-11-21T10:00:00Z,1,1e308\n', 2, '`total` is "1e308"'],
    ['at,good,total\n2026-11-21T10:01:00Z,1,1\n2026-11-21T10:01:00Z,1,1\n', 3, 'not later than the one before'],
    ['at,good,total\n1763719200000,1,1\n', 2, 'is not an instant'],
  ])('%j is refused with its line', (csv, line, message) => {
    const { diagnostics } = readPoints('s.csv', csv, undefined);
    expect(diagnostics[0]).toMatchObject({ line, file: 's.csv', message: expect.stringContaining(message) });
  });
  test.each([
    ['availability: 99.5%\nwindow: 7d', { targetRatio: 0.995, windowSeconds: 7 * day, latencySeconds: undefined }],
    ['latency: { p95: 2s }', { targetRatio: 0.95, windowSeconds: 30 * day, latencySeconds: 2 }],
    [
      'kind: BusinessService\nname: a\nobjectives: [{ backlog: { clearBefore: x } }, { availability: 99% }]',
      { targetRatio: 0.99, windowSeconds: 30 * day, latencySeconds: undefined },
    ],
  ])('%j is an objective', (text, expected) => {
    expect(readObjective('o.yaml', text)).toMatchObject({ kind: 'objective', objective: expected });
  });
  test.each([
    ['availability: 100%', 1, 15],
    ['availability: 99%\nlatency: { p95: 2s }', 1, 1],
    ['availability: 99%\nwindou: 7d', 1, 1],
    ['availability: 99%\nexclude:\n  - { from: noon, to: 2026-11-21T13:00:00Z, reason: x }', 3, 13],
    ['availability: [', 1, 16],
  ])('%j is refused with its place', (text, line, column) => {
    expect(readObjective('o.yaml', text)).toMatchObject({ kind: 'invalid', diagnostics: [{ line, column }] });
  });
  test('a rule says how it judged', () => {
    const [rule] = rulesFor(objective.windowSeconds);
    if (rule === undefined) throw new Error('no rule');
    const busy = createSeries(points(0.1, 60, () => ({ good: 0, total: 100 })));
    expect(judgeBurn(busy, objective, rule, busy.at.at(-1) ?? 0)).toMatchObject({
      fires: true,
      isLowTraffic: false,
      burnRate: expect.closeTo(200, 6),
    });
  });
});
