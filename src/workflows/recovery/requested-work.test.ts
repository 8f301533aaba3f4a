import { describe, expect, test } from 'vitest';
import { labEnvironment } from '../../../test/lab-environment.ts';
import { createMemoryDurable } from '../../../test/memory-durable.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { Estate } from '../../core/estate/index.ts';
import {
  defineRequestedWork,
  type Requested,
  type RequestedKind,
  type RequestedWorkDeps,
  startRequested,
} from './requested-work.ts';

const by = { kind: 'user', name: 'ann' } as const;
const environment = labEnvironment({ url: 'http://127.0.0.1:9', database: 'acme', login: 'admin' });
const { name } = environment;

/** A controller that writes down what it was asked to do; `hang` is work whose process dies in the middle. */
function controller(options: Partial<Pick<RequestedWorkDeps, 'isHere' | 'works' | 'bounds'>> = {}) {
  let now = Temporal.Instant.from('2026-11-21T12:00:00Z');
  let drawn = 0;
  const store = createMemoryStore();
  const durable = createMemoryDurable();
  const done: string[] = [];
  const note = (what: string) => async (requested: Requested) => {
    done.push(`${what} of ${requested.task.target ?? requested.environment.name}`);
    return { result: null, outcome: `${what} done.` };
  };
  const deps: RequestedWorkDeps = {
    clock: {
      now: () => now,
      sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
    },
    store,
    durable,
    estate: () => ({ environments: [environment] }) as unknown as Estate,
    newId: () => {
      drawn += 1;
      return `task-${drawn}`;
    },
    isHere: () => true,
    works: { restore: note('restore'), clone: note('clone'), verify: note('verify'), prune: note('prune') },
    settleInPlace: note('settling'),
    signal: new AbortController().signal,
    log: () => {},
    ...options,
  };
  defineRequestedWork(deps);
  const workflow = durable.defined.get('recovery-request');
  return {
    store,
    done,
    durable,
    pass: (seconds: number): void => {
      now = now.add({ seconds });
    },
    ask: (kind: RequestedKind, target: string | null) =>
      startRequested(deps, { environment: name, kind, target, backup: null }, { ask: '{}', requestedBy: by }),
    /** As the engine runs it, or takes it up after the process that ran it died. */
    run: async (index = durable.started.length - 1): Promise<void> => {
      const context = { runId: 'run', createdAt: now, step: (_: string, work: () => never) => work() };
      await workflow?.run(durable.started[index]?.input ?? {}, context as never);
    },
  };
}

describe('what people ask a controller for', () => {
  test('is a task with who asked, done once, and its outcome is told', async () => {
    const { ask, run, done, store } = controller();
    expect(await ask('clone', 'acme-uat')).toEqual({ kind: 'started', id: 'task-1' });
    expect(await store.recoveryTasks.get('task-1')).toMatchObject({ state: 'waiting', requestedBy: by });
    await run();
    await run();
    expect(done).toEqual(['clone of acme-uat']);
    expect(await store.recoveryTasks.get('task-1')).toMatchObject({ state: 'succeeded', outcome: 'clone done.' });
  });

  test('the same is not asked for twice while it is under way; something else is', async () => {
    const { ask, run } = controller();
    await ask('restore', 'acme-rescue');
    for (const kind of ['restore', 'clone'] as const) {
      expect(await ask(kind, 'acme-rescue')).toMatchObject({ kind: 'refused', reasons: [{ code: 'TASK_UNDER_WAY' }] });
    }
    expect(await ask('restore', null)).toMatchObject({ kind: 'started' });
    expect(await ask('prune', null)).toMatchObject({ kind: 'started' });
    await run(0);
    expect(await ask('clone', 'acme-rescue')).toMatchObject({ kind: 'started' });
  });

  test('one whose controller was killed holds up the same wish until it is lost, and for ever without that bound', async () => {
    const runningSeconds = Number.POSITIVE_INFINITY;
    for (const [bounds, answer] of [
      [undefined, 'started'],
      [{ runningSeconds, waitingSeconds: runningSeconds }, 'refused'],
    ] as const) {
      const { ask, store, pass } = controller({ bounds });
      await ask('prune', null);
      await store.recoveryTasks.begin('task-1', Temporal.Instant.from('2026-11-21T12:00:01Z'));
      pass(119);
      expect(await ask('prune', null)).toMatchObject({ kind: 'refused' });
      pass(365 * 86_400);
      expect(await ask('prune', null)).toMatchObject({ kind: answer });
    }
  });

  test('what another machine has is handed on, and said to be nobody’s after ten minutes', async () => {
    let isHere = false;
    const { ask, run, done, durable, store, pass } = controller({ isHere: () => isHere });
    await ask('clone', 'acme-uat');
    await run();
    await run();
    expect(durable.started.map(({ input }) => input['hop'])).toEqual([undefined, 1, 2]);
    expect(await store.recoveryTasks.get('task-1')).toMatchObject({ state: 'waiting' });
    isHere = true;
    await run();
    expect(done).toEqual(['clone of acme-uat']);
    isHere = false;
    await ask('clone', 'acme-two');
    pass(601);
    await run();
    expect(await store.recoveryTasks.get('task-2')).toMatchObject({ state: 'failed' });
    expect((await store.recoveryTasks.get('task-2'))?.outcome).toContain('No controller on the machine');
  });
});

describe('RST-04: a restore in place that was begun is never begun again', () => {
  test('taken up after its process was killed, what it left is settled; a clone is made anew', async () => {
    const { ask, run, done, store, pass } = controller();
    await ask('restore', null);
    // What a process does before it is killed: the task is begun, and never ended.
    await store.recoveryTasks.begin('task-1', Temporal.Instant.from('2026-11-21T12:00:01Z'));
    pass(300);
    await run();
    expect(done).toEqual([`settling of ${name}`]);
    expect(await store.recoveryTasks.get('task-1')).toMatchObject({ state: 'succeeded' });
    await ask('clone', 'acme-uat');
    await store.recoveryTasks.begin('task-2', Temporal.Instant.from('2026-11-21T12:05:01Z'));
    await run();
    expect(done).toEqual([`settling of ${name}`, 'clone of acme-uat']);
  });

  test('asked for by two people in one moment, it is done once: the second is not wanted any more', async () => {
    const { run, done, store, durable, pass } = controller();
    const at = Temporal.Instant.from('2026-11-21T12:00:00Z');
    for (const id of ['one', 'two']) {
      await store.recoveryTasks.ask(
        { id, kind: 'restore', environment: name, backup: null, target: null, requestedBy: by },
        at,
      );
      await durable.start('recovery-request', { task: id, ask: '{}' }, id);
    }
    await run(0);
    pass(60);
    await run(1);
    expect(done).toEqual([`restore of ${name}`]);
    expect(await store.recoveryTasks.get('two')).toMatchObject({
      state: 'failed',
      refusal: { code: 'RESTORE_UNDER_WAY' },
    });
  });
});
