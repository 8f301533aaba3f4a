import { describe, expect, test } from 'vitest';
import {
  createWatchedTarget,
  declaredEnvironment,
  restoreBeside,
  unusedParts,
} from '../../../test/recovery/watched-target.ts';
import { makeWorld } from '../../../test/recovery/world.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import type { RestoreStepKind } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { runRestoreTask } from './restore-task.ts';
import { cancelTask } from './tasks.ts';

const anna = { kind: 'user', name: 'anna' } as const;
const words = { why: 'for the test', expectedSeconds: 1 };

/** A restore in place of three steps, or one to a new name; `during` is done when a step begins. */
async function restoring(mode: 'in-place' | 'new', during: RestoreStepKind) {
  const { deps, request } = await makeWorld();
  const manifest = await backUp(deps, request('20261121T084512Z-logical-000001'));
  const { target, done } = createWatchedTarget();
  const beside = restoreBeside(declaredEnvironment(), manifest);
  const steps = (['fetch', 'exchange', 'start'] as const).map((kind) => ({ kind, title: `Do ${kind}`, ...words }));
  const asked = {
    ...beside,
    wish: { ...beside.wish, mode, isLive: mode === 'in-place' },
    plan: { ...beside.plan, lossSeconds: 0, steps },
  };
  const parts = {
    ...unusedParts,
    clock: deps.clock,
    store: deps.store,
    repository: deps.repository,
    places: createMemoryRestorePlaces(),
    target,
    openCopy: () => expect.fail('no copy is opened'),
    jobs: 1,
    bringUp: async () => {},
  };
  let answer: Awaited<ReturnType<typeof cancelTask>>;
  const wish = async (): Promise<void> => {
    answer = await cancelTask(deps, asked.id, anna);
  };
  const isDuring = (kind: RestoreStepKind): boolean => kind === during;
  // The step itself waits for the wish: no clock decides which comes first.
  const waiting = {
    ...parts,
    places: {
      ...parts.places,
      create: async (options: Parameters<typeof parts.places.create>[0]) => {
        if (isDuring('fetch')) await wish();
        const place = await parts.places.create(options);
        const released = { dataDirectory: 'data', superuserPasswordFile: 'password', filestoreDirectory: 'files' };
        return { ...place, release: async () => released };
      },
    },
    bringUp: async () => {
      if (isDuring('start')) await wish();
    },
  };
  const result = await runRestoreTask(waiting, asked).catch((error: unknown) => error);
  return { result, answer, done, task: await deps.store.recoveryTasks.get(asked.id) };
}

describe('a restore that everybody can see and cancel', () => {
  test('in place, a wish from before the exchange ends it there, and what was there before serves again', async () => {
    const { result, done, task } = await restoring('in-place', 'fetch');
    expect(result).toMatchObject({ code: 'TASK_CANCELLED' });
    expect(done).not.toContain('exchange');
    expect(task).toMatchObject({ kind: 'restore', state: 'cancelled', target: null, cancelAskedBy: anna });
    expect(task?.outcome).toBe('Cancelled by anna. What was there before is in its place and serves again.');
  });

  test('in place and past its exchange it is not taken back: people may write to it already', async () => {
    const { answer, done, task } = await restoring('in-place', 'start');
    expect(answer).toMatchObject({ kind: 'refused', reasons: [{ code: 'TASK_PAST_RETURN' }] });
    expect(done).toContain('exchange');
    expect(task).toMatchObject({ state: 'succeeded', isPastReturn: true });
    expect(task?.outcome).toMatch(/was brought back from 20261121T084512Z-logical-000001 and serves\.$/);
  });

  test('to a new name it may be cancelled until its end', async () => {
    const { answer, task } = await restoring('new', 'start');
    expect(answer).toMatchObject({ kind: 'asked' });
    expect(task).toMatchObject({ target: 'acme-rescue', isPastReturn: false });
  });
});
