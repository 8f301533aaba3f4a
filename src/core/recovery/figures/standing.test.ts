import { describe, expect, test } from 'vitest';
import type { BackupRun } from '../backup-run.ts';
import { drillAt, environmentWith, instant, repository } from '../test-estate.ts';
import { recoveryDisqualifiers } from './readiness.ts';
import { restorePoints } from './restore-points.ts';
import { recoveryStates, standingOf } from './standing.ts';

const now = instant('2026-06-20T12:00Z');
const environment = environmentWith(
  'tier: t',
  `${repository('vault', 'west')}---\nkind: Tier\nname: t\nrecovery: { drillEvery: 7d }\n`,
);

function runAt(at: string, more: Partial<BackupRun> = {}): BackupRun {
  const startedAt = instant(at);
  const restores = {
    consistentAt: startedAt.add({ seconds: 30 }),
    lastBusinessRowAt: null,
    sourceBytes: 900,
    odooVersion: '19.0',
    keys: 2,
    coverage: [],
  } as const;
  return {
    id: at,
    environment: 'acme-prod',
    repository: 'vault',
    method: 'logical',
    kind: 'full',
    state: 'succeeded',
    startedAt,
    finishedAt: startedAt.add({ minutes: 5 }),
    reason: null,
    progress: null,
    figures: { databaseBytes: 1, filestoreFiles: 2, filestoreBytes: 3, missingFiles: 0, addedBytes: 4, restores },
    seenAt: startedAt,
    ...more,
  };
}

describe('RST-03: how an environment stands', () => {
  const lastBackup = runAt('2026-06-20T00:00Z');
  const state = (drills: Parameters<typeof drillAt>[], backup: BackupRun | undefined = lastBackup) =>
    standingOf({ environment, now, lastBackup: backup, drills: drills.map((each) => drillAt(...each)) }).state;

  test('a backup alone is unproven; a drill that came back verifies until its proof expires', () => {
    expect(state([])).toBe('unproven');
    expect(state([['2026-06-19T00:00Z']])).toBe('verified');
    expect(state([['2026-06-13T11:00Z']])).toBe('expired');
    expect(state([['2026-06-13T11:56Z']])).toBe('verified');
  });

  test('the last drill that says something counts: one that did not come back outranks an earlier proof', () => {
    const failed = { verdict: 'not-recoverable' } as const;
    expect(state([['2026-06-18T00:00Z'], ['2026-06-19T00:00Z', failed]])).toBe('not-recoverable');
    expect(state([['2026-06-19T00:00Z'], ['2026-06-18T00:00Z', failed]])).toBe('verified');
    expect(state([['2026-06-18T00:00Z'], ['2026-06-19T00:00Z', { verdict: 'inconclusive' }]])).toBe('verified');
  });

  test('one that a clock days or years ahead has dated proves nothing until then, and hides none that was recorded since', () => {
    const ahead = ['2036-06-19T00:00Z', { verdict: 'verified' }] as const;
    const since = ['2026-06-20T11:00Z', { verdict: 'not-recoverable' }] as const;
    expect(state([[...ahead]])).toBe('unproven');
    expect(state([['2026-06-13T11:00Z'], [...ahead]])).toBe('expired');
    expect(state([[...ahead], [...since]])).toBe('not-recoverable');
    // A proof that a clock which was behind has dated expires as much sooner, and the next drill is due at once.
    expect(state([['2026-06-01T00:00Z']])).toBe('expired');
  });

  test('nothing at all is said to be so, and a missing place apart from a missing backup', () => {
    const none = { now, lastBackup: undefined, drills: [] };
    expect(standingOf({ ...none, environment }).state).toBe('no-backup');
    expect(standingOf({ ...none, environment: environmentWith('') }).state).toBe('no-repository');
  });
});

test('AS-13: whatever is not proven now disqualifies, each for a reason of its own; what is proven does not', () => {
  const codes = recoveryStates.map((state) => recoveryDisqualifiers(state).map(({ code }) => code));
  expect(codes[0]).toEqual([]);
  expect(codes.slice(1).every((each) => each.length === 1)).toBe(true);
  expect(new Set(codes.flat()).size).toBe(recoveryStates.length - 1);
});

describe('what can be restored', () => {
  test('only what succeeded and was not withdrawn, oldest first, with what a drill has shown of it', () => {
    const runs = [
      runAt('2026-06-03T00:00Z', { id: 'c' }),
      runAt('2026-06-01T00:00Z', { id: 'a' }),
      runAt('2026-06-02T00:00Z', { id: 'b', state: 'withdrawn' }),
      runAt('2026-06-04T00:00Z', { id: 'd', state: 'failed', figures: null }),
    ];
    const drills = [
      drillAt('2026-06-05T00:00Z', { backup: 'a', verdict: 'not-recoverable', reasons: ['dump'] }),
      drillAt('2026-06-06T00:00Z', { backup: 'a', verdict: 'inconclusive' }),
    ];
    const points = restorePoints(runs, drills, now);
    expect(points.map(({ id, proof }) => [id, proof?.state])).toEqual([
      ['a', 'not-recoverable'],
      ['c', undefined],
    ]);
    expect(points[0]).toMatchObject({ consistentAt: instant('2026-06-01T00:00:30Z'), addedBytes: 4, keys: 2 });
    expect(points[0]?.reachesUntil).toBeUndefined();
  });

  test('BKP-03: between physical backups any instant can be reached, up to where the log is archived, and not over a gap', () => {
    const physical = { method: 'physical' } as const;
    const runs = [runAt('2026-06-01T00:00Z', physical), runAt('2026-06-02T00:00Z', physical)];
    const until = (mark?: string, hasGap = false) => {
      const marked = mark === undefined ? {} : { reachesUntil: instant(mark) };
      const all = runs.map((run) => ({ ...run, ...marked }));
      return restorePoints(all, [], now, { hasGap }).map(({ reachesUntil }) => reachesUntil?.toString());
    };
    const second = '2026-06-02T00:00:30Z';
    expect(until()).toEqual([second, undefined]);
    expect(until('2026-06-02T09:00:00Z')).toEqual([second, '2026-06-02T09:00:00Z']);
    expect(until('2026-06-01T09:00:00Z')).toEqual([second, undefined]);
    expect(until('2026-06-02T09:00:00Z', true)).toEqual([undefined, undefined]);
    expect(restorePoints(runs, [], now)[0]?.databaseBytes).toBe(900);
  });

  test('a backup recorded before its facts were kept can be restored all the same', () => {
    const figures = { databaseBytes: 1, filestoreFiles: 2, filestoreBytes: 3, missingFiles: 0, addedBytes: 4 };
    const [point] = restorePoints([runAt('2026-06-01T00:00Z', { figures })], [], now);
    expect(point).toMatchObject({ kind: 'full', consistentAt: instant('2026-06-01T00:00Z'), databaseBytes: 1 });
    expect(point?.coverage).toBeUndefined();
  });
});
