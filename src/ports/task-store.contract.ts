import { describe, expect, test } from 'vitest';
import { forgottenAfterSeconds, lostAfterSeconds, type TaskRequest } from '../core/recovery/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');
const after = (seconds: number): Temporal.Instant => at.add({ seconds });
const anna = { kind: 'user', name: 'anna' } as const;
const ben = { kind: 'token', name: 'ben' } as const;

const request = (more: Partial<TaskRequest> = {}): TaskRequest => ({
  id: 'one',
  kind: 'drill',
  environment: 'acme',
  backup: null,
  target: null,
  requestedBy: anna,
  ...more,
});

const progress = {
  step: 'restoring\0the files',
  doneBytes: 5 * 2 ** 40,
  totalBytes: 7 * 2 ** 40,
  bytesPerSecond: 1.5e8,
} as const;

/** What every store promises about long pieces of recovery work. */
export function describeRecoveryTasks(create: () => Promise<Store>): void {
  describe('recovery tasks', () => {
    describeLife(create);
    describeCancelling(create);
    describeLoss(create);
  });
}

function describeLife(create: () => Promise<Store>): void {
  test('one is asked for, begins, says how far it is, and ends with what it came to', async () => {
    const { recoveryTasks } = await create();
    await recoveryTasks.ask(request({ target: 'acme-staging' }), at);
    const asked = await recoveryTasks.get('one');
    expect(asked).toMatchObject({ state: 'waiting', requestedBy: anna, requestedAt: at, target: 'acme-staging' });
    expect(await recoveryTasks.begin('one', after(1))).toMatchObject({ state: 'running', startedAt: after(1) });
    const cleaned = { ...progress, step: 'restoring\ufffdthe files' };
    expect(await recoveryTasks.beat('one', after(2), { progress })).toMatchObject(cleaned);
    // A sign of life without news leaves what was told.
    expect(await recoveryTasks.beat('one', after(3))).toMatchObject({ ...cleaned, beatAt: after(3) });
    const refusal = { code: 'DISK_FULL', message: 'There is no room.', hint: 'Make some.' };
    const ended = await recoveryTasks.end('one', after(4), { state: 'failed', outcome: 'It is\0full.', refusal });
    expect(ended).toMatchObject({
      state: 'failed',
      outcome: 'It is\ufffdfull.',
      refusal,
      endedAt: after(4),
      step: null,
    });
    expect(await recoveryTasks.get('one')).toEqual(ended);
    expect(await recoveryTasks.end('one', after(5), { state: 'succeeded', outcome: null })).toBeUndefined();
    expect(await recoveryTasks.beat('one', after(5), { progress })).toBeUndefined();
    expect(await recoveryTasks.get('one')).toEqual(ended);
  });

  test('asking again for what is known changes nothing, and what is unknown is nothing', async () => {
    const { recoveryTasks } = await create();
    await recoveryTasks.ask(request(), at);
    await recoveryTasks.begin('one', at);
    await recoveryTasks.ask(request({ requestedBy: ben }), after(1));
    expect(await recoveryTasks.get('one')).toMatchObject({ state: 'running', requestedBy: anna });
    expect(await recoveryTasks.get('none')).toBeUndefined();
    expect(await recoveryTasks.begin('none', at)).toBeUndefined();
    expect(await recoveryTasks.beat('none', at)).toBeUndefined();
    expect(await recoveryTasks.end('none', at, { state: 'failed', outcome: null })).toBeUndefined();
    expect(await recoveryTasks.askToCancel('none', anna, at)).toBeUndefined();
  });

  test('the newest come first, of an environment and of some states; those that ended are forgotten when old', async () => {
    const { recoveryTasks } = await create();
    for (const [seconds, id] of ['one', 'two', 'three'].entries())
      await recoveryTasks.ask(request({ id }), after(seconds));
    await recoveryTasks.ask(request({ id: 'other', environment: 'nordwind' }), after(9));
    await recoveryTasks.begin('two', after(10));
    await recoveryTasks.end('one', after(10), { state: 'cancelled', outcome: null });
    const ids = async (options: Partial<Parameters<typeof recoveryTasks.list>[0]>) =>
      (await recoveryTasks.list({ limit: 9, ...options })).map(({ id }) => id);
    expect(await ids({})).toEqual(['other', 'three', 'two', 'one']);
    expect(await ids({ environment: 'acme', limit: 2 })).toEqual(['three', 'two']);
    expect(await ids({ states: ['running', 'cancelled'] })).toEqual(['two', 'one']);
    expect(await ids({ states: [] })).toEqual([]);
    expect(await recoveryTasks.prune(after(10))).toBe(0);
    expect(await recoveryTasks.prune(after(11))).toBe(1);
    expect(await ids({})).toEqual(['other', 'three', 'two']);
  });
}

