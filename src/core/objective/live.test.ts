import { describe, expect, test } from 'vitest';
import { calendarOf } from '../estate/index.ts';
import { historyOf } from './history.ts';
import { judgeObjective, judgeObjectives } from './judge.ts';
import { estateWith, noon, runs, secondsOf, sliOf, specWith } from './live.fixture.ts';
import { objectivesOf } from './plan.ts';
import type { Point } from './series.ts';
import { surroundingsOf } from './surroundings.ts';
import type { ObjectiveVerdict } from './verdict.ts';

const monthly = 'objectives: [{ availability: 99.5%, window: 30d }]';
const days = (count: number): number => count * 24;
const ago = (hours: number): number => secondsOf(noon) - hours * 3_600;

/** 02:00 in Amsterdam. */
const sunday = Temporal.Instant.from('2026-11-15T01:00:00Z');

describe('what is promised (SLO-01)', () => {
  test('each promise of a service becomes one objective with a key of its own, measured by what there is', () => {
    const { estate, environment } = estateWith(
      `objectives:
  - { availability: 99.5%, latency: { p95: 2s }, window: 30d }
  - { latency: { p99: 5s }, window: month }
  - { backlog: { clearBefore: dhl-cutoff, onTime: 98% } }
  - { integration: { name: dhl, success: 99% } }`,
      `---
kind: Integration
name: dhl
partner: carrier
environments: [acme-prod]
exchange: synchronous`,
    );
    const specs = objectivesOf(estate, environment);
    expect(specs.map(({ key, promise, signal }) => [key, promise, signal.kind])).toEqual([
      ['acme-prod.shipment-confirmation.availability-30d', '99.5% available over 30d', 'journey'],
      ['acme-prod.shipment-confirmation.latency-p95-30d', 'p95 within 2s over 30d', 'requests'],
      ['acme-prod.shipment-confirmation.latency-p99-month', 'p99 within 5s over the month', 'requests'],
      [
        'acme-prod.shipment-confirmation.backlog-dhl-cutoff-30d',
        'nothing late at dhl-cutoff in 98% over 30d',
        'cut-off',
      ],
      [
        'acme-prod.shipment-confirmation.integration-dhl-30d',
        '99% of exchanges with dhl succeed over 30d',
        'shipments',
      ],
    ]);
    expect(new Set(specs.map(({ key }) => key)).size).toBe(specs.length);
  });

  test('a service that nothing measures is unknown and says what to declare, never met', () => {
    const { estate, environment } = estateWith(
      '',
      '---\nkind: BusinessService\nname: customs\nowner: floor\nenvironments: [acme-prod]\nobjectives: [{ availability: 99% }]',
    );
    const [spec] = objectivesOf(estate, environment);
    if (spec === undefined) throw new Error('nothing is promised');
    const verdict = judgeObjective(sliOf(spec, { points: [], seen: undefined }), undefined, noon);
    expect(verdict).toMatchObject({ state: 'unknown', attainment: null });
    expect(verdict.reason).toContain('declare a `journey`');
  });
});

