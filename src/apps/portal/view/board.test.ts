import { describe, expect, test } from 'vitest';
import { overviewAt } from '../../../../test/portal/overview.ts';
import { boardForecast, boardRows } from './board.ts';
import type { CutOff, CutOffForecast } from './resources.ts';

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

describe('what is forecast of a cut-off (SLO-08)', () => {
  const cutOff = { site: 'rotterdam-dc', name: 'dhl-cutoff', at: '2026-11-27T16:00:00Z' } as CutOff;
  const forecast = (probabilityClears: number, warns: boolean, site = 'rotterdam-dc'): CutOffForecast => ({
    ...{ environment: 'acme-prod', service: 'shipment-confirmation', site, siteTitle: 'Rotterdam', impact: null },
    cutOff: { name: 'dhl-cutoff', title: 'DHL', at: cutOff.at, timezone: 'Europe/Amsterdam' },
    judgedAt: cutOff.at,
    said: {
      ...{ probabilityClears, expectedLeft: 113.7, backlog: 214, arrivalsPerHour: 150, drainPerHour: 98.4, warns },
      ...{ warnsSince: null, countedAt: cutOff.at },
    },
  });
  test('is the worst of what is said of it: one backlog that clears does not hide one that does not', () => {
    expect(boardForecast(cutOff, [forecast(0.97, false), forecast(0.04, true)])).toEqual({
      warns: true,
      words: '114 parcels will miss it',
    });
    expect(boardForecast(cutOff, [forecast(0.979, false)])).toEqual({
      warns: false,
      words: '97 % sure to clear: 214 open, 98 leave an hour',
    });
  });
  test('is nothing where nothing is said, or something of another site', () => {
    expect(
      boardForecast(cutOff, [forecast(0.04, true, 'felixstowe-dc'), { ...forecast(0.04, true), said: null }]),
    ).toBeUndefined();
  });
});
