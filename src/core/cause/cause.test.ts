import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Labels } from '../observe/index.ts';
import { likelyCauses } from './causes.ts';
import type { CauseFacts, ChangeSeen, FindingSeen } from './facts.ts';
import { interpret } from './interpret.ts';
import { type IndicatorSeries, type Rising, risingsOf } from './rising.ts';

const now = Temporal.Instant.from('2026-11-18T14:00:00Z');
const ago = (minutes: number): Temporal.Instant => now.subtract({ minutes });

/** Each five minutes of a day: what it was, and since when it is something else. */
function series(metric: string, labels: Labels, usual: number, sinceMinutes: number, level: number): IndicatorSeries {
  const points = Array.from({ length: 288 }, (_, index) => {
    const minutes = (287 - index) * 5;
    return { at: ago(minutes), value: minutes < sinceMinutes ? level : usual };
  });
  return { metric, labels, points };
}

const outgoing = { direction: 'outgoing', state: 'assigned' };
const backlog = series('odoo_picking_backlog_count', outgoing, 40, 60, 160);

const rising: Rising = {
  ...{ metric: 'odoo_picking_backlog_count', work: 'shipping', title: 'backlog of outgoing transfers', unit: 'count' },
  ...{ usual: 40, now: 160, since: ago(55) },
};
const nothing: CauseFacts = { findings: [], changes: [], series: [], hourly: [], workers: {}, now };
const finding = (code: string, openedMinutesAgo: number, closedMinutesAgo?: number): FindingSeen => ({
  ...{ code, subject: 'stock_picking', reason: `${code} is so.`, action: `Mend ${code}.` },
  ...{ openedAt: ago(openedMinutesAgo), closedAt: closedMinutesAgo === undefined ? null : ago(closedMinutesAgo) },
});
const kinds = (facts: Partial<CauseFacts>) => likelyCauses(rising, { ...nothing, ...facts }).map(({ kind }) => kind);

describe('what rises (MET-03, MET-14)', () => {
  test('a backlog that stands clearly above its day has risen, with the time it began', () => {
    expect(risingsOf([backlog], now)).toEqual([
      {
        ...{ metric: 'odoo_picking_backlog_count', work: 'shipping', unit: 'count' },
        ...{ title: 'backlog of outgoing transfers', usual: 40, now: 160, since: ago(55) },
      },
    ]);
  });

  test('counts of one meaning add up, of waits the longest counts', () => {
    const other = series('odoo_picking_backlog_count', { ...outgoing, state: 'waiting' }, 10, 60, 20);
    expect(risingsOf([backlog, other], now)[0]).toMatchObject({ usual: 50, now: 180 });
    const wait = (channel: string, level: number) =>
      series('odoo_queue_job_oldest_seconds', { channel }, 20, 45, level);
    expect(risingsOf([wait('root', 900), wait('root', 300)], now)).toMatchObject([{ now: 900 }]);
  });

  test('of what should never fail a few more are a rise; jobs that only wait are none (MET-14)', () => {
    const jobs = (state: string, level: number) =>
      series('odoo_queue_job_count', { channel: 'root', state }, 1, 60, level);
    expect(risingsOf([jobs('failed', 4), jobs('pending', 400)], now)).toMatchObject([
      { title: 'failed jobs', usual: 1, now: 4, work: 'jobs' },
    ]);
    expect(risingsOf([jobs('failed', 3)], now)).toEqual([]);
    const crons = series('odoo_cron_failing_count', {}, 0, 60, 1);
    expect(risingsOf([crons], now)).toMatchObject([
      { title: 'scheduled actions that fail', work: 'scheduled-actions' },
    ]);
  });

  test('what is as it was, what rises a little, and what was counted too little say nothing', () => {
    expect(risingsOf([series('odoo_picking_backlog_count', outgoing, 40, 60, 48)], now)).toEqual([]);
    expect(risingsOf([{ ...backlog, points: backlog.points.slice(-8) }], now)).toEqual([]);
    expect(risingsOf([{ ...backlog, points: backlog.points.slice(0, 270) }], now)).toEqual([]);
    expect(risingsOf([], now)).toEqual([]);
  });

  test.each(Array.from({ length: 24 }, (_, hour) => hour))(
    'the swell of an ordinary day does not date a rise back: %i hours into it',
    (hour) => {
      const swell = (minutes: number): number => 140 + 60 * Math.sin(((hour * 60 - minutes) / 1_440) * 2 * Math.PI);
      const points = backlog.points.map(({ at }) => {
        const minutes = now.since(at).total('minutes');
        return { at, value: swell(minutes) * (minutes <= 25 ? 3 : 1) };
      });
      for (const rise of risingsOf([{ ...backlog, points }], now)) expect(rise.since).toEqual(ago(25));
    },
  );

  test('the more something grows, the clearer it has risen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (level, more) => {
        const found = (value: number) =>
          risingsOf([series('odoo_picking_backlog_count', outgoing, 40, 60, value)], now).length;
        expect(found(level + more)).toBeGreaterThanOrEqual(found(level));
      }),
    );
  });
});

