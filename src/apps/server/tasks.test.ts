import { describe, expect, test } from 'vitest';
import { ApiProblem, createApiClient, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

/** The real server on memory adapters, at an instant that the test moves. */
async function server() {
  let now = Temporal.Instant.from('2026-11-18T12:00:00Z');
  const fake = wireFake({ scenario: 'busy', clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  const app = createApp(fake.deps, new AbortController().signal);
  const ask: typeof fetch = async (url, init) => app.request(String(url), init);
  return {
    api: createApiClient({ baseUrl: 'http://localhost', fetch: ask }),
    store: fake.deps.store,
    now: () => now,
    pass: async (seconds: number): Promise<void> => {
      now = now.add({ seconds });
      await fake.play('busy');
    },
  };
}

const params = { name: 'acme-prod' };
const query = { environment: 'acme-prod', state: 'under-way', limit: 10 } as const;
const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof ApiProblem ? error.problem.code : error),
  );

describe('recovery work, by the API', () => {
  test('a drill that somebody asked for is seen with its step, bytes, rate and time left, and how it ended', async () => {
    const { api, pass } = await server();
    const { task: id } = await api.call(routes.startDrill, { params, body: {} });
    await pass(4);
    const { items } = await api.call(routes.listRecoveryTasks, { query });
    expect(items).toMatchObject([
      { id, kind: 'drill', state: 'running', requestedBy: { kind: 'user' }, canCancel: true, outcome: null },
    ]);
    expect(items[0]?.secondsLeft).toBeCloseTo((1_100 - 4 * 90) / 90, 6);
    await pass(10);
    expect(await api.call(routes.getRecoveryTask, { params: { id } })).toMatchObject({
      state: 'succeeded',
      canCancel: false,
      outcome: 'A serving Odoo came back.',
    });
    expect((await api.call(routes.listRecoveryTasks, { query })).items).toEqual([]);
  });

  test('a backup has the id of what it makes, and tells by its run how far it is', async () => {
    const { api, pass } = await server();
    const { id } = await api.call(routes.startBackup, { params });
    await pass(60);
    const task = await api.call(routes.getRecoveryTask, { params: { id } });
    expect(task).toMatchObject({ kind: 'backup', backup: id, step: 'copying files that the repository does not have' });
    expect(task.doneBytes).toBeGreaterThan(0);
  });

  test('cancelling is in the ledger with who asked; the drill ends, and is not reported as failed', async () => {
    const { api, pass, store } = await server();
    const { task: id } = await api.call(routes.startDrill, { params, body: {} });
    await pass(3);
    const asked = await api.call(routes.cancelRecoveryTask, { params: { id } });
    expect(asked).toMatchObject({ state: 'running', canCancel: false, cancelAskedBy: { kind: 'user' } });
    expect(await store.ledger.tail({ limit: 1, type: 'recovery-task.cancel-requested' })).toMatchObject([
      { data: { task: id, kind: 'drill' } },
    ]);
    await pass(3);
    const ended = await api.call(routes.getRecoveryTask, { params: { id } });
    expect(ended).toMatchObject({ state: 'cancelled', outcome: expect.stringMatching(/^Cancelled by /) });
    expect(await codeOf(api.call(routes.cancelRecoveryTask, { params: { id } }))).toBe('TASK_ENDED');
    const told = (await store.events.read({ afterId: 0, limit: 5_000 })).filter(({ data }) => data['task'] === id);
    expect(new Set(told.map(({ type }) => type))).toEqual(
      new Set(['dev.plimsoll.recovery-task.changed', 'dev.plimsoll.recovery-task.progressed']),
    );
    expect(told.at(-1)?.data).toMatchObject({ state: 'cancelled', isCancelAsked: true });
  });

  test('what nobody runs any more cannot be cancelled, and is said to be lost', async () => {
    const { api, store, now, pass } = await server();
    const request = { id: 'dead', kind: 'restore', environment: 'acme-prod', backup: null, target: 'x' } as const;
    await store.recoveryTasks.ask({ ...request, requestedBy: { kind: 'cli', name: 'restore' } }, now());
    await store.recoveryTasks.begin('dead', now());
    await pass(121);
    expect(await codeOf(api.call(routes.cancelRecoveryTask, { params: { id: 'dead' } }))).toBe('TASK_ENDED');
    const lost = await api.call(routes.listRecoveryTasks, { query: { state: 'lost', limit: 10 } });
    expect(lost.items.map(({ id }) => id)).toContain('dead');
    expect(await codeOf(api.call(routes.getRecoveryTask, { params: { id: 'none' } }))).toBe('NOT_FOUND');
    expect(await codeOf(api.call(routes.cancelRecoveryTask, { params: { id: 'none' } }))).toBe('NOT_FOUND');
    const unknown = { environment: 'none', limit: 1 };
    expect(await codeOf(api.call(routes.listRecoveryTasks, { query: unknown }))).toBe('ENVIRONMENT_UNKNOWN');
  });
});
