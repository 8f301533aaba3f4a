import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { backupWorkOf, defineBackupWork } from './schedule-backups.ts';

function made() {
  const { clock, durable, estate, pass, run, started } = createScheduleGround();
  const store = createMemoryStore();
  let drawn = 0;
  const newId = (): string => {
    drawn += 1;
    return `id-${drawn}`;
  };
  defineBackupWork({ clock, store, durable, estate: () => estate, newId, takeBackup: async () => {}, log: () => {} });
  const plan = () => run('backup-plan');
  const record = async (id: string, state: 'succeeded' | 'failed'): Promise<void> => {
    const run = {
      id,
      environment: 'acme-prod',
      repository: 'vault',
      method: 'logical' as const,
      kind: 'full' as const,
      progress: null,
    };
    const times = { startedAt: clock.now(), finishedAt: null, seenAt: clock.now(), reason: null, figures: null };
    await store.backups.begin({ ...run, ...times, state: 'running' });
    await store.backups.end({ id, state, finishedAt: clock.now(), reason: null, figures: null });
  };
  return { estate, store, started, plan, record, pass, now: clock.now };
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
});
