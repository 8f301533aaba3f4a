import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../kernel/index.ts';
import type { Objective } from './objective.ts';
import { replay } from './replay.ts';
import type { Point } from './series.ts';

const day = 86_400;
const start = Temporal.Instant.from('2026-03-20T00:00:00Z').epochMilliseconds / 1_000;

const windowDays = fc.constantFrom(1, 7, 28, 30, 90);
const target = fc.constantFrom(0.8, 0.95, 0.99, 0.999);
const row = fc.record({ step: fc.integer({ min: 60, max: 7_200 }), total: fc.nat(30), bad: fc.nat(30) });
const rows = fc.array(row, { minLength: 2, maxLength: 120 });

function pointsOf(steps: readonly { step: number; total: number; bad: number }[]): readonly Point[] {
  let atSeconds = start;
  return steps.map(({ step, total, bad }) => {
    atSeconds += step;
    return { atSeconds, total, good: total - Math.min(bad, total) };
  });
}

const objectiveOf = (targetRatio: number, days: number, exclusions: Objective['exclusions'] = []): Objective => ({
  ...{ targetRatio, windowSeconds: days * day, latencySeconds: undefined, exclusions },
});

test('attainment is a share of what was counted, and what is left is never more than all', () => {
  fc.assert(
    fc.property(rows, target, windowDays, (steps, targetRatio, days) => {
      const { attainment, budgetRemaining, good, total } = replay(pointsOf(steps), objectiveOf(targetRatio, days));
      expect(good).toBeLessThanOrEqual(total);
      if (total === 0) expect([attainment, budgetRemaining]).toEqual([null, null]);
      else {
        expect(attainment).toBeCloseTo(good / total, 12);
        expect(budgetRemaining).toBeLessThanOrEqual(1);
        expect((budgetRemaining ?? 0) < 0).toBe(1 - (attainment ?? 0) > 1 - targetRatio);
      }
    }),
  );
});

test('rows that are lost make nothing good: what is left is judged by itself, and the loss is a gap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 20, max: 60 }), (seed, from) => {
      const random = createRandom(seed);
      const all = pointsOf(Array.from({ length: 120 }, () => ({ step: 300, total: 10, bad: random.integer(11) })));
      const known = all.filter((_, index) => index < from || index >= from + 30);
      const [whole, holed] = [replay(all, objectiveOf(0.99, 30)), replay(known, objectiveOf(0.99, 30))];
      const lost = all.slice(from, from + 30).reduce((sum, { good }) => sum + good, 0);
      expect(holed.good).toBe(whole.good - lost);
      expect(holed.total).toBe(whole.total - 300);
      expect(whole.gaps).toEqual([]);
      expect(holed.gaps.map((gap) => gap.to.since(gap.from).total('minutes'))).toEqual([31 * 5]);
    }),
  );
});

test('what is excluded and what is counted are together all there was', () => {
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      (steps, after, length) => {
        const points = pointsOf(steps);
        const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds((start + seconds) * 1_000);
        const exclusion = { from: at(after), to: at(after + length), reason: 'agreed' };
        const judged = replay(points, objectiveOf(0.99, 90, [exclusion]));
        const total = points.reduce((sum, each) => sum + each.total, 0);
        expect(judged.total + (judged.excluded[0]?.total ?? 0)).toBe(total);
      },
    ),
  );
});
