import { expect, test } from 'vitest';
import type { ObjectivePoint, ObjectiveVerdict } from '../core/objective/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');

/** A verdict with something in every member. */
function verdictOf(key: string, environment = 'acme', judgedAt = at): ObjectiveVerdict {
  return {
    key: `${environment}.${key}`,
    environment,
    service: 'shipment-confirmation',
    kind: 'availability',
    promise: '99.5% available over 30d',
    commitment: null,
    state: 'at-risk',
    condition: 'degraded',
    isCompromised: false,
    reason: 'Its budget burns 15 times too fast.',
    targetRatio: 0.995,
    attainment: 0.9971,
    budgetRemaining: 0.42,
    good: 997.1,
    total: 1_000,
    window: { kind: 'rolling', name: '30d', seconds: 2_592_000, from: judgedAt.subtract({ hours: 720 }), to: judgedAt },
    firing: [
      ...[{ severity: 'page', window: '1h', burnRate: 15.2, isLowTraffic: true, since: at, lastTrueAt: at } as const],
    ],
    excluded: [{ from: at, to: at.add({ hours: 1 }), reason: 'upgrade', source: 'calendar', total: 12 }],
    gaps: [{ from: at.subtract({ hours: 2 }), to: at.subtract({ hours: 1 }) }],
    normal: { good: 997.1, total: 1_000, attainment: 0.9971 },
    peak: { good: 0, total: 0, attainment: null },
    at: judgedAt,
  };
}

function pointOf(key: string, hours: number): ObjectivePoint {
  return { key, at: at.add({ hours }), state: 'met', attainment: 0.999, budgetRemaining: null };
}

/** What every store promises about objectives (SLO-02). */
export function describeObjectiveStore(open: () => Promise<Store>): void {
  test('verdicts come back as they were judged, each environment apart, and what is promised no more is gone', async () => {
    const { objectives } = await open();
    const [a, b] = [verdictOf('a'), verdictOf('b')];
    const other = verdictOf('a', 'nordwind');
    await objectives.put('acme', [b, a], at);
    await objectives.put('nordwind', [other], at);
    expect(await objectives.list()).toEqual([a, b, other]);
    expect(await objectives.list({ environment: 'nordwind' })).toEqual([other]);
    expect(await objectives.get('acme.b')).toEqual(b);
    const later = verdictOf('a', 'acme', at.add({ minutes: 1 }));
    await objectives.put('acme', [later], later.at);
    expect(await objectives.list({ environment: 'acme' })).toEqual([later]);
    expect(await objectives.get('acme.b')).toBeUndefined();
    expect(await objectives.list({ environment: 'nordwind' })).toEqual([other]);
  });

  test('a verdict that comes late never replaces a newer one', async () => {
    const { objectives } = await open();
    const newer = verdictOf('a', 'acme', at.add({ minutes: 1 }));
    await objectives.put('acme', [newer], newer.at);
    await objectives.put('acme', [verdictOf('a'), verdictOf('b')], at);
    expect(await objectives.list()).toEqual([newer]);
  });

  test('the past of an objective is kept by the hour, a point again replaces it, and old points are forgotten', async () => {
    const { objectives } = await open();
    await objectives.remember([pointOf('a', 1), pointOf('a', 0), pointOf('b', 0)]);
    const changed = { ...pointOf('a', 1), state: 'breached', attainment: null, budgetRemaining: -0.5 } as const;
    await objectives.remember([changed]);
    expect(await objectives.history('a', at)).toEqual([pointOf('a', 0), changed]);
    expect(await objectives.history('a', at.add({ minutes: 1 }))).toEqual([changed]);
    expect(await objectives.prune(at.add({ minutes: 1 }))).toBe(2);
    expect(await objectives.history('a', at)).toEqual([changed]);
  });

  test('counters only grow, and what was counted once is never counted again', async () => {
    const { objectives } = await open();
    const [first, second] = [at.add({ minutes: 1 }), at.add({ minutes: 2 })];
    await objectives.advance([{ key: 'a', good: 0, total: 0, from: at, upTo: first }]);
    const step = { key: 'a', good: 9, total: 10, from: first, upTo: second };
    await objectives.advance([step, { key: 'b', good: 1, total: 1, from: at, upTo: first }]);
    await objectives.advance([step]);
    expect(await objectives.counters()).toEqual([
      { key: 'a', good: 9, total: 10 },
      { key: 'b', good: 1, total: 1 },
    ]);
    expect(await objectives.countedUpTo(['a', 'c'])).toEqual(new Map([['a', second]]));
  });

  test('verdicts that are put in a transaction which fails were never there', async () => {
    const store = await open();
    const work = store.transaction(async (inside) => {
      await inside.objectives.put('acme', [verdictOf('a')], at);
      await inside.objectives.remember([pointOf('a', 0)]);
      throw new Error('undone');
    });
    await expect(work).rejects.toThrow('undone');
    expect(await store.objectives.list()).toEqual([]);
    expect(await store.objectives.history('a', at)).toEqual([]);
  });
}