function describeCancelling(create: () => Promise<Store>): void {
  test('the wish to cancel is heard at the next sign of life; who wished it first is kept', async () => {
    const { recoveryTasks } = await create();
    await recoveryTasks.ask(request(), at);
    await recoveryTasks.begin('one', at);
    expect(await recoveryTasks.askToCancel('one', ben, after(1))).toMatchObject({
      kind: 'asked',
      task: { state: 'running', cancelAskedBy: ben },
    });
    await recoveryTasks.askToCancel('one', anna, after(2));
    expect(await recoveryTasks.beat('one', after(3))).toMatchObject({ cancelAskedBy: ben });
    // Whoever takes it up after its process died does not begin what nobody wants.
    expect(await recoveryTasks.begin('one', after(4))).toBeUndefined();
    await recoveryTasks.end('one', after(5), { state: 'cancelled', outcome: null });
    expect(await recoveryTasks.askToCancel('one', anna, after(6))).toMatchObject({ kind: 'refused' });
  });

  test('one that waits is cancelled at once, and does not begin', async () => {
    const { recoveryTasks } = await create();
    await recoveryTasks.ask(request(), at);
    expect(await recoveryTasks.askToCancel('one', ben, after(1))).toMatchObject({ task: { state: 'cancelled' } });
    expect(await recoveryTasks.begin('one', after(2))).toBeUndefined();
  });

  test('past the point of no return nobody can cancel; a wish from before it stands', async () => {
    const { recoveryTasks } = await create();
    for (const id of ['one', 'two']) {
      await recoveryTasks.ask(request({ id, kind: 'restore' }), at);
      await recoveryTasks.begin(id, at);
    }
    expect(await recoveryTasks.beat('one', after(1), { isPastReturn: true })).toMatchObject({ isPastReturn: true });
    expect(await recoveryTasks.askToCancel('one', ben, after(2))).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'TASK_PAST_RETURN' }],
    });
    await recoveryTasks.askToCancel('two', ben, after(1));
    const late = await recoveryTasks.beat('two', after(2), { isPastReturn: true });
    expect(late).toMatchObject({ isPastReturn: false, cancelAskedBy: ben });
  });
}

function describeLoss(create: () => Promise<Store>): void {
  test('without a sign of life it is lost after the bound; one lives again, or is taken up', async () => {
    const { recoveryTasks } = await create();
    for (const id of ['dead', 'alive', 'waiting']) await recoveryTasks.ask(request({ id }), at);
    for (const id of ['dead', 'alive']) await recoveryTasks.begin(id, at);
    await recoveryTasks.beat('alive', after(lostAfterSeconds));
    expect(await recoveryTasks.settleLost(after(lostAfterSeconds))).toEqual([]);
    const lost = await recoveryTasks.settleLost(after(lostAfterSeconds + 1));
    expect(lost.map(({ id, state }) => ({ id, state }))).toEqual([{ id: 'dead', state: 'lost' }]);
    expect(await recoveryTasks.get('dead')).toEqual(lost[0]);
    expect(await recoveryTasks.beat('dead', after(lostAfterSeconds + 2))).toMatchObject({
      state: 'running',
      endedAt: null,
      outcome: null,
    });
    await recoveryTasks.settleLost(after(forgottenAfterSeconds + 1));
    expect(await recoveryTasks.get('waiting')).toMatchObject({ state: 'lost' });
    expect(await recoveryTasks.begin('dead', after(forgottenAfterSeconds + 2))).toMatchObject({ state: 'running' });
  });
}