describe('likely causes, ranked by what speaks for them (MET-14, AS-15)', () => {
  test('a lock that held when it began stands before a scheduled action that is late', () => {
    const [first, second] = likelyCauses(rising, {
      ...nothing,
      findings: [finding('CRON_OVERDUE', 70), finding('TABLE_LOCKED', 58)],
    });
    expect(first).toMatchObject({ kind: 'lock', action: 'Mend TABLE_LOCKED.', since: ago(58) });
    expect(first?.evidence).toEqual(['TABLE_LOCKED on stock_picking: TABLE_LOCKED is so.']);
    expect(second?.kind).toBe('scheduled-actions');
  });

  test('mail that waits points at scheduled actions more than shipping does', () => {
    const facts = { ...nothing, findings: [finding('CRON_OVERDUE', 70)] };
    const strength = (work: Rising['work']) => likelyCauses({ ...rising, work }, facts)[0]?.strength ?? 0;
    expect(strength('mail')).toBeGreaterThan(strength('shipping'));
  });

  test('what was over long before explains nothing; what began long after it follows from it', () => {
    expect(kinds({ findings: [finding('TABLE_LOCKED', 300, 200)] })).toEqual([]);
    const early = likelyCauses(rising, { ...nothing, findings: [finding('TABLE_LOCKED', 58)] })[0];
    const late = likelyCauses(rising, { ...nothing, findings: [finding('TABLE_LOCKED', 5)] })[0];
    expect(late?.strength).toBeLessThan(early?.strength ?? 0);
  });

  test('a release that made something slower stands before one that did not, and before an ordinary start', () => {
    const change = (step: string | null, isStart = false): ChangeSeen => ({
      ...{ at: ago(70), what: 'installed: delivery_x', step, isStart },
    });
    const strength = (one: ChangeSeen) => likelyCauses(rising, { ...nothing, changes: [one] })[0]?.strength ?? 0;
    const step = 'shipment-confirmation: p95 200ms before, 4s after';
    expect(strength(change(step))).toBeGreaterThan(strength(change(null)));
    expect(strength(change(null))).toBeGreaterThan(strength(change(null, true)));
    expect(kinds({ changes: [{ ...change(step), at: ago(300) }] })).toEqual([]);
  });

  test('workers without room, a busy machine and waits for locks are seen in what was measured', () => {
    const measured = [
      series('process_cpu_ratio', { component: 'web' }, 0.4, 60, 1.95),
      series('host_cpu_ratio', {}, 0.3, 60, 0.97),
      series('postgres_lock_waiting_oldest_seconds', {}, 0, 60, 12),
    ];
    expect(kinds({ series: measured, workers: { web: 2 } })).toEqual(['workers', 'lock', 'machine']);
    expect(kinds({ series: measured, workers: { web: 8 } })).not.toContain('workers');
  });

  test('AS-06: a carrier that does not answer is named with its failed calls', () => {
    const shipped = (tracked: string, level: number) =>
      series('odoo_shipment_per_hour', { carrier_type: 'dhl', tracked }, 10, 60, level);
    const [cause] = likelyCauses(rising, { ...nothing, series: [shipped('yes', 2), shipped('no', 8)] });
    expect(cause).toMatchObject({ kind: 'partner', strength: 0.5 + 0.45 * 0.8 });
    expect(cause?.evidence[0]).toContain('8 of 10 deliveries through dhl');
  });

  test('more work than at this time of other days, and less that is done, are told apart', () => {
    const flow = (metric: string, level: number): IndicatorSeries => ({
      ...{ metric, labels: { direction: 'outgoing' } },
      points: [{ at: ago(5), value: level }],
    });
    const week = (metric: string): IndicatorSeries => ({
      ...{ metric, labels: { direction: 'outgoing' } },
      points: Array.from({ length: 168 }, (_, hours) => ({ at: now.subtract({ hours: 168 - hours }), value: 40 })),
    });
    const [created, done] = ['odoo_picking_created_per_hour', 'odoo_picking_done_per_hour'];
    const hourly = [week(created ?? ''), week(done ?? '')];
    expect(kinds({ hourly, series: [flow(created ?? '', 90), flow(done ?? '', 40)] })).toEqual(['arrivals']);
    expect(kinds({ hourly, series: [flow(created ?? '', 40), flow(done ?? '', 8)] })).toEqual(['floor']);
    expect(kinds({ hourly, series: [flow(created ?? '', 42), flow(done ?? '', 38)] })).toEqual([]);
    expect(kinds({ series: [flow(created ?? '', 90)] })).toEqual([]);
  });

  test('more evidence never weighs less, no order of it matters, and no strength leaves 0 to 1', () => {
    const code = fc.constantFrom(
      'TABLE_LOCKED',
      'SESSIONS_BLOCKED',
      'CRON_OVERDUE',
      'LATENCY_HIGH',
      'CARRIER_CALL_FAILED',
    );
    const one = fc.record({ code, opened: fc.integer({ min: 1, max: 400 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), one, (drawn, extra) => {
        const found = drawn.map(({ code: each, opened }) => finding(each, opened));
        const of = (findings: readonly FindingSeen[]) => likelyCauses(rising, { ...nothing, findings });
        const before = of(found);
        const after = of([...found, finding(extra.code, extra.opened)]);
        for (const { kind, strength } of before) {
          const same = after.find((each) => each.kind === kind);
          expect(same?.strength).toBeGreaterThanOrEqual(strength - 1e-12);
          expect(strength).toBeGreaterThanOrEqual(0);
          expect(strength).toBeLessThanOrEqual(1);
        }
        const turned = of(found.toReversed());
        expect(turned.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind));
      }),
    );
  });
});

test('a rise is read in words, also where nothing explains it', () => {
  const causes = likelyCauses(rising, { ...nothing, findings: [finding('TABLE_LOCKED', 58)] });
  expect(interpret(rising, causes)).toBe(
    'Backlog of outgoing transfers: 160 over the last half hour, usually 40. Most speaks for a lock in the database.',
  );
  expect(interpret(rising, [])).toContain('Nothing that is recorded explains it');
});
