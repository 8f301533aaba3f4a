import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backup, LegalRetention } from '../estate/index.ts';
import { planRetention, type RestorePoint } from './retention.ts';
import { instant } from './test-estate.ts';

const none = { hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
type Rules = Pick<Backup, 'retain' | 'legal' | 'hold' | 'immutableForSeconds'>;
const rules = (more: Partial<Rules> = {}): Rules => ({
  retain: none,
  legal: [],
  hold: undefined,
  immutableForSeconds: 0,
  ...more,
});
const point = (at: string | Temporal.Instant, more: Partial<RestorePoint> = {}): RestorePoint => ({
  id: `${at}`,
  at: typeof at === 'string' ? instant(at) : at,
  isGood: true,
  verifiedAt: undefined,
  needs: [],
  ...more,
});
const legal = (years: number, each: LegalRetention['each']): LegalRetention => ({
  keepFor: { years, months: 0, days: 0 },
  each,
  source: 'data class books',
});
const days = (count: number, from = '2026-01-01T02:00Z') =>
  Array.from({ length: count }, (_, index) => point(instant(from).add({ hours: 24 * index })));
const now = instant('2026-06-15T12:00Z');
const zone = 'Europe/Amsterdam';

describe('BKP-04: retention', () => {
  test('keeps so many dailies, weeklies and monthlies, the last of each; as known from a calendar', () => {
    const kept = planRetention({
      points: days(160),
      backup: rules({ retain: { ...none, daily: 3, weekly: 2, monthly: 3 } }),
      now,
      timezone: zone,
    }).keep.map(({ at }) => at.toString().slice(0, 10));
    // 9 June 2026 is a Tuesday: the days 7, 8 and 9; the weeks that end on the 7th and the 9th; the months April to June.
    expect(kept).toEqual(['2026-04-30', '2026-05-31', '2026-06-07', '2026-06-08', '2026-06-09']);
  });

  test('the longer of the operational and the legal rule wins, and each says why', () => {
    const plan = planRetention({
      points: [point('2019-12-31T02:00Z'), point('2020-01-31T02:00Z'), point('2026-06-14T02:00Z')],
      backup: rules({ retain: { ...none, daily: 1 }, legal: [legal(6, 'backup'), legal(1, 'month')] }),
      now: instant('2026-01-15T00:00Z'),
      timezone: zone,
    });
    expect(plan.withdraw.map(({ id }) => id)).toEqual(['2019-12-31T02:00Z']);
    expect(plan.keep[0]?.reasons).toEqual(['kept by law until 2026-01-31 (data class books)']);
  });

  test('days are those of the stated zone: 23:30 UTC is tomorrow in Rotterdam', () => {
    const points = [point('2026-06-10T21:00Z'), point('2026-06-10T23:30Z')];
    const kept = (timezone: string) =>
      planRetention({ points, backup: rules({ retain: { ...none, daily: 9 } }), now, timezone }).keep.length;
    expect([kept('Europe/Amsterdam'), kept('UTC')]).toEqual([2, 1]);
  });

  test('the hour that the clocks repeat is two hours', () => {
    const points = [point('2026-10-25T00:30Z'), point('2026-10-25T01:30Z')];
    const backup = rules({ retain: { ...none, hourly: 9 } });
    const later = instant('2026-11-01T00:00Z');
    expect(planRetention({ points, backup, now: later, timezone: zone }).keep).toHaveLength(2);
  });

  test('what a kept one needs is kept; what is bad goes once a later one is good', () => {
    const plan = planRetention({
      points: [
        point('2026-01-01T00:00Z', { id: 'full' }),
        point('2026-01-02T00:00Z', { id: 'bad', isGood: false }),
        point('2026-01-03T00:00Z', { id: 'old-diff', needs: ['full'] }),
        point('2026-01-04T00:00Z', { id: 'diff', needs: ['full'] }),
      ],
      backup: rules(),
      now,
      timezone: zone,
    });
    expect(plan.keep.map(({ id }) => id)).toEqual(['full', 'diff']);
    expect(plan.keep[0]?.reasons).toEqual(['diff needs it']);
    expect(plan.withdraw.map(({ id }) => id)).toEqual(['bad', 'old-diff']);
  });

  test('a hold keeps everything, and so do immutability and a clock that is wrong', () => {
    const points = days(5, '2026-06-08T02:00Z');
    const withdrawn = (backup: Rules, at = now) =>
      planRetention({ points, backup, now: at, timezone: zone }).withdraw.length;
    expect(withdrawn(rules())).toBe(4);
    expect(withdrawn(rules({ hold: 'case 4711' }))).toBe(0);
    expect(withdrawn(rules({ immutableForSeconds: 30 * 86_400 }))).toBe(0);
    expect(withdrawn(rules(), instant('2020-01-01T00:00Z'))).toBe(0);
  });
});

describe('retention, whatever the rules and the backups', () => {
  const points = fc
    .uniqueArray(fc.integer({ min: 0, max: 24 * 800 }), { maxLength: 60 })
    .chain((hours) => fc.tuple(fc.constant(hours), fc.array(fc.nat(9), { minLength: 60, maxLength: 60 })))
    .map(([hours, draws]) =>
      hours.map((hour, index) =>
        point(instant('2024-01-01T00:00Z').add({ hours: hour }), {
          id: `b${hour}`,
          isGood: (draws[index] ?? 0) > 0,
          verifiedAt: (draws[index] ?? 0) > 7 ? instant('2026-06-01T00:00Z') : undefined,
        }),
      ),
    );
  const count = fc.nat(8);
  const retain = fc.record({ hourly: count, daily: count, weekly: count, monthly: count, yearly: count });
  const backups = fc.record({
    retain,
    years: fc.nat(4),
    each: fc.constantFrom('backup', 'day', 'month', 'year' as const),
  });
  const planOf = (
    some: readonly RestorePoint[],
    { retain: kept, years, each }: { retain: Backup['retain']; years: number; each: LegalRetention['each'] },
    at = now,
  ) =>
    planRetention({
      points: some,
      backup: rules({ retain: kept, legal: [legal(years, each)] }),
      now: at,
      timezone: zone,
    });

  test('never withdraws the last good restore point, nor the last proven one', () => {
    fc.assert(
      fc.property(points, backups, (some, backup) => {
        const gone = new Set(planOf(some, backup).withdraw.map(({ id }) => id));
        const good = some.filter(({ isGood }) => isGood).toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
        for (const last of [good.at(-1), good.findLast(({ verifiedAt }) => verifiedAt !== undefined)]) {
          if (last !== undefined) expect(gone.has(last.id)).toBe(false);
        }
      }),
    );
  });

  test('answers each restore point exactly once, with a reason, and is settled when it was followed', () => {
    fc.assert(
      fc.property(points, backups, (some, backup) => {
        const plan = planOf(some, backup);
        expect([...plan.keep, ...plan.withdraw].map(({ id }) => id).toSorted()).toEqual(
          some.map(({ id }) => id).toSorted(),
        );
        expect(plan.keep.every(({ reasons }) => reasons.length > 0)).toBe(true);
        const kept = new Set(plan.keep.map(({ id }) => id));
        expect(
          planOf(
            some.filter(({ id }) => kept.has(id)),
            backup,
          ).withdraw,
        ).toEqual([]);
      }),
    );
  });

  test('is monotone: more rules keep more, and time alone brings nothing back', () => {
    fc.assert(
      fc.property(points, backups, fc.nat(400), (some, backup, later) => {
        const ids = (list: readonly { readonly id: string }[]) => new Set(list.map(({ id }) => id));
        const base = ids(planOf(some, backup).keep);
        const more = { ...backup.retain, daily: backup.retain.daily + 2, monthly: backup.retain.monthly + 1 };
        expect(base.isSubsetOf(ids(planOf(some, { ...backup, retain: more, years: backup.years + 1 }).keep))).toBe(
          true,
        );
        expect(ids(planOf(some, backup, now.add({ hours: later * 24 })).keep).isSubsetOf(base)).toBe(true);
      }),
    );
  });
});
