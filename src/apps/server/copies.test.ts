import { describe, expect, test } from 'vitest';
import { ApiProblem, createApiClient, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';
import type { ServerDeps } from './deps.ts';

const now = Temporal.Instant.from('2026-11-18T12:00:00Z');

/** The real server on memory adapters; `clones` says what becomes of what is done to them. */
async function server(clones: Partial<ServerDeps['clones']> = {}) {
  const fake = wireFake({ clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  const deps = { ...fake.deps, clones: { ...fake.deps.clones, ...clones } };
  const app = createApp(deps, new AbortController().signal);
  const ask: typeof fetch = async (url, init) => app.request(String(url), init);
  const { store } = deps;
  return { api: createApiClient({ baseUrl: 'http://localhost', fetch: ask }), store };
}

const acme = { name: 'acme-prod' };
const staging = { name: 'acme-staging' };
const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: unknown) => (error instanceof ApiProblem ? error.problem.code : String(error)),
  );

describe('BKP-06: copies of backups, by the API', () => {
  test('each region says what was copied there last, and what the last look at its content found', async () => {
    const { api, store } = await server();
    const list = async () => (await api.call(routes.listBackupCopies, { params: acme })).items;
    const [place] = await list();
    expect(place).toMatchObject({
      region: 'eu-north',
      repository: 'vault-north',
      isBehind: false,
      refusals: [],
      problems: [],
      lastCheck: { isIntact: true, problemCount: 0 },
    });
    const [newest] = await store.backups.list({ environment: 'acme-prod', state: 'succeeded', limit: 1 });
    expect(place?.lastCopied?.backup).toBe(newest?.id);
    const [check] = await store.backupChecks.list('acme-prod');
    if (check === undefined) throw new Error('there is one');
    await store.backupChecks.record({ ...check, checkedAt: now, isIntact: false, problemCount: 2 });
    expect((await list())[0]?.lastCheck).toMatchObject({ isIntact: false, problemCount: 2 });
    expect((await api.call(routes.listBackupCopies, { params: { name: 'polder-prod' } })).items).toEqual([]);
  });

  test('one that lacks the newest backup is behind, until it is copied by request; who asked is in the ledger', async () => {
    const { api, store } = await server();
    const id = '20261118T110000Z-physical-ffffff';
    const [newest] = await store.backups.list({ environment: 'acme-prod', state: 'succeeded', limit: 1 });
    if (newest === undefined) throw new Error('there is one');
    await store.backups.begin({ ...newest, id, startedAt: now.subtract({ minutes: 5 }) });
    const isBehind = async () => (await api.call(routes.listBackupCopies, { params: acme })).items[0]?.isBehind;
    expect(await isBehind()).toBe(true);
    expect(await api.call(routes.startBackupCopies, { params: acme })).toEqual({ repositories: ['vault-north'] });
    expect(await isBehind()).toBe(false);
    const entries = await store.ledger.tail({ limit: 5, subject: 'environment/acme-prod' });
    expect(entries.map(({ type }) => type)).toContain('backup.copy-requested');
    const nowhere = api.call(routes.startBackupCopies, { params: { name: 'polder-prod' } });
    expect(await codeOf(nowhere)).toBe('COPY_WITHOUT_REPOSITORY');
    const { newestId } = await store.events.bounds();
    const told = await store.events.read({ afterId: newestId - 10, limit: 10 });
    expect(told.map(({ type }) => type)).toContain('dev.plimsoll.backup.copied');
  });
});

describe('EST-11: clones, by the API', () => {
  test('they are listed with what was done to them and when they go', async () => {
    const { api } = await server();
    const { items } = await api.call(routes.listClones, { query: { source: 'acme-prod' } });
    expect(items.map(({ name, state, expiresAt }) => [name, state, expiresAt !== null])).toEqual([
      ['acme-then', 'suspended', false],
      ['acme-staging', 'active', true],
    ]);
    expect((await api.call(routes.listClones, { query: { source: 'polder-prod' } })).items).toEqual([]);
  });

  test('stopped, started and removed: each once it was done, and with its entry in the ledger', async () => {
    const done: string[] = [];
    const noted = (what: string) => async (): Promise<void> => void done.push(what);
    const { api, store } = await server({ start: noted('start'), stop: noted('stop'), takeAway: noted('takeAway') });
    expect(await api.call(routes.stopClone, { params: staging })).toMatchObject({ state: 'suspended' });
    expect(await api.call(routes.startClone, { params: staging })).toMatchObject({ state: 'active' });
    const untyped = api.call(routes.removeClone, { params: staging, body: { confirm: 'acme-prod' } });
    expect(await codeOf(untyped)).toBe('CONSENT_REQUIRED');
    expect(done).toEqual(['stop', 'start']);
    const removal = { params: staging, body: { confirm: 'acme-staging' } };
    expect(await api.call(routes.removeClone, removal)).toMatchObject({ state: 'retired' });
    expect(done).toEqual(['stop', 'start', 'takeAway']);
    const told = await store.events.read({ afterId: (await store.events.bounds()).newestId - 10, limit: 10 });
    expect(told.filter(({ type }) => type === 'dev.plimsoll.clone.changed')).toHaveLength(3);
    const entries = await store.ledger.tail({ limit: 9, subject: 'environment/acme-staging' });
    expect(entries.map(({ data }) => data['to'])).toEqual(['suspended', 'active', 'retired']);
    expect(await codeOf(api.call(routes.removeClone, removal))).toBe('NOT_FOUND');
  });

  test('what could not be done leaves its state; and what another machine made is left alone', async () => {
    const failing = await server({ takeAway: async () => Promise.reject(new Error('busy')) });
    await codeOf(failing.api.call(routes.removeClone, { params: staging, body: { confirm: 'acme-staging' } }));
    expect(await failing.store.copies.find('acme-staging')).toMatchObject({ state: 'active' });
    const elsewhere = await server({ isHere: async () => false });
    expect(await codeOf(elsewhere.api.call(routes.stopClone, { params: staging }))).toBe('CLONE_ELSEWHERE');
  });
});
