import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { BackupKind, BackupMethod } from '../../core/recovery/index.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { backupWorkOf, defineBackupWork, startBackupNow } from './schedule-backups.ts';

function made(backup?: string, archives = false) {
  const { clock, durable, estate, pass, run, started } = createScheduleGround(backup);
  const store = createMemoryStore();
  let drawn = 0;
  const newId = (_method: string): string => {
    drawn += 1;
    return `id-${drawn}`;
  };
  const took: unknown[] = [];
  const takeBackup = async (_environment: unknown, id: string, wanted: object): Promise<void> =>
    void took.push({ id, ...wanted });
  const canArchive = async (): Promise<boolean> => archives;
  const deps = { clock, store, durable, estate: () => estate, newId, canArchive, takeBackup, log: () => {} };
  defineBackupWork(deps);
  const plan = () => run('backup-plan');
  const record = async (
    id: string,
    state: 'succeeded' | 'failed',
    of: { readonly method: BackupMethod; readonly kind: BackupKind } = { method: 'logical', kind: 'full' },
  ): Promise<void> => {
    const recorded = { id, environment: 'acme-prod', repository: 'vault', progress: null, ...of };
    const times = { startedAt: clock.now(), finishedAt: null, seenAt: clock.now(), reason: null, figures: null };
    await store.backups.begin({ ...recorded, ...times, state: 'running' });
    await store.backups.end({ id, state, finishedAt: clock.now(), reason: null, figures: null });
  };
  return { deps, took, run, estate, store, started, plan, record, pass, now: clock.now };
}

describe('backups on schedule (BKP-02)', () => {
  test('an environment with a repository and a filestore is looked at; a retired one rests', () => {
    const { estate } = made();
    expect(backupWorkOf(estate, new Map()).map(({ name }) => name)).toEqual(['backup-plan/acme-prod']);
    expect(backupWorkOf(estate, new Map([['acme-prod', 'retired']]))).toEqual([]);
  });

  test('the first is taken at once, by one run however many controllers plan it, and the next when it is due', async () => {
    const { plan, started, record, pass } = made();
    await Promise.all([plan(), plan(), plan()]);
    expect(started.map(({ workflow, input }) => [workflow, input['environment']])).toEqual([['backup', 'acme-prod']]);
    await record(String(started[0]?.input['id']), 'succeeded');
    await plan();
    pass({ hours: 1 });
    await plan();
    expect(started).toHaveLength(1);
    pass({ hours: 24 });
    await plan();
    expect(started).toHaveLength(2);
  });

  test('after a restore in place one is started at once, once; a restore beside it changes nothing', async () => {
    const { plan, started, record, pass, store, now } = made();
    const restored = async (type: string, data: Record<string, boolean>): Promise<void> => {
      const actor = { kind: 'cli', name: 'restore' } as const;
      await store.ledger.append({ actor, type, subject: 'environment/acme-prod', data }, now());
    };
    await record('night', 'succeeded');
    pass({ minutes: 30 });
    await restored('restore.succeeded', { inPlace: false });
    await restored('restore.failed', { inPlace: true });
    await plan();
    expect(started).toHaveLength(0);
    await restored('restore.succeeded', { inPlace: true });
    pass({ minutes: 1 });
    await Promise.all([plan(), plan()]);
    expect(started).toMatchObject([{ workflow: 'backup', input: { method: 'logical', kind: 'full' } }]);
    await record('after', 'succeeded');
    await plan();
    expect(started).toHaveLength(1);
    pass({ minutes: 1 });
    // What was killed in the middle is finished later, and has its entry then.
    await restored('restore.finished', {});
    pass({ minutes: 1 });
    await plan();
    expect(started).toHaveLength(2);
  });

  test('none begins while one runs, and a failed one is tried again after a pause', async () => {
    const { plan, started, record, pass, store, now } = made();
    await record('failed-1', 'failed');
    await plan();
    expect(started).toHaveLength(0);
    pass({ minutes: 6 });
    const running = await store.backups.get('failed-1');
    if (running === undefined) throw new Error('it was not recorded');
    await store.backups.begin({ ...running, id: 'running', state: 'running', finishedAt: null, seenAt: now() });
    await plan();
    expect(started).toHaveLength(0);
    pass({ minutes: 11 });
    await plan();
    expect(started).toHaveLength(1);
  });

  test('physical ones are planned by kind where the log is archived: a full one, then what differs', async () => {
    const { plan, started, record, pass } = made('method: physical, every: 1d', true);
    await plan();
    expect(started[0]).toMatchObject({ workflow: 'backup', input: { method: 'physical', kind: 'full' } });
    await record(String(started[0]?.input['id']), 'succeeded', { method: 'physical', kind: 'full' });
    pass({ hours: 25 });
    await plan();
    expect(started[1]).toMatchObject({ input: { method: 'physical', kind: 'differential' } });
    await record(String(started[1]?.input['id']), 'succeeded', { method: 'physical', kind: 'differential' });
    pass({ hours: 24 * 7 });
    await plan();
    expect(started[2]).toMatchObject({ input: { method: 'physical', kind: 'full' } });
  });

  test('where no log is archived the dump stands in', async () => {
    const { plan, started } = made('method: physical, every: 1d', false);
    await plan();
    expect(started).toMatchObject([{ input: { method: 'logical', kind: 'full' } }]);
  });

  test('a run takes what it was started for, and one from before there were kinds is a dump', async () => {
    const { run, took } = made('method: physical, every: 1d', true);
    await run('backup', { id: 'a', method: 'physical', kind: 'differential' });
    await run('backup', { id: 'b' });
    expect(took).toEqual([
      { id: 'a', method: 'physical', kind: 'differential' },
      { id: 'b', method: 'logical', kind: 'full' },
    ]);
  });

  test('one that is asked for is of the kind that the plan has, whatever the slot; what is no plan is refused', async () => {
    const { deps, estate, started, store } = made('method: physical, every: 1d', true);
    const [environment] = estate.environments;
    if (environment === undefined) throw new Error('the estate has an environment');
    await startBackupNow(deps, environment);
    expect(started).toMatchObject([{ input: { method: 'physical', kind: 'full' } }]);
    expect(await store.recoveryTasks.list({ limit: 9 })).toEqual([]);
    const requestedBy = { kind: 'user', name: 'anna' } as const;
    const id = await startBackupNow(deps, environment, { requestedBy });
    expect(await store.recoveryTasks.get(id)).toMatchObject({ state: 'waiting', kind: 'backup', requestedBy });
    expect(started.at(-1)).toMatchObject({ input: { id } });
    const snapshots = made('method: snapshot, every: 1d');
    const [refused] = snapshots.estate.environments;
    await expect(startBackupNow(snapshots.deps, refused ?? environment)).rejects.toThrow(/[Ss]napshot/);
  });
});
