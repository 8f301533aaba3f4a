import { describe, expect, test } from 'vitest';
import { calmOverview, troubledOverview } from '../mock/northsea.ts';
import { boardRows } from './board.ts';

const now = Temporal.Instant.from('2026-11-21T14:46:00Z');

describe('the cut-off board', () => {
  test('the next cut-off comes first, with its work, its state and the reason', () => {
    const [first] = boardRows(troubledOverview(now), now);
    expect(first).toMatchObject({ name: 'dhl-cutoff', dueCount: 236, lateCount: 18, word: 'In danger', isNext: true });
    expect(first?.reason).toContain('pid 48211');
  });

  test('a later cut-off of the same site claims neither counts nor danger', () => {
    const overview = troubledOverview(now);
    const [first] = overview.cutOffs;
    if (first === undefined) throw new Error('the mock has cut-offs');
    const later = { ...first, name: 'night-cutoff', at: '2026-11-21T23:00:00Z' };
    const row = boardRows({ ...overview, cutOffs: [later, first] }, now).find((each) => each.name === 'night-cutoff');
    expect(row).toMatchObject({ isNext: false, word: 'Later', dueCount: null, reason: undefined });
  });

  test('an unseen training system does not hide what production counts', () => {
    const overview = troubledOverview(now);
    const cutOffs = overview.cutOffs.map((each) => ({
      ...each,
      environments: [...each.environments, 'nordlicht-uat'],
    }));
    expect(boardRows({ ...overview, cutOffs }, now)[0]).toMatchObject({ dueCount: 236, word: 'In danger' });
  });

  test('late work is never on course', () => {
    const calm = calmOverview(now);
    const environments = calm.environments.map((each) => ({ ...each, backlog: { ...each.backlog, lateCount: 3 } }));
    expect(boardRows({ ...calm, environments }, now)[0]).toMatchObject({ health: 'degraded', word: 'At risk' });
    expect(boardRows(calm, now)[0]).toMatchObject({ health: 'healthy', word: 'On course' });
  });

  test('what has passed is gone', () => {
    expect(boardRows(calmOverview(now), now.add({ hours: 72 }))).toEqual([]);
  });
});
