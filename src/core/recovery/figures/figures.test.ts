import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backupAt, drillAt, estateWith, instant } from '../test-estate.ts';
import { daysUntilFull, growthOf } from './growth.ts';
import { backupRates, drillTrend, recoveredBy, recoveryAchievements } from './rates.ts';

const [from, to] = [instant('2026-06-01T00:00Z'), instant('2026-07-01T00:00Z')];

describe('MET-11: two figures', () => {
  const history = [
    backupAt('2026-06-02T00:00Z', { id: 'b1' }),
    backupAt('2026-06-03T00:00Z', { id: 'b2' }),
    backupAt('2026-06-04T00:00Z', { id: 'b3', outcome: 'failed', content: undefined }),
    backupAt('2026-05-04T00:00Z', { id: 'b0' }),
  ];

  test('a backup that completed and does not come back lowers only the second', () => {
    const good = drillAt('2026-06-02T10:00Z', { backup: 'b1' });
    const bad = drillAt('2026-06-03T10:00Z', { backup: 'b2', verdict: 'not-recoverable' });
    const before = backupRates(history, [good], from, to);
    const after = backupRates(history, [good, bad], from, to);
    expect([before.successRatio, before.verifiedRatio]).toEqual([2 / 3, 1]);
    expect([after.successRatio, after.verifiedRatio]).toEqual([2 / 3, 0.5]);
  });

  test('a drill that could not be done says nothing; of two drills of one backup the later counts', () => {
    const drills = [
      drillAt('2026-06-05T10:00Z', { backup: 'b1', verdict: 'not-recoverable' }),
      drillAt('2026-06-02T10:00Z', { backup: 'b1' }),
      drillAt('2026-06-06T10:00Z', { backup: 'b2', verdict: 'inconclusive' }),
    ];
    expect(backupRates(history, drills, from, to)).toMatchObject({ drilled: 1, verified: 0, verifiedRatio: 0 });
  });

  test('an attempt that somebody cancelled lowers no rate', () => {
    const cancelled = backupAt('2026-06-05T00:00Z', { id: 'b4', outcome: 'cancelled', content: undefined });
    expect(backupRates([...history, cancelled], [], from, to)).toMatchObject({ attempts: 3, successRatio: 2 / 3 });
  });

  test('of nothing there is no rate', () => {
    expect(backupRates([], [], from, to)).toMatchObject({ successRatio: undefined, verifiedRatio: undefined });
  });
});

describe('MET-12, MET-13: what was shown, against the targets', () => {
  const estate = estateWith('objectives: { rpo: 5m, rto: 10m }');
  const verdicts = (
    ...args: Parameters<typeof recoveryAchievements> extends [unknown, unknown, ...infer R] ? R : never
  ) =>
    recoveryAchievements(estate, instant('2026-06-20T00:00Z'), ...args).map(({ rpo, rto }) => [
      rpo.verdict,
      rto.verdict,
    ])[0];

  test('nothing shown is unproven, a slow restore is missed, and the last one counts', () => {
    expect(verdicts([])).toEqual(['unproven', 'unproven']);
    const slow = drillAt('2026-06-02T10:00Z', { rtoAchievedSeconds: 900 });
    expect(verdicts([slow])).toEqual(['met', 'missed']);
    expect(verdicts([drillAt('2026-06-03T10:00Z'), slow])).toEqual(['met', 'met']);
    // One that a clock years ahead has dated shows nothing yet.
    expect(verdicts([drillAt('2036-06-03T10:00Z'), slow])).toEqual(['met', 'missed']);
  });

  test('MET-12: a recovery point that was missed is shown as not achieved, whatever the time that it took', () => {
    const late = drillAt('2026-06-02T10:00Z', { rpoAchievedSeconds: 301 });
    expect(verdicts([late])).toEqual(['missed', 'met']);
  });

  test('what came back and is not usable has met nothing, however fast it was', () => {
    expect(verdicts([drillAt('2026-06-02T10:00Z', { verdict: 'not-recoverable' })])).toEqual(['missed', 'missed']);
  });

  test('a real incident counts as much as a drill', () => {
    const incident = {
      id: 'i1',
      environment: 'acme-prod',
      recoveredAt: instant('2026-06-09T00:00Z'),
      lostSeconds: 3_600,
      downSeconds: 60,
    };
    expect(verdicts([drillAt('2026-06-02T10:00Z')], [incident])).toEqual(['missed', 'met']);
  });

  test('a restore in place is such an incident; what was restored beside it, or failed, is none', () => {
    const data = {
      ...{ restore: 'r1', environment: 'acme-prod', inPlace: true },
      ...{ rpoAchievedSeconds: 12, rtoAchievedSeconds: null },
    };
    const at = instant('2026-06-09T00:00Z');
    const known = { id: 'r1', environment: 'acme-prod', recoveredAt: at, lostSeconds: 12, downSeconds: undefined };
    expect(recoveredBy([{ type: 'restore.succeeded', at, data }])).toEqual([known]);
    expect(recoveredBy([{ type: 'restore.failed', at, data }])).toEqual([]);
    expect(recoveredBy([{ type: 'restore.succeeded', at, data: { ...data, inPlace: false } }])).toEqual([]);
  });

  test('a trend is in order, and of one environment', () => {
    const drills = [
      drillAt('2026-06-03T10:00Z'),
      drillAt('2026-06-02T10:00Z'),
      drillAt('2026-06-01T10:00Z', { environment: 'other' }),
    ];
    expect(drillTrend('acme-prod', drills).map(({ at }) => at.toString().slice(8, 10))).toEqual(['02', '03']);
  });
});

describe('OBJ-04: growth', () => {
  const mib = 2 ** 20;
  const line = (perDay: number, bend: (day: number) => number = () => 0) =>
    Array.from({ length: 20 }, (_, day) => ({
      at: from.add({ hours: day * 24 }),
      bytes: 1_000 * mib + day * perDay + bend(day),
    }));

  test('a straight line is projected straight, with its cost', () => {
    const growth = growthOf(line(10 * mib), 0.02);
    expect(growth?.bytesPerDay).toBeCloseTo(10 * mib, -2);
    expect(growth?.projected[0]).toMatchObject({ days: 30, bytes: 1_490 * mib });
    expect(growth?.projected[0]?.cost).toBeCloseTo((1_490 / 1_024) * 0.02, 6);
  });

  test('one backup that was large by accident does not turn it', () => {
    const growth = growthOf(line(10 * mib, (day) => (day === 7 ? 9_000 * mib : 0)));
    expect(growth?.bytesPerDay).toBeCloseTo(10 * mib, -5);
  });

  test('what does not grow is never full; too little history says nothing', () => {
    expect(daysUntilFull(growthOf(line(-mib)), mib)).toBeUndefined();
    expect(daysUntilFull(growthOf(line(10 * mib)), 100 * mib)).toBeCloseTo(10, 5);
    expect(growthOf(line(mib).slice(0, 2))).toBeUndefined();
  });

  test('more growth never gives a smaller projection', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((each) => growthOf(line(each * mib)));
        expect(less?.projected[2]?.bytes ?? 0).toBeLessThanOrEqual(more?.projected[2]?.bytes ?? 0);
      }),
      { numRuns: 30 },
    );
  });
});
