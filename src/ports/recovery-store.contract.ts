import { expect, test } from 'vitest';
import type { BackupRun } from '../core/recovery/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');
const later = at.add({ minutes: 5 });
const figures = { databaseBytes: 5, filestoreFiles: 2, filestoreBytes: 7, missingFiles: 0, addedBytes: 12 };

function runOf(id: string, startedAt: Temporal.Instant, environment = 'acme'): BackupRun {
  return {
    id,
    environment,
    repository: 'main',
    method: 'physical',
    kind: 'differential',
    state: 'running',
    startedAt,
    finishedAt: null,
    reason: null,
    progress: null,
    figures: null,
    seenAt: startedAt,
  };
}

const restores = {
  consistentAt: at.add({ seconds: 30 }),
  lastBusinessRowAt: at,
  sourceBytes: 99,
  odooVersion: '19.0',
  keys: 2,
  coverage: [{ part: 'filestore', isCovered: true, why: '2 files of the snapshot' }],
} as const;

/** What every store promises about attempts at backups (BKP-07). */
export function describeBackupRuns(create: () => Promise<Store>): void {
  test('a backup runs, shows how far it is, and ends with what it came to', async () => {
    const { backups } = await create();
    await backups.begin(runOf('one', at));
    const progress = { phase: 'dump', doneBytes: 3, totalBytes: null, bytesPerSecond: 1.5, secondsLeft: null } as const;
    await backups.progress('one', progress, at.add({ seconds: 2 }));
    expect(await backups.get('one')).toEqual({ ...runOf('one', at), progress, seenAt: at.add({ seconds: 2 }) });
    await backups.end({ id: 'one', state: 'succeeded', finishedAt: later, reason: null, figures });
    const ended = { ...runOf('one', at), state: 'succeeded', finishedAt: later, figures, seenAt: later };
    expect(await backups.get('one')).toEqual(ended);
    await backups.progress('one', progress, later);
    expect(await backups.get('one')).toEqual(ended);
    await backups.end({ id: 'one', state: 'withdrawn', finishedAt: later, reason: 'old\0', figures: null });
    expect(await backups.get('one')).toMatchObject({
      state: 'withdrawn',
      reason: expect.stringMatching(/^old/),
      figures,
    });
    expect(await backups.get('none')).toBeUndefined();
    await backups.end({ id: 'none', state: 'failed', finishedAt: later, reason: null, figures: null });
  });

  test('what has succeeded fails no more: of two that run the same, one is overtaken', async () => {
    const { backups } = await create();
    await backups.begin(runOf('one', at));
    const failure = { id: 'one', finishedAt: later, reason: 'overtaken', figures: null } as const;
    expect(await backups.end({ ...failure, state: 'failed' })).toBe(true);
    expect(await backups.end({ id: 'one', state: 'succeeded', finishedAt: later, reason: null, figures })).toBe(true);
    for (const state of ['failed', 'cancelled'] as const) {
      expect(await backups.end({ ...failure, state })).toBe(false);
      expect(await backups.get('one')).toMatchObject({ state: 'succeeded', reason: null, figures });
    }
    expect(await backups.end({ ...failure, state: 'withdrawn' })).toBe(true);
    expect(await backups.end({ ...failure, id: 'none', state: 'failed' })).toBe(false);
  });

  test('BKP-03: how far the log behind one reaches is kept, and never goes back', async () => {
    const { backups } = await create();
    await backups.begin(runOf('one', at));
    expect((await backups.get('one'))?.reachesUntil).toBeUndefined();
    for (const until of [later, at]) {
      await backups.reach('one', until);
      expect((await backups.get('one'))?.reachesUntil).toEqual(later);
    }
    await backups.end({ id: 'one', state: 'succeeded', finishedAt: later, reason: null, figures });
    expect((await backups.list({ environment: 'acme', limit: 5 }))[0]?.reachesUntil).toEqual(later);
    await backups.reach('none', at);
    expect(await backups.get('none')).toBeUndefined();
  });

  test('one that is taken up again begins anew, and lists come newest first', async () => {
    const { backups } = await create();
    await backups.begin(runOf('one', at));
    await backups.begin(runOf('two', later));
    await backups.begin(runOf('other', at, 'uat'));
    await backups.end({ id: 'one', state: 'failed', finishedAt: later, reason: 'DISK_FULL', figures: null });
    expect((await backups.list({ environment: 'acme', limit: 9 })).map(({ id }) => id)).toEqual(['two', 'one']);
    expect((await backups.list({ state: 'running', limit: 9 })).map(({ id }) => id)).toEqual(['two', 'other']);
    expect(await backups.list({ limit: 1 })).toHaveLength(1);
    await backups.begin(runOf('one', later));
    expect(await backups.get('one')).toEqual(runOf('one', later));
  });

  test('failures are forgotten when old; what succeeded or runs is kept', async () => {
    const { backups } = await create();
    for (const id of ['failed', 'cancelled', 'withdrawn', 'succeeded', 'running']) await backups.begin(runOf(id, at));
    for (const state of ['failed', 'cancelled', 'withdrawn', 'succeeded'] as const) {
      await backups.end({ id: state, state, finishedAt: later, reason: null, figures: null });
    }
    expect(await backups.prune(later)).toBe(0);
    expect((await backups.get('cancelled'))?.state).toBe('cancelled');
    expect(await backups.prune(later.add({ seconds: 1 }))).toBe(3);
    expect((await backups.list({ limit: 9 })).map(({ id }) => id).sort()).toEqual(['running', 'succeeded']);
  });

  test('what a backup restores to is kept with it, and the newest good one of each environment is one question', async () => {
    const { backups } = await create();
    for (const run of [
      runOf('one', at),
      runOf('two', later),
      runOf('uat-one', at, 'uat'),
      runOf('lost', later, 'uat'),
    ]) {
      await backups.begin(run);
    }
    const end = { state: 'succeeded', finishedAt: later, reason: null, figures: { ...figures, restores } } as const;
    for (const id of ['one', 'two', 'uat-one']) await backups.end({ id, ...end });
    await backups.end({ id: 'lost', state: 'failed', finishedAt: later, reason: 'DISK_FULL', figures: null });
    expect((await backups.get('one'))?.figures).toEqual({ ...figures, restores });
    expect((await backups.newestGood()).map(({ id }) => id)).toEqual(['two', 'uat-one']);
    await backups.end({ id: 'two', state: 'withdrawn', finishedAt: later, reason: 'retention', figures: null });
    expect((await backups.newestGood()).map(({ id }) => id)).toEqual(['one', 'uat-one']);
  });
}
