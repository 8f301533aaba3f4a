import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCopyMarks } from '../../src/adapters/host/copy-marks.ts';
import { createPostgresStore } from '../../src/adapters/postgres/index.ts';
import { deriveCopy, type EnvironmentCopy } from '../../src/core/recovery/index.ts';
import { moveCopy, requestCopy } from '../../src/workflows/recovery/copies.ts';
import { createTestDatabase } from '../embedded-store.ts';
import { labEnvironment } from '../lab-environment.ts';
import { eventually, startServe } from '../serve.ts';

// Copies whose date has come, and a controller that runs: `plimsoll serve` as it is started, with records of its own.

const database = await createTestDatabase();
const store = createPostgresStore(database.sql);
const work = await mkdtemp(join(tmpdir(), 'plimsoll-expiry-'));
const state = join(work, 'state');
const marks = createCopyMarks(state);
const clock = { now: () => Temporal.Now.instant() };
const deps = { store, clock, actor: { kind: 'cli', name: 'clone' } as const };
const source = labEnvironment({ url: 'http://127.0.0.1:9', database: 'acme', login: 'admin' });

/** A copy that serves, as the records have it, with something lying where its data would. */
async function lay(name: string, expiresInHours: number | undefined): Promise<EnvironmentCopy> {
  const now = clock.now();
  const copy = deriveCopy(source, {
    id: randomUUID(),
    name,
    purpose: 'clone',
    stage: 'staging',
    ports: { postgres: 1, web: 2, gevent: 3 },
    isLive: false,
    isAnonymised: false,
    isReduced: false,
    backup: '20261121T084512Z-logical-000001',
    reachesAt: now,
    createdAt: now,
    expiresAt: expiresInHours === undefined ? null : now.add({ hours: expiresInHours }),
  });
  await requestCopy(deps, copy);
  await moveCopy(deps, copy, { to: 'provisioned', reason: 'its data is in place' });
  await moveCopy(deps, copy, { to: 'active', reason: 'it serves' });
  await mkdir(join(state, name), { recursive: true });
  await writeFile(join(state, name, 'content'), 'of somebody');
  return copy;
}

const isThere = (name: string): Promise<boolean> =>
  access(join(state, name, 'content')).then(
    () => true,
    () => false,
  );

let foreign: EnvironmentCopy;
beforeAll(async () => {
  await writeFile(join(work, 'estate.yaml'), 'kind: Estate\nname: northsea\n');
  await marks.mark(await lay('acme-lasting', 24));
  await marks.mark(await lay('acme-for-good', undefined));
  await marks.mark(await lay('acme-over', -1));
  // The newest is looked at first: once the one before it is gone, this one was left alone.
  foreign = await lay('acme-foreign', -2);
}, 60_000);
afterAll(() => rm(work, { recursive: true, force: true }));

test('EST-11: a controller that runs removes what has expired and was made here, and nothing else', {
  timeout: 400_000,
}, async () => {
  const serve = await startServe({ estate: work, state, environment: { PLIMSOLL_DATABASE_URL: database.url } });
  const gone = await eventually(240, async () => {
    const copies = await store.copies.list({ includeRetired: true, limit: 10 });
    return copies.find(({ name, state: reached }) => name === 'acme-over' && reached === 'retired');
  });
  await serve.kill('SIGTERM');
  expect(await isThere('acme-over')).toBe(false);
  expect(await marks.isMarked(gone)).toBe(false);
  const [entry] = await store.ledger.tail({ limit: 1, subject: 'environment/acme-over' });
  expect(entry).toMatchObject({ actor: { kind: 'controller' }, data: { from: 'active', to: 'retired' } });
  expect(String(entry?.data['reason'])).toContain('it expired at');
  for (const name of ['acme-lasting', 'acme-for-good', 'acme-foreign']) {
    expect(await store.copies.find(name)).toMatchObject({ state: 'active' });
    expect(await readFile(join(state, name, 'content'), 'utf8')).toBe('of somebody');
  }
});

test('EST-11: without the mark of this machine to go by, what merely has the name would be removed', {
  timeout: 400_000,
}, async () => {
  await marks.mark(foreign);
  const serve = await startServe({ estate: work, state, environment: { PLIMSOLL_DATABASE_URL: database.url } });
  await eventually(240, async () => ((await isThere('acme-foreign')) ? undefined : true));
  await serve.kill('SIGTERM');
  expect(await isThere('acme-lasting')).toBe(true);
});