describe('attainment and what is left (SLO-02)', () => {
  test('an outage of 90 minutes in 30 days is 99.79 % and leaves 58.3 % of the budget of 99.5 %', () => {
    const recorded = runs(noon, days(30), (at) => at <= ago(50) || at > ago(48.5));
    const verdict = judgeObjective(sliOf(specWith(monthly), recorded), undefined, noon);
    // 18 of 8,640 runs failed; the budget is 43.2 runs.
    expect(verdict).toMatchObject({ state: 'met', condition: 'working', good: 8_622, total: 8_640 });
    expect(verdict.attainment).toBeCloseTo(8_622 / 8_640, 12);
    expect(verdict.budgetRemaining).toBeCloseTo(1 - 18 / 43.2, 12);
  });

  test('what is older than the window counts no more', () => {
    const recorded = runs(noon, days(30) + 5, (at) => at > ago(days(30)));
    expect(judgeObjective(sliOf(specWith(monthly), recorded), undefined, noon)).toMatchObject({ attainment: 1 });
  });

  test('a budget that is overspent is breached, and stays so when nothing is seen any more', () => {
    const recorded = runs(noon.subtract({ hours: 5 }), days(20), (at) => at <= ago(30) || at > ago(24));
    const verdict = judgeObjective(sliOf(specWith(monthly), recorded), undefined, noon);
    expect(verdict).toMatchObject({ state: 'breached', condition: 'unknown' });
    expect(verdict.budgetRemaining).toBeLessThan(0);
    expect(verdict.gaps.at(-1)).toEqual({ from: noon.subtract({ hours: 5 }), to: noon });
  });

  test('the past by the hour is what a judge would have said in each hour', () => {
    const sli = sliOf(
      specWith(monthly),
      runs(noon, days(10), (at) => at <= ago(30) || at > ago(24)),
    );
    const past = historyOf(sli, noon);
    expect(past).toHaveLength(239);
    for (const index of [5, 100, 215, 238]) {
      const point = past[index];
      const judged = judgeObjective(sli, undefined, point?.at.add({ hours: 1 }) ?? noon);
      expect(point?.budgetRemaining).toBe(judged.budgetRemaining);
    }
    expect(past.at(-1)).toMatchObject({ at: noon.subtract({ hours: 1 }), state: 'breached' });
  });

  test('a calendar month begins at local midnight, and its budget is that of the whole month', () => {
    const spec = specWith('objectives: [{ availability: 99.5%, window: month }]');
    const first = Temporal.Instant.from('2026-10-31T23:00:00Z');
    const recorded = runs(noon, days(30), (at) => at > secondsOf(first) + 3_600 * 6 || at <= secondsOf(first));
    const verdict = judgeObjective(sliOf(spec, recorded), undefined, noon);
    expect(verdict.window).toMatchObject({ kind: 'calendar', name: 'month', from: first, seconds: days(30) * 3_600 });
    // 72 of the 5,052 runs since the first failed: 285 % of what 5,052 runs may, but 166 % of what the month's 8,640 may.
    expect(verdict.total).toBe(5_052);
    expect(verdict.budgetRemaining).toBeCloseTo(1 - 72 / (0.005 * 8_640), 10);
  });
});

describe('missing data is its own state', () => {
  test('silence of a journey is unknown, neither good nor bad', () => {
    const quiet = runs(noon.subtract({ minutes: 20 }), days(3), () => true);
    const verdict = judgeObjective(sliOf(specWith(monthly), quiet), undefined, noon);
    expect(verdict).toMatchObject({ state: 'unknown', attainment: 1, condition: 'unknown' });
    expect(verdict.reason).toContain('the last sign was 20m ago');
    // Two late runs are no gap: it takes three.
    const late = runs(noon.subtract({ minutes: 14 }), days(3), () => true);
    expect(judgeObjective(sliOf(specWith(monthly), late), undefined, noon).state).toBe('met');
  });

  test('requests that do not come are no gap while the log is read; a log that is not read is one', () => {
    const spec = specWith('objectives: [{ latency: { p95: 2s } }]');
    const point: Point = { atSeconds: ago(3), good: 10, total: 10 };
    const read = { points: [point], seen: [{ fromSeconds: ago(days(30)), toSeconds: secondsOf(noon) }] };
    expect(judgeObjective(sliOf(spec, read), undefined, noon)).toMatchObject({ state: 'met', gaps: [] });
    const blind = { points: [point], seen: [{ fromSeconds: ago(days(30)), toSeconds: ago(1) }] };
    expect(judgeObjective(sliOf(spec, blind), undefined, noon)).toMatchObject({
      state: 'unknown',
      gaps: [{ from: noon.subtract({ hours: 1 }), to: noon }],
    });
  });
});

