import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleManifest, examplePhysical } from '../../ports/backup-manifest.fixture.ts';
import { planPrune } from './prune.ts';
import { drillAt, environmentWith, instant } from './test-estate.ts';

const now = instant('2026-06-10T12:00Z');
const environment = environmentWith('backup: { retain: { daily: 2 }, immutableFor: 1m }');
const idOf = (days: number): string => `b${String(100 - days).padStart(3, '0')}`;
const backup = (days: number) =>
  exampleManifest({ id: idOf(days), consistentAt: now.subtract({ hours: 24 * days + 1 }) });
const physicalBackup = (days: number, label: string) => ({ ...backup(days), database: examplePhysical({ label }) });
const bare = (label: string, days: number, needs: readonly string[] = []) => ({
  label,
  stoppedAt: now.subtract({ hours: 24 * days + 2 }),
  needs,
});
const base = { environment, repository: 'vault', physical: undefined, checks: [], drills: [], now };
const damagedCheck = (days: number) => ({
  environment: 'acme-prod',
  repository: 'vault',
  backup: idOf(days),
  checkedAt: now,
  isIntact: false,
  files: 1,
  bytes: 1,
  problemCount: 1,
  problems: [],
});
const withdrawn = (input: Parameters<typeof planPrune>[0]) => planPrune(input).withdraw.map(({ id }) => id);

test('what the rules keep stays, the rest goes (BKP-04)', () => {
  expect(withdrawn({ ...base, manifests: [3, 2, 1, 0].map(backup) })).toEqual([idOf(3), idOf(2)]);
});

test('a damaged newest one does not push the good one before it out', () => {
  const one = environmentWith('backup: { retain: { daily: 1 }, immutableFor: 1m }');
  const manifests = [2, 1, 0].map(backup);
  expect(withdrawn({ ...base, environment: one, manifests })).toEqual([idOf(2), idOf(1)]);
  const checks = [damagedCheck(0)];
  expect(withdrawn({ ...base, environment: one, manifests, checks })).toEqual([idOf(2)]);
});

test('doubt shortens nothing: a damaged one stays as long as a rule would keep it', () => {
  const manifests = [3, 2, 1, 0].map(backup);
  expect(withdrawn({ ...base, manifests, checks: [damagedCheck(1)] })).not.toContain(idOf(1));
  const drills = [drillAt('2026-06-10T11:00Z', { backup: idOf(1), verdict: 'not-recoverable' })];
  expect(withdrawn({ ...base, manifests, drills })).not.toContain(idOf(1));
});

test('a physical backup stays while a pair needs it, and the log it begins with it', () => {
  const manifests = [physicalBackup(5, 'F'), physicalBackup(0, 'D')];
  const physical = [bare('F', 5), bare('D', 0, ['F'])];
  expect(withdrawn({ ...base, manifests, physical })).toEqual([]);
  expect(withdrawn({ ...base, manifests, physical: [bare('F', 5), bare('D', 0)] })).toEqual([]);
  const more = [physicalBackup(5, 'F'), physicalBackup(1, 'G'), physicalBackup(0, 'D')];
  const apart = [bare('F', 5), bare('G', 1), bare('D', 0, ['G'])];
  expect(withdrawn({ ...base, manifests: more, physical: apart })).toEqual([idOf(5)]);
});

test('a cluster without its files never stands in for a pair', () => {
  const one = environmentWith('backup: { retain: { daily: 1 }, immutableFor: 1m }');
  const physical = [bare('F', 0)];
  expect(withdrawn({ ...base, environment: one, manifests: [backup(1)], physical })).toEqual([]);
});

test('whatever is damaged and proven: every point is in one list, and the last good one and all it needs are kept', () => {
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
  const some = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 10 });
  fc.assert(
    fc.property(days, some, some, fc.integer({ min: 0, max: 4 }), (there, damaged, proven, daily) => {
      const declared = environmentWith(`backup: { retain: { daily: ${daily} }, immutableFor: 1m }`);
      const manifests = there.map((each) => physicalBackup(each, `L${each}`));
      const oldest = Math.max(...there);
      const physical = there.map((each) => bare(`L${each}`, each, each === oldest ? [] : [`L${oldest}`]));
      const checks = damaged.map(damagedCheck);
      const drills = proven.map((each) => drillAt('2026-06-10T11:00Z', { id: `d${each}`, backup: idOf(each) }));
      const { keep, withdraw } = planPrune({ ...base, environment: declared, manifests, physical, checks, drills });
      const kept = new Set(keep.map(({ id }) => id));
      expect(keep.length + withdraw.length).toBe(there.length);
      const good = there.filter((each) => !damaged.includes(each)).sort((a, b) => a - b);
      if (good[0] !== undefined) expect(kept).toContain(idOf(good[0]));
      expect(kept).toContain(idOf(oldest));
      const lastProven = good.find((each) => proven.includes(each));
      if (lastProven !== undefined) expect(kept).toContain(idOf(lastProven));
    }),
  );
});
