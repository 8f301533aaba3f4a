import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { keepTasksSeconds, lostAfterSeconds, progressOf } from '../../core/recovery/index.ts';
import { keepTasks } from './schedule-tasks.ts';
import { cancelTask, readTask, readTasks } from './tasks.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00Z');
const anna = { kind: 'user', name: 'anna' } as const;
const controller = { kind: 'controller', name: 'controller' } as const;

function made() {
  let now = at;
  const store = createMemoryStore();
  const clock = { now: () => now };
  return {
    deps: { store, clock, log: () => {} },
    tasks: store.recoveryTasks,
    pass: (seconds: number): void => {
      now = now.add({ seconds });
    },
    begin: async (id: string, kind: 'backup' | 'drill' = 'drill'): Promise<void> => {
      const request = { id, kind, environment: 'acme', backup: id, target: null, requestedBy: controller };
      await store.recoveryTasks.ask(request, now);
      await store.recoveryTasks.begin(id, now);
    },
  };
}

describe('recovery work as it is now', () => {
  test('of a backup, its run says how far it is', async () => {
    const { deps, begin } = made();
    await begin('b1', 'backup');
    const times = { startedAt: at, finishedAt: null, seenAt: at, reason: null, figures: null, progress: null };
    const run = { id: 'b1', environment: 'acme', repository: 'vault', method: 'logical', kind: 'full' } as const;
    await deps.store.backups.begin({ ...run, ...times, state: 'running' });
    expect(await readTask(deps, 'b1')).toMatchObject({ state: 'running', step: null });
    const progress = progressOf('dump', { bytes: 30, totalBytes: 90, elapsedSeconds: 3 });
    await deps.store.backups.progress('b1', progress, at);
    const told = { step: 'dumping the database', doneBytes: 30, totalBytes: 90, bytesPerSecond: 10 };
    expect(await readTask(deps, 'b1')).toMatchObject(told);
    await deps.store.recoveryTasks.end('b1', at, { state: 'succeeded', outcome: 'It is listed.' });
    expect(await readTask(deps, 'b1')).toMatchObject({ state: 'succeeded', step: null });
  });

  test('what nobody runs any more is lost for every reader, before anybody has written that down', async () => {
    const { deps, tasks, begin, pass } = made();
    await begin('dead');
    pass(lostAfterSeconds + 1);
    await begin('alive');
    expect(await tasks.get('dead')).toMatchObject({ state: 'running' });
    expect(await readTask(deps, 'dead')).toMatchObject({ state: 'lost' });
    const ids = async (...states: ('running' | 'lost')[]) =>
      (await readTasks(deps, { states, limit: 9 })).map(({ id }) => id);
    expect(await ids('running')).toEqual(['alive']);
    expect(await ids('lost')).toEqual(['dead']);
  });

  test('without a bound on its silence, one whose process was killed runs for ever: the bound is needed', async () => {
    const { deps, tasks, begin, pass } = made();
    await begin('dead');
    const bounds = { runningSeconds: Number.POSITIVE_INFINITY, waitingSeconds: Number.POSITIVE_INFINITY };
    pass(365 * 86_400);
    expect(await readTask({ ...deps, bounds }, 'dead')).toMatchObject({ state: 'running', endedAt: null });
    expect(await readTasks({ ...deps, bounds }, { states: ['running'], limit: 9 })).toHaveLength(1);
    // Nor does anything else ever end its record.
    expect(await tasks.get('dead')).toMatchObject({ state: 'running' });
    expect(await readTask(deps, 'dead')).toMatchObject({ state: 'lost', endedAt: deps.clock.now() });
  });

  test('the controller writes down what is lost, and forgets what ended long ago', async () => {
    const { deps, tasks, begin, pass } = made();
    await begin('dead');
    await begin('alive');
    pass(lostAfterSeconds + 1);
    await tasks.beat('alive', deps.clock.now());
    expect(await keepTasks(deps)).toBe(1);
    expect(await tasks.get('dead')).toMatchObject({ state: 'lost' });
    pass(keepTasksSeconds + 1);
    await tasks.beat('alive', deps.clock.now());
    await keepTasks(deps);
    expect((await tasks.list({ limit: 9 })).map(({ id }) => id)).toEqual(['alive']);
  });
});

describe('asking to cancel', () => {
  test('is in the ledger once, with who asked first', async () => {
    const { deps, begin } = made();
    await begin('d1');
    await cancelTask(deps, 'd1', anna);
    await cancelTask(deps, 'd1', controller);
    const entries = await deps.store.ledger.tail({ limit: 9 });
    expect(entries).toMatchObject([
      {
        actor: anna,
        type: 'recovery-task.cancel-requested',
        subject: 'environment/acme',
        data: { task: 'd1', kind: 'drill', backup: 'd1' },
      },
    ]);
  });

  test('for what is unknown or has ended leaves no trace', async () => {
    const { deps, tasks, begin } = made();
    await begin('d1');
    await tasks.end('d1', at, { state: 'succeeded', outcome: null });
    expect(await cancelTask(deps, 'none', anna)).toBeUndefined();
    expect(await cancelTask(deps, 'd1', anna)).toMatchObject({ kind: 'refused', reasons: [{ code: 'TASK_ENDED' }] });
    expect(await deps.store.ledger.tail({ limit: 9 })).toEqual([]);
  });
});
