import { describe, expect, test } from 'vitest';
import { overviewAt } from '../../../../test/portal/overview.ts';
import { boardRows } from './board.ts';

const now = Temporal.Instant.from('2026-11-21T14:46:00Z');
const troubled = await overviewAt(now, 'troubled');
const calm = await overviewAt(now, 'calm');

/** The work that the environments report for a site. */
function dueOf(site: string, ...names: readonly string[]) {
  const found = troubled.environments
    .filter((each) => names.includes(each.name))
    .flatMap((each) => each.siteBacklogs.filter((backlog) => backlog.site === site));
  return {
    dueCount: found.reduce((sum, each) => sum + (each.dueBeforeNextCutOffCount ?? Number.NaN), 0),
    lateCount: found.reduce((sum, each) => sum + (each.lateCount ?? Number.NaN), 0),
  };
}

describe('the cut-off board', () => {
  test('the next cut-off comes first, with its work, its state and the reason', () => {
    const [first] = boardRows(troubled, now);
    expect(first).toMatchObject({
      name: 'dhl-cutoff',
      ...dueOf('rotterdam-dc', 'acme-prod', 'polder-prod'),
      isNext: true,
    });
    expect(first?.word).toBe('In danger');
    expect(first?.reason).toContain('process 3117');
  });

  test('a later cut-off of the same site claims neither counts nor danger', () => {
    const [first] = troubled.cutOffs;
    if (first === undefined) throw new Error('the made-up estate has cut-offs');
    const later = { ...first, name: 'night-cutoff', at: '2026-11-21T23:00:00Z' };
    const row = boardRows({ ...troubled, cutOffs: [later, first] }, now).find((each) => each.name === 'night-cutoff');
    expect(row).toMatchObject({ isNext: false, word: 'Later', dueCount: null, reason: undefined });
  });

  test('an unseen training system does not hide what production counts', () => {
    expect(troubled.cutOffs[0]?.environments).toContain('acme-training');
    expect(boardRows(troubled, now)[0]).toMatchObject({
      ...dueOf('rotterdam-dc', 'acme-prod', 'polder-prod'),
      word: 'In danger',
    });
  });

  test('late work is never on course', () => {
    const environments = calm.environments.map((each) => ({
      ...each,
      siteBacklogs: each.siteBacklogs.map((backlog) => ({ ...backlog, lateCount: 3 })),
    }));
    expect(boardRows({ ...calm, environments }, now)[0]).toMatchObject({ health: 'degraded', word: 'At risk' });
    expect(boardRows(calm, now)[0]).toMatchObject({ health: 'healthy', word: 'On course' });
  });

  test('what has passed is gone', () => {
    expect(boardRows(calm, now.add({ hours: 24 * 30 }))).toEqual([]);
  });
});
