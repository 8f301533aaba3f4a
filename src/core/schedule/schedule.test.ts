import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planDueWork, planShare, type RecurringWork, slotAt } from './index.ts';

const start = Temporal.Instant.from('2026-11-21T06:00:00Z');
const works: readonly RecurringWork[] = [
  { name: 'journey/acme/ship-order', everySeconds: 60 },
  { name: 'journey/acme/receive-goods', everySeconds: 300 },
  { name: 'maintenance', everySeconds: 3_600 },
];

describe('due work', () => {
  test('work that was never begun is due at once, and not again in the same slot', () => {
    const due = planDueWork(works, new Map(), start);
    expect(due.map((each) => each.name)).toEqual(works.map((each) => each.name));
    const begun = new Map(due.map((each) => [each.name, each.slot]));
    expect(planDueWork(works, begun, start)).toEqual([]);
  });

  test('stepping through an hour a second at a time, every slot is due exactly once', () => {
    const last = new Map(planDueWork(works, new Map(), start).map((each) => [each.name, each.slot]));
    const counts = new Map<string, number>();
    for (let second = 1; second <= 3_600; second += 1) {
      for (const { name, slot } of planDueWork(works, last, start.add({ seconds: second }))) {
        expect(slot).toBe((last.get(name) ?? 0) + 1);
        last.set(name, slot);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    expect([...counts]).toEqual([
      ['journey/acme/ship-order', 60],
      ['journey/acme/receive-goods', 12],
      ['maintenance', 1],
    ]);
  });

  test('after a pause only the newest slot is due: what was missed is not replayed', () => {
    const last = new Map(works.map((work) => [work.name, slotAt(work, start)]));
    const due = planDueWork(works, last, start.add({ hours: 48 }));
    expect(due).toHaveLength(works.length);
  });

  test('a clock that was ahead and is set right holds nothing up: the slot of the right time is due, once', () => {
    const last = new Map(works.map((work) => [work.name, slotAt(work, start)]));
    const right = start.subtract({ hours: 1 });
    const due = planDueWork(works, last, right);
    expect(due.map(({ name, slot }) => [name, slot])).toEqual(works.map((work) => [work.name, slotAt(work, right)]));
    expect(planDueWork(works, new Map(due.map(({ name, slot }) => [name, slot])), right)).toEqual([]);
  });

  test('slots follow each other at the declared period, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 100_000 }), (name, everySeconds) => {
        const work = { name, everySeconds };
        expect(slotAt(work, start.add({ seconds: everySeconds }))).toBe(slotAt(work, start) + 1);
      }),
    );
  });
});

describe('sharing among controllers', () => {
  const names = Array.from({ length: 7 }, (_, index) => `observe/${index}`);

  function planOnce(leases: Map<string, string>, controllers: readonly string[], me: string): void {
    const held = [...leases].map(([name, holder]) => ({ name, holder }));
    const plan = planShare(names, held, controllers, me);
    for (const name of plan.release) leases.delete(name);
    for (const name of plan.take) leases.set(name, me);
  }

  test('whoever begins, repeated planning ends with every name held once and nobody above the fair share', () => {
    const begun = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 7 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), begun, (count, held) => {
        const controllers = Array.from({ length: count }, (_, index) => `c${index}`);
        const leases = new Map(held.map((holder, index) => [`observe/${index}`, `c${holder % count}`]));
        for (const me of [...controllers, ...controllers, ...controllers]) planOnce(leases, controllers, me);
        expect(leases.size).toBe(names.length);
        const shares = controllers.map((me) => [...leases.values()].filter((each) => each === me).length);
        expect(Math.max(...shares)).toBeLessThanOrEqual(Math.ceil(names.length / count));
      }),
    );
  });

  test('a controller alone takes everything and releases nothing', () => {
    expect(planShare(names, [], [], 'me')).toEqual({ keep: [], take: names, release: [] });
  });
});