describe('agreed windows are excluded and shown, never silently', () => {
  const failsOnSunday = runs(noon, days(7), (at) => at <= secondsOf(sunday) || at > secondsOf(sunday) + 4 * 3_600);

  test('maintenance of the calendar does not count, and says what was counted in it', () => {
    const { environment, estate } = estateWith(monthly);
    const [spec] = objectivesOf(estate, environment);
    if (spec === undefined) throw new Error('nothing is promised');
    const calendar = calendarOf(environment.sites, noon.subtract({ hours: days(30) }), noon);
    const around = surroundingsOf(spec, calendar, []);
    const verdict = judgeObjective(sliOf(spec, failsOnSunday, around), undefined, noon);
    expect(verdict.attainment).toBe(1);
    expect(verdict.excluded.at(-1)).toEqual({
      ...{ from: sunday, to: sunday.add({ hours: 4 }), source: 'calendar', total: 48 },
      reason: 'sunday-maintenance (rotterdam-dc)',
    });
    // Without the agreement the same four hours are a breach.
    expect(judgeObjective(sliOf(spec, failsOnSunday), undefined, noon).state).toBe('breached');
  });

  test('a declared window counts as agreed only for the promise that declares it', () => {
    const spec = specWith(`objectives:
  - availability: 99.5%
    exclude: [{ from: "${sunday}", to: "${sunday.add({ hours: 4 })}", reason: "upgrade agreed with ACME" }]`);
    const verdict = judgeObjective(sliOf(spec, failsOnSunday, surroundingsOf(spec, [], [])), undefined, noon);
    expect(verdict).toMatchObject({
      attainment: 1,
      excluded: [{ source: 'declared', reason: 'upgrade agreed with ACME' }],
    });
  });
});

describe('degraded is not interrupted (SLO-04)', () => {
  const both = 'objectives: [{ availability: 99.5%, latency: { p95: 2s } }]';
  const judged = (available: (at: number) => boolean, fast: (at: number) => boolean): readonly ObjectiveVerdict[] => {
    const { estate, environment } = estateWith(both);
    const [availability, latency] = objectivesOf(estate, environment);
    if (availability === undefined || latency === undefined) throw new Error('nothing is promised');
    const seen = [{ fromSeconds: ago(days(31)), toSeconds: secondsOf(noon) }];
    const slow = { points: runs(noon, days(2), fast).points, seen };
    const slis = [sliOf(availability, runs(noon, days(2), available)), sliOf(latency, slow)];
    return judgeObjectives({ slis, previous: new Map() }, noon);
  };

  test('a service that works slowly is degraded', () => {
    const verdicts = judged(
      () => true,
      (at) => at <= ago(0.5),
    );
    expect(verdicts.map(({ condition }) => condition)).toEqual(['degraded', 'degraded']);
  });

  test('a service that fails is interrupted, whatever its latency says', () => {
    const verdicts = judged(
      (at) => at <= ago(0.5),
      () => true,
    );
    expect(verdicts.map(({ condition }) => condition)).toEqual(['interrupted', 'interrupted']);
  });

  test('a service that does both works', () => {
    expect(
      judged(
        () => true,
        () => true,
      ).map(({ condition }) => condition),
    ).toEqual(['working', 'working']);
  });
});

test('ordinary times and declared peaks are told apart (MET-02)', () => {
  const { estate, environment } = estateWith(monthly);
  const [spec] = objectivesOf(estate, environment);
  if (spec === undefined) throw new Error('nothing is promised');
  const calendar = calendarOf(environment.sites, noon.subtract({ hours: days(30) }), noon);
  const peakFrom = secondsOf(Temporal.Instant.from('2026-11-16T23:00:00Z'));
  // Every fourth run fails in the peak, none besides.
  const recorded = runs(noon, days(5), (at) => at <= peakFrom || at > peakFrom + 86_400 || at % 1_200 !== 0);
  const verdict = judgeObjective(sliOf(spec, recorded, surroundingsOf(spec, calendar, [])), undefined, noon);
  expect(verdict.peak).toEqual({ good: 216, total: 288, attainment: 0.75 });
  // Sunday's maintenance is in neither.
  expect(verdict.normal).toEqual({ good: 1_104, total: 1_104, attainment: 1 });
});
