import { expect, test } from 'vitest';
import { environmentWith, instant } from '../test-estate.ts';
import { contentCheckEverySeconds, planContentChecks } from './content-check.ts';

const now = instant('2026-06-10T12:00Z');
const environment = environmentWith('objectives: { rpo: 2d }');
const check = (backup: string, days: number, isIntact = true, repository = 'vault') => ({
  environment: 'acme-prod',
  repository,
  backup,
  checkedAt: now.subtract({ hours: 24 * days }),
  isIntact,
  files: 1,
  bytes: 1,
  problemCount: 0,
  problems: [],
});
const places = [{ repository: 'vault', backups: ['b1', 'b2'] }];
const due = (checks: ReturnType<typeof check>[], more: Partial<Parameters<typeof planContentChecks>[0]> = {}) =>
  planContentChecks({ environment, now, places, checks, ...more }).map(
    ({ repository, backup }) => `${repository}/${backup}`,
  );

test('the newest one of every repository, once an interval', () => {
  const both = [...places, { repository: 'far', backups: ['b1'] }];
  expect(due([], { places: both })).toEqual(['vault/b2', 'far/b1']);
  expect(due([check('b1', 3)])).toEqual([]);
  expect(due([check('b1', 8)])).toEqual(['vault/b2']);
  expect(due([check('b1', 3)], { places: both })).toEqual(['far/b1']);
  expect(due([], { places: [{ repository: 'vault', backups: [] }] })).toEqual([]);
});

test('a check that a clock days ahead has dated proves nothing, once it is set right', () => {
  expect(due([check('b1', -2)])).toEqual(['vault/b2']);
  expect(due([{ ...check('b1', 0), checkedAt: now.add({ minutes: 5 }) }])).toEqual([]);
});

test('a check of one that is gone proves nothing of what is there', () => {
  expect(due([check('b0', 1)])).toEqual(['vault/b2']);
});

test('what was damaged is looked at again after a day', () => {
  expect(due([check('b1', 0.5, false)])).toEqual([]);
  expect(due([check('b1', 1, false)])).toEqual(['vault/b1']);
  expect(due([check('b1', 8, false)])).toEqual(['vault/b2', 'vault/b1']);
});

test('never in a peak', () => {
  expect(due([], { now: instant('2026-06-30T12:00Z') })).toEqual([]);
});

test('a tier that drills more often is checked more often', () => {
  const tier = '---\nkind: Tier\nname: quick\nrecovery: { pattern: backup-restore, drillEvery: 2d }\n';
  expect(contentCheckEverySeconds(environment)).toBe(7 * 86_400);
  expect(contentCheckEverySeconds(environmentWith('tier: quick', tier))).toBe(2 * 86_400);
});
