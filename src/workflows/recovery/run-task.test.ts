import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createHandClock } from '../../../test/clocks.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { Fault } from '../../core/kernel/index.ts';
import { lostAfterSeconds } from '../../core/recovery/index.ts';
import type { Store } from '../../ports/store.ts';
import { beatEverySeconds, runTask, type TaskHandle } from './run-task.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00Z');
const anna = { kind: 'user', name: 'anna' } as const;
const controller = { kind: 'controller', name: 'plimsoll' } as const;
const order = {
  id: 'one',
  kind: 'drill',
  environment: 'acme',
  backup: 'b1',
  target: null,
  requestedBy: controller,
} as const;

/** Lets every promise that is ready run. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

/** Work under way, on records that the test may change; it ends when the test says so, or its signal does. */
function start(
  change: (tasks: Store['recoveryTasks']) => Store['recoveryTasks'] = (tasks) => tasks,
  endedBy: (reason: unknown) => unknown = (reason) => reason,
) {
  const clock = createHandClock(at);
  const store = createMemoryStore();
  const end = Promise.withResolvers<{ result: string; outcome: string; isGood?: boolean }>();
  let handle: TaskHandle | undefined;
  const own = new AbortController();
  const run = runTask(
    { clock, store: { recoveryTasks: change(store.recoveryTasks) } },
    { ...order, signal: own.signal },
    async (task) => {
      handle = task;
      task.signal.addEventListener('abort', () => end.reject(endedBy(task.signal.reason)));
      return end.promise;
    },
  );
  // Looked at below; a test that does not is none the worse.
  run.catch(() => {});
  const pass = async (seconds: number): Promise<void> => {
    clock.pass(seconds);
    await settle();
  };
  const task = (): TaskHandle => {
    if (handle === undefined) throw new Error('the work has not begun');
    return handle;
  };
  return { clock, store, run, end, own, pass, task, tasks: store.recoveryTasks };
}

describe('running a piece of recovery work', () => {
  test('it can be seen while it runs: who asked, its step, bytes and rate; and how it ended', async () => {
    const { tasks, task, pass, end, run } = start();
    await settle();
    expect(await tasks.get('one')).toMatchObject({ state: 'running', requestedBy: controller, startedAt: at });
    task().report({ step: 'restoring the files', doneBytes: 0, totalBytes: 100 });
    await pass(2);
    task().report({ step: 'restoring the files', doneBytes: 20, totalBytes: 100 });
    await pass(1);
    expect(await tasks.get('one')).toMatchObject({ step: 'restoring the files', doneBytes: 20, bytesPerSecond: 10 });
    end.resolve({ result: 'verified', outcome: 'A serving Odoo came back.' });
    expect(await run).toBe('verified');
    expect(await tasks.get('one')).toMatchObject({ state: 'succeeded', outcome: 'A serving Odoo came back.' });
  });

  test('however often it tells, it is recorded at a bounded rate', async () => {
    let beats = 0;
    const { task, pass, end, run } = start((tasks) => ({
      ...tasks,
      beat: (...given) => {
        beats += 1;
        return tasks.beat(...given);
      },
    }));
    await settle();
    for (let second = 0; second < 30; second += 1) {
      for (let byte = 0; byte < 1_000; byte += 1) task().report({ step: 'copying', doneBytes: byte });
      await pass(1);
    }
    end.resolve({ result: 'done', outcome: 'Done.' });
    await run;
    expect(beats).toBe(30 / beatEverySeconds);
  });

  test('what fails is recorded with its code and the way out, and what is not good with its sentence', async () => {
    const failed = start();
    failed.end.reject(new Fault('DISK_FULL', 'There is no room.'));
    await expect(failed.run).rejects.toThrow('There is no room.');
    expect(await failed.tasks.get('one')).toMatchObject({
      state: 'failed',
      outcome: 'There is no room.',
      refusal: { code: 'DISK_FULL', hint: expect.stringMatching(/\w/) },
    });
    const bad = start();
    bad.end.resolve({ result: 'x', outcome: 'Not recoverable: it does not boot.', isGood: false });
    await bad.run;
    expect(await bad.tasks.get('one')).toMatchObject({
      state: 'failed',
      outcome: expect.stringMatching(/^Not recoverable/),
    });
  });
});

