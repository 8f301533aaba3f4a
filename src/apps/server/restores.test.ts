import { describe, expect, test } from 'vitest';
import type { Role } from '../../core/access/index.ts';
import { refuse } from '../../core/kernel/index.ts';
import { ApiProblem, createApiClient, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';
import type { ServerDeps } from './deps.ts';

const at = '2026-11-18T12:00:00Z';
const params = { name: 'acme-prod' };

/** The real server on memory adapters, with whom and what a test says. */
async function server(
  options: { readonly role?: Exclude<Role, 'anonymous'>; readonly requests?: Partial<ServerDeps['requests']> } = {},
) {
  let now = Temporal.Instant.from(at);
  const fake = wireFake({ clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  if (options.role !== undefined) fake.signIn({ role: options.role, mustEnrolSecondFactor: false });
  const deps = { ...fake.deps, requests: { ...fake.deps.requests, ...options.requests } };
  const app = createApp(deps, new AbortController().signal);
  const ask: typeof fetch = async (url, init) => app.request(String(url), init);
  return {
    api: createApiClient({ baseUrl: 'http://localhost', fetch: ask }),
    store: deps.store,
    pass: async (seconds: number): Promise<void> => {
      now = now.add({ seconds });
      await fake.play('busy');
    },
  };
}

const codesOf = (asked: Promise<unknown>): Promise<readonly string[]> =>
  asked.then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      return error.problem.reasons?.map(({ code }) => code) ?? [error.problem.code];
    },
  );

describe('RST-04: what a restore would do, by the API', () => {
  test('what comes back, what is lost against the RPO, and the room it takes are said before anything happens', async () => {
    const { api, store } = await server();
    const before = await store.ledger.tail({ limit: 1 });
    const preview = await api.call(routes.planRestore, { params, body: { mode: 'in-place' } });
    expect(preview).toMatchObject({ mode: 'in-place', target: 'acme-prod', refusals: [], agreements: [] });
    expect(preview.plan).toMatchObject({ lossSeconds: 0, takesSafetyBackup: true });
    expect(preview.plan?.neededBytes).toBeGreaterThan(0);
    expect(preview.freeBytes).toBeGreaterThan(preview.plan?.neededBytes ?? 0);
    expect(await store.ledger.tail({ limit: 1 })).toEqual(before);
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(0);
  });

  test('loss beyond the RPO is a question, with how much; a name that is taken is a no', async () => {
    const { api } = await server();
    const old = { at: '2026-11-18T03:00:00Z' };
    const question = await api.call(routes.planRestore, { params, body: { mode: 'in-place', ...old } });
    expect(question.agreements.map(({ code }) => code)).toEqual(['LOSS_EXCEEDS_RPO']);
    const loss = question.plan?.lossSeconds ?? 0;
    expect(question.agreements[0]?.acknowledgeLossSeconds).toBeGreaterThan(loss);
    expect(question.agreements[0]?.hint).toContain('`acknowledgeLossSeconds: ');
    const taken = await api.call(routes.planRestore, { params, body: { mode: 'new', target: 'acme-staging' } });
    expect(taken).toMatchObject({ plan: null, refusals: [{ code: 'TARGET_EXISTS' }] });
  });

  test('a time without its offset, an empty reduction and an unknown field are not guessed at', async () => {
    const { api } = await server();
    const wrong = [
      { mode: 'new', target: 'acme-then', at: '2026-11-18T03:00:00' },
      { mode: 'clone', target: 'acme-then', reduceSeconds: {} },
      { mode: 'new', target: 'acme-then', live: true },
    ] as const;
    for (const body of wrong) {
      expect(await codesOf(api.call(routes.planRestore, { params, body: body as never }))).toEqual(['REQUEST_INVALID']);
    }
  });
});

describe('RST-04, EST-11: restores and clones asked for by the API', () => {
  test('a clone is a task at once, with who asked; then it serves, with its date', async () => {
    const { api, store, pass } = await server();
    const body = { target: 'acme-uat', stage: 'uat', expiresInSeconds: 7_200, isAnonymised: true } as const;
    const { id } = await api.call(routes.makeClone, { params, body });
    expect(await store.recoveryTasks.get(id)).toMatchObject({ kind: 'clone', target: 'acme-uat', state: 'running' });
    const entries = await store.ledger.tail({ limit: 9, subject: 'environment/acme-prod' });
    const asked = entries.find(({ type }) => type === 'clone.requested');
    expect(asked).toMatchObject({ data: { task: id, target: 'acme-uat', inPlace: false, asked: { stage: 'uat' } } });
    expect(asked?.actor.kind).toBe('user');
    expect(await codesOf(api.call(routes.makeClone, { params, body }))).toEqual(['TASK_UNDER_WAY']);
    await pass(60);
    expect(await store.recoveryTasks.get(id)).toMatchObject({ state: 'succeeded' });
    const { items } = await api.call(routes.listClones, { query: { source: 'acme-prod' } });
    expect(items.find(({ name }) => name === 'acme-uat')).toMatchObject({
      state: 'active',
      stage: 'uat',
      isLive: false,
      isAnonymised: true,
      expiresAt: '2026-11-18T14:01:00Z',
    });
  });

  test('in place asks for the name once more; another name, or none, begins nothing', async () => {
    const { api, store } = await server();
    const wrong = api.call(routes.startRestoreInPlace, { params, body: { confirm: 'acme-staging' } });
    expect(await codesOf(wrong)).toEqual(['CONSENT_REQUIRED']);
    const none = api.call(routes.startRestoreInPlace, { params, body: {} as never });
    expect(await codesOf(none)).toEqual(['REQUEST_INVALID']);
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(0);
    const { id } = await api.call(routes.startRestoreInPlace, { params, body: { confirm: 'acme-prod' } });
    expect(await store.recoveryTasks.get(id)).toMatchObject({ kind: 'restore', target: null });
    const again = api.call(routes.startRestoreInPlace, { params, body: { confirm: 'acme-prod' } });
    expect(await codesOf(again)).toEqual(['TASK_UNDER_WAY']);
  });

  test('it is the name alone that keeps it from being begun: asked for past that guard, it is', async () => {
    const fake = wireFake({ clock: { now: () => Temporal.Instant.from(at), sleep: async () => {} } });
    await fake.begin();
    const { store, requests, estate } = fake.deps;
    const environment = estate().estate.environments.find(({ name }) => name === 'acme-prod');
    if (environment === undefined) throw new Error('acme-prod is declared');
    const ask = { mode: 'in-place', runsJourneys: false, withoutSafetyBackup: false, acceptsDamage: false } as const;
    await requests.restore(environment, ask, { kind: 'user', name: 'ann' });
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(1);
  });

  test('loss that nobody agreed to is refused; agreed to less than there is, too', async () => {
    const { api, store } = await server();
    const body = { confirm: 'acme-prod', at: '2026-11-18T03:00:00Z' };
    const inPlace = (acknowledgeLossSeconds?: number) =>
      api.call(routes.startRestoreInPlace, {
        params,
        body: { ...body, ...(acknowledgeLossSeconds === undefined ? {} : { acknowledgeLossSeconds }) },
      });
    expect(await codesOf(inPlace())).toEqual(['LOSS_EXCEEDS_RPO']);
    expect(await codesOf(inPlace(3_600))).toEqual(['LOSS_EXCEEDS_RPO']);
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(0);
    expect(await codesOf(inPlace(10 * 3_600))).toEqual([]);
  });

  test('with the guard of looking first switched off, the same loss would be begun although nobody agreed', async () => {
    const nothing = { plan: undefined, agreements: [], refusals: [] };
    const lookAtRestore = async () => ({ lookedAt: Temporal.Instant.from(at), view: undefined, ...nothing });
    const { api, store } = await server({ requests: { lookAtRestore } });
    const body = { confirm: 'acme-prod', at: '2026-11-18T03:00:00Z' };
    await api.call(routes.startRestoreInPlace, { params, body });
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(1);
  });

  test('who may run backups and make clones may not replace what serves', async () => {
    const { api, store } = await server({ role: 'operator' });
    const inPlace = api.call(routes.startRestoreInPlace, { params, body: { confirm: 'acme-prod' } });
    expect(await codesOf(inPlace)).toEqual(['PERMISSION_DENIED']);
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(0);
    await api.call(routes.startRestore, { params, body: { target: 'acme-rescue' } });
    const viewer = await server({ role: 'viewer' });
    for (const route of [routes.startRestore, routes.makeClone]) {
      const denied = viewer.api.call(route, { params, body: { target: 'acme-rescue' } });
      expect(await codesOf(denied)).toEqual(['PERMISSION_DENIED']);
    }
  });

  test('what this machine cannot do is refused at once, with the command for the one that can', async () => {
    const hint = 'Run `plimsoll clone acme-prod --to acme-uat` on the machine that runs it.';
    const refusals = refuse({
      code: 'RESTORE_ELSEWHERE',
      message: 'This machine does not have its Odoo.',
      hint,
    }).reasons;
    const looked = { lookedAt: Temporal.Instant.from(at), view: undefined, plan: undefined, agreements: [], refusals };
    const { api, store } = await server({ requests: { lookAtRestore: async () => looked } });
    const asked = await api.call(routes.makeClone, { params, body: { target: 'acme-uat' } }).catch((error) => error);
    expect(asked).toMatchObject({ status: 409, problem: { code: 'RESTORE_ELSEWHERE', reasons: [{ hint }] } });
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(0);
  });
});

describe('BKP-04, OBJ-03: looking into backups, and retention, by the API', () => {
  test('a check of content is a task of that backup', async () => {
    const { api, store } = await server();
    const { items } = await api.call(routes.listRestorePoints, { params });
    const backup = items.at(-1)?.id ?? '';
    const { id } = await api.call(routes.startVerification, { params, body: { backup } });
    expect(await store.recoveryTasks.get(id)).toMatchObject({ kind: 'verify', backup, target: null });
  });

  test('what would go is shown with the reason of each; it goes only for who types the name', async () => {
    const { api, store } = await server();
    const { items } = await api.call(routes.planPruning, { params });
    expect(items[0]?.keep.at(-1)?.reasons).toContain('the last good restore point');
    const untyped = api.call(routes.startPruning, { params, body: { confirm: 'acme' } });
    expect(await codesOf(untyped)).toEqual(['CONSENT_REQUIRED']);
    expect(await store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 })).toHaveLength(0);
    const { id } = await api.call(routes.startPruning, { params, body: { confirm: 'acme-prod' } });
    expect(await store.recoveryTasks.get(id)).toMatchObject({ kind: 'prune' });
  });
});
