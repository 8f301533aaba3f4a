import { describe, expect, test } from 'vitest';
import { labEnvironment } from '../../../test/lab-environment.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { deriveCopy, type EnvironmentCopy } from '../../core/recovery/index.ts';
import { type CopyDependencies, moveCopy, removeCopy, requestCopy } from './copies.ts';
import { expireCopies } from './expire-copies.ts';

const now = Temporal.Instant.from('2026-11-21T12:00:00Z');
const source = labEnvironment({ url: 'http://127.0.0.1:9', database: 'acme', login: 'admin' });
const actor = { kind: 'cli', name: 'clone' } as const;

const copyOf = (name: string, expiresAt: Temporal.Instant | null): EnvironmentCopy =>
  deriveCopy(source, {
    id: `00000000-0000-4000-8000-${name.length.toString().padStart(12, '0')}`,
    name,
    purpose: 'clone',
    stage: 'staging',
    ports: { postgres: 1, web: 2, gevent: 3 },
    isLive: false,
    isAnonymised: false,
    isReduced: false,
    backup: 'b',
    reachesAt: now,
    createdAt: now,
    expiresAt,
  });

const serving = async (deps: CopyDependencies, copy: EnvironmentCopy): Promise<void> => {
  await requestCopy(deps, copy);
  await moveCopy(deps, copy, { to: 'provisioned', reason: 'its data is in place' });
  await moveCopy(deps, copy, { to: 'active', reason: 'it serves' });
};

const open = (at = now) => ({ store: createMemoryStore(), clock: { now: () => at }, actor });

describe('EST-11: the life of a copy', () => {
  test('it is requested, provisioned, active, retired; each with its entry in the ledger', async () => {
    const deps = open();
    const copy = copyOf('acme-staging', null);
    await serving(deps, copy);
    const taken: string[] = [];
    await removeCopy(deps, copy, async ({ name }) => void taken.push(name), 'somebody removed it');
    expect(taken).toEqual(['acme-staging']);
    const entries = await deps.store.ledger.tail({ limit: 10, subject: 'environment/acme-staging' });
    expect(entries.map(({ data }) => data['to'])).toEqual(['requested', 'provisioned', 'active', 'retired']);
    expect(await deps.store.copies.find('acme-staging')).toBeUndefined();
  });

  test('a retired copy does not come back: it is refused, and the refusal is recorded', async () => {
    const deps = open();
    const copy = copyOf('acme-staging', null);
    await serving(deps, copy);
    await removeCopy(deps, copy, async () => {}, 'somebody removed it');
    expect(await moveCopy(deps, copy, { to: 'active', reason: 'again' })).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'LIFECYCLE_RETIRED' }],
    });
    const [last] = (await deps.store.ledger.tail({ limit: 1 })).values();
    expect(last).toMatchObject({ type: 'environment.transition-refused' });
  });

  test('what could not be taken away stays known, so that it is tried again', async () => {
    const deps = open();
    const copy = copyOf('acme-staging', null);
    await serving(deps, copy);
    const failing = removeCopy(deps, copy, async () => Promise.reject(new Error('busy')), 'somebody removed it');
    await expect(failing).rejects.toThrow('busy');
    expect(await deps.store.copies.find('acme-staging')).toMatchObject({ state: 'active' });
  });
});

describe('EST-11: a copy is removed when its date has come', () => {
  const names = ['acme-a', 'acme-bb', 'acme-ccc', 'acme-dddd'];
  const expiring = async (here: readonly string[]) => {
    const deps = open(now.add({ hours: 2 }));
    const dates = [now.add({ hours: 1 }), now.add({ hours: 3 }), null, now.add({ hours: 2 })];
    for (const [index, name] of names.entries()) await serving(deps, copyOf(name, dates[index] ?? null));
    const taken: string[] = [];
    const removed = await expireCopies({
      ...deps,
      isHere: async ({ name }) => here.includes(name),
      takeAway: async ({ name }) => {
        if (name === 'acme-a' && !here.includes('acme-bb')) throw new Error('busy');
        taken.push(name);
      },
      log: () => {},
    });
    return { deps, taken, removed };
  };

  test('those and no others, with the reason in the ledger', async () => {
    const { deps, taken, removed } = await expiring(names);
    expect([...taken].sort()).toEqual(['acme-a', 'acme-dddd']);
    expect([...removed].sort()).toEqual(['acme-a', 'acme-dddd']);
    const [entry] = await deps.store.ledger.tail({ limit: 1, subject: 'environment/acme-a' });
    expect(String(entry?.data['reason'])).toContain('it expired at');
  });

  test('only where it lies; and one that cannot be removed does not keep the others', async () => {
    expect((await expiring(['acme-dddd', 'acme-bb'])).removed).toEqual(['acme-dddd']);
    const { removed, deps } = await expiring(['acme-a', 'acme-dddd']);
    expect(removed).toEqual(['acme-dddd']);
    expect(await deps.store.copies.find('acme-a')).toMatchObject({ state: 'active' });
  });
});
