import { describe, expect, test } from 'vitest';
import { overviewAt } from '../../../../test/portal/overview.ts';
import { boardRows } from './board.ts';
import { siteBacklogSentences } from './site-backlogs.ts';

const now = Temporal.Instant.from('2026-11-21T14:46:00Z');
const calm = await overviewAt(now, 'calm');

function environmentOf(name: string) {
  const found = calm.environments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the made-up estate has ${name}`);
  return found;
}

const polder = environmentOf('polder-prod');

describe('an environment that serves several sites', () => {
  test('tells the backlog of each against its own cut-off', () => {
    expect(siteBacklogSentences(polder)).toEqual([
      expect.stringMatching(/^felixstowe-dc: \d+ due before royal-mail-cutoff, \d+ late, \d+ open\.$/),
      expect.stringMatching(/^rotterdam-dc: \d+ due before dhl-cutoff, \d+ late, \d+ open\.$/),
    ]);
  });

  test('says nothing twice where there is one site', () => {
    expect(siteBacklogSentences(environmentOf('acme-prod'))).toEqual([]);
  });

  test('the cut-off of its second site is counted on the board too', () => {
    const row = boardRows(calm, now).find((each) => each.name === 'royal-mail-cutoff' && each.isNext);
    const own = polder.siteBacklogs.find((each) => each.site === 'felixstowe-dc');
    expect(own?.dueBeforeNextCutOffCount).toBeGreaterThan(0);
    expect(row).toMatchObject({ dueCount: own?.dueBeforeNextCutOffCount, lateCount: own?.lateCount });
  });

  test('the sites together have no more open work than the environment', () => {
    const open = polder.siteBacklogs.map((each) => each.openCount ?? Number.NaN);
    expect(open.reduce((sum, each) => sum + each, 0)).toBe(polder.backlog.openCount);
  });

  test('a site that is not counted says why, on its line and on the board', () => {
    const notCounted = 'Odoo has no warehouse FXT; it has WH.';
    const blank = { openCount: null, lateCount: null, dueBeforeNextCutOffCount: null, notCounted };
    const siteBacklogs = polder.siteBacklogs.map((each) =>
      each.site === 'felixstowe-dc' ? { ...each, ...blank } : each,
    );
    expect(siteBacklogSentences({ siteBacklogs })[0]).toBe(`felixstowe-dc: not counted. ${notCounted}`);
    const environments = calm.environments.map((each) => (each === polder ? { ...each, siteBacklogs } : each));
    const row = boardRows({ ...calm, environments }, now).find((each) => each.name === 'royal-mail-cutoff');
    expect(row).toMatchObject({ dueCount: null, notCounted });
  });
});