describe('cancelling a piece of recovery work', () => {
  test('the wish is heard within a beat, ends the work, and is not reported as a failure', async () => {
    const { tasks, clock, pass, run } = start();
    await settle();
    await tasks.askToCancel('one', anna, clock.now());
    await pass(beatEverySeconds);
    await expect(run).rejects.toMatchObject({ code: 'TASK_CANCELLED', message: 'Cancelled by anna.' });
    expect(await tasks.get('one')).toMatchObject({ state: 'cancelled', outcome: 'Cancelled by anna.', refusal: null });
  });

  test('without the look for the wish, cancelling does nothing', async () => {
    const deaf = start((tasks) => ({
      ...tasks,
      beat: async (...given) => {
        const task = await tasks.beat(...given);
        return task && { ...task, cancelAskedBy: null };
      },
    }));
    await settle();
    await deaf.tasks.askToCancel('one', anna, deaf.clock.now());
    for (let beats = 0; beats < 5; beats += 1) await deaf.pass(beatEverySeconds);
    expect(deaf.task().signal.aborted).toBe(false);
    deaf.end.resolve({ result: 'done', outcome: 'Done.' });
    expect(await deaf.run).toBe('done');
  });

  test('what undoing it said is told with who cancelled it', async () => {
    const undone = new Fault('RESTORE_FAILED', 'It could not be undone: the disk is full.');
    const { tasks, clock, pass, run } = start(undefined, () => undone);
    await settle();
    await tasks.askToCancel('one', anna, clock.now());
    await pass(beatEverySeconds);
    await expect(run).rejects.toMatchObject({ code: 'TASK_CANCELLED', cause: undone });
    const outcome = 'Cancelled by anna. It could not be undone: the disk is full.';
    expect(await tasks.get('one')).toMatchObject({ state: 'cancelled', outcome });
  });

  test('work that was done before it heard the wish has succeeded', async () => {
    const { tasks, clock, end, run } = start();
    await settle();
    await tasks.askToCancel('one', anna, clock.now());
    end.resolve({ result: 'published', outcome: 'It is listed.' });
    expect(await run).toBe('published');
    expect(await tasks.get('one')).toMatchObject({ state: 'succeeded', cancelAskedBy: anna });
  });

  test('one that was cancelled while it waited is never begun', async () => {
    const clock = createHandClock(at);
    const store = createMemoryStore();
    await store.recoveryTasks.ask(order, at);
    await store.recoveryTasks.askToCancel('one', anna, at);
    let isBegun = false;
    const work = async () => {
      isBegun = true;
      return { result: 0, outcome: 'Done.' };
    };
    await expect(runTask({ clock, store }, order, work)).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    expect(isBegun).toBe(false);
  });

  test('past the point of no return the wish is refused, and nothing interrupts it', async () => {
    const { tasks, clock, pass, task, end, run } = start();
    await settle();
    await task().passReturn();
    expect(await tasks.askToCancel('one', anna, clock.now())).toMatchObject({ kind: 'refused' });
    await pass(beatEverySeconds);
    expect(task().signal.aborted).toBe(false);
    end.resolve({ result: 'restored', outcome: 'It serves.' });
    await run;
  });

  test('a wish from just before the point of no return ends it there', async () => {
    const { tasks, clock, task, run } = start();
    await settle();
    await tasks.askToCancel('one', anna, clock.now());
    await expect(task().passReturn()).rejects.toThrow('Cancelled by anna.');
    await expect(run).rejects.toMatchObject({ code: 'TASK_CANCELLED' });
    expect(await tasks.get('one')).toMatchObject({ state: 'cancelled', isPastReturn: false });
  });

  test('who stops it where it runs has cancelled it too', async () => {
    const { tasks, run, own } = start();
    await settle();
    own.abort(new Error('interrupted'));
    await expect(run).rejects.toThrow('interrupted');
    expect(await tasks.get('one')).toMatchObject({ state: 'cancelled', outcome: 'Stopped where it ran.' });
  });
});

describe('records that are away', () => {
  test('do not end the work; it is recorded when they are back, and can be cancelled then', async () => {
    let isAway = true;
    const unlessAway = (tasks: Store['recoveryTasks']): Store['recoveryTasks'] => {
      const guard = <Given extends unknown[], Answer>(method: (...given: Given) => Promise<Answer>) => {
        return async (...given: Given): Promise<Answer> => {
          if (isAway) throw new Fault('STORE_UNREACHABLE', 'It is away.');
          return method(...given);
        };
      };
      return { ...tasks, ask: guard(tasks.ask), beat: guard(tasks.beat), end: guard(tasks.end) };
    };
    const { tasks, clock, pass, run } = start(unlessAway);
    await pass(beatEverySeconds);
    expect(await tasks.get('one')).toBeUndefined();
    isAway = false;
    await pass(beatEverySeconds);
    expect(await tasks.get('one')).toMatchObject({ state: 'running' });
    await tasks.askToCancel('one', anna, clock.now());
    await pass(beatEverySeconds);
    await expect(run).rejects.toThrow('Cancelled by anna.');
  });

  test('an end that cannot be written shows in time: what gives no sign of life is lost', async () => {
    const { tasks, clock, end, run } = start((own) => ({
      ...own,
      end: async () => Promise.reject(new Fault('STORE_UNREACHABLE', 'It is away.')),
    }));
    end.resolve({ result: 'done', outcome: 'Done.' });
    expect(await run).toBe('done');
    expect(await tasks.settleLost(clock.now().add({ seconds: lostAfterSeconds + 1 }))).toHaveLength(1);
    expect(await tasks.get('one')).toMatchObject({ state: 'lost' });
  });
});
