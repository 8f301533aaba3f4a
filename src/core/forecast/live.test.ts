import { describe, expect, test } from 'vitest';
import { type BacklogCount, pointsFromCounts } from './live.ts';

const noon = Date.UTC(2026, 10, 18, 12) / 1_000;
const at = (index: number, open: number, createdToday: number, doneToday?: number): BacklogCount => ({
  ...{ atSeconds: noon + index * 300, open, createdToday, doneToday },
});
const flows = (counts: readonly BacklogCount[]) =>
  pointsFromCounts(counts).map(({ arrived, drained }) => [arrived, drained]);

describe('what came and went between counts (SLO-08)', () => {
  test('is the growth of the counters', () => {
    expect(flows([at(0, 10, 40, 30), at(1, 12, 47, 35)])).toEqual([[7, 5]]);
  });

  test('is what they show where they began anew at midnight UTC', () => {
    const midnight = Date.UTC(2026, 10, 19) / 1_000;
    const before = { ...at(0, 10, 400, 390), atSeconds: midnight - 10 };
    expect(flows([before, { ...at(0, 12, 3, 1), atSeconds: midnight + 290 }])).toEqual([[3, 1]]);
  });

  test('is nothing where a counter became smaller within a day: a draft was deleted, and no wave came', () => {
    expect(flows([at(0, 10, 40, 30), at(1, 9, 39, 30)])).toEqual([[0, 0]]);
  });

  test('where nobody counts what was done, is what came and does not wait any more', () => {
    expect(flows([at(0, 10, 40), at(1, 8, 45), at(2, 9, 45)])).toEqual([
      [5, 7],
      // One more without one that came: a posted invoice was set back to draft.
      [0, 0],
    ]);
  });
});
