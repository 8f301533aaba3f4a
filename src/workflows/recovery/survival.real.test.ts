import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { type Lab, type LabDatabase, startLab } from '../../../test/lab/index.ts';
import { holdDump } from '../../../test/recovery/held-dump.ts';
import { openSmallCluster } from '../../../test/recovery/small-cluster.ts';
import {
  openSurvivalParts,
  type SurvivalPlaces,
  survivalRequest,
  writePrograms,
} from '../../../test/recovery/survival-parts.ts';
import { eventually } from '../../../test/serve.ts';
import { runCommand } from '../../adapters/host/command.ts';
import { createDirectoryObjectStore } from '../../adapters/object-store/directory-object-store.ts';
import { createFileKeyRing } from '../../adapters/repository/file-key-ring.ts';
import { backupId } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { verifyBackup } from './verify-backup.ts';

type Parts = Awaited<ReturnType<typeof openSurvivalParts>>;

const control = await createTestDatabase();
let lab: Lab;
let database: LabDatabase;
let places: SurvivalPlaces;
const opened: Parts[] = [];
const mounted: string[] = [];

beforeAll(async () => {
  lab = await startLab();
  database = await lab.createDatabase();
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-survival-'));
  await chmod(root, 0o755);
  const { url: databaseUrl, filestoreDirectory } = database;
  places = { databaseUrl, filestoreDirectory, storeUrl: control.url, root };
  await createFileKeyRing(join(root, 'keys')).create(Temporal.Now.instant());
  await writePrograms(join(root, 'programs'));
});
afterEach(async () => {
  for (const parts of opened.splice(0)) await parts.close();
  await rm(join(places.root, 'repository'), { recursive: true, force: true });
});
afterAll(async () => {
  for (const place of mounted) await runCommand({ command: ['umount', place], timeoutSeconds: 10 });
  await database.drop();
  await rm(places.root, { recursive: true, force: true });
});

async function open(changes: Parameters<typeof openSurvivalParts>[1] = {}, from = places): Promise<Parts> {
  const parts = await openSurvivalParts(from, changes);
  opened.push(parts);
  return parts;
}

const newId = (): string => backupId(Temporal.Now.instant(), 'logical', randomBytes(4).toString('hex'));

async function listed({ repository }: Parts): Promise<readonly string[]> {
  const { good, bad } = await repository.list('acme');
  expect(bad).toEqual([]);
  return good.map(({ manifest }) => manifest.id);
}

/** Nothing of a run that ended is listed, waits, or lies about. */
async function expectNothingOf(parts: Parts, id: string): Promise<void> {
  expect(await listed(parts)).not.toContain(id);
  expect(await readdir(join(places.root, 'spool')).catch(() => [])).toEqual([]);
}

async function expectIntact({ deps }: Parts, id: string): Promise<void> {
  const report = await verifyBackup(deps, { environment: 'acme', backup: id, report: () => {} });
  expect(report).toMatchObject({ isIntact: true, problems: [] });
}

/** The `pg_dump`s that write into the spool. */
async function dumpers(): Promise<readonly number[]> {
  const words = `--file=${join(places.root, 'spool')}`;
  const found = await runCommand({ command: ['pgrep', '-f', '--', words], timeoutSeconds: 10 }).catch(() => []);
  return found.map(Number);
}

function startDoomed(id: string, phase: string): ChildProcess {
  const program = join(import.meta.dirname, '../../../test/recovery/doomed-backup.ts');
  return spawn(process.execPath, [program, JSON.stringify(places), id, phase], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function killIn(phase: string, id: string): Promise<void> {
  const dump = phase === 'dump' ? await holdDump(database.url, database.name) : undefined;
  const child = startDoomed(id, phase);
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  expect(await Promise.race([once(lines, 'line'), gone])).toEqual([phase]);
  await dump?.untilWaiting();
  child.kill('SIGKILL');
  await gone;
  // Nobody would read what it writes: `pg_dump` ends with whoever started it.
  await eventually(30, async () => ((await dumpers()).length === 0 ? true : undefined));
  await dump?.end();
}

const limit = { timeout: 240_000 };

describe('kill -9 during a backup', limit, () => {
  test('of its maker in every phase: nothing is listed, and the run taken up again ends well and leaves nothing', async () => {
    const id = newId();
    const parts = await open();
    for (const phase of ['filestore', 'snapshot', 'dump', 'store', 'publish']) {
      await killIn(phase, id);
      expect(await listed(parts), phase).toEqual([]);
      expect(await parts.deps.store.backups.get(id), phase).toMatchObject({ state: 'running' });
      // A dump is in the spool from its beginning until it is stored; each run sweeps what the one before left.
      const left = await readdir(join(places.root, 'spool')).catch(() => []);
      expect(left, phase).toHaveLength(['dump', 'store'].includes(phase) ? 1 : 0);
    }
    await backUp(parts.deps, survivalRequest(id));
    expect(await listed(parts)).toEqual([id]);
    expect(await parts.deps.store.backups.get(id)).toMatchObject({ state: 'succeeded' });
    expect(await readdir(join(places.root, 'spool'))).toEqual([]);
    // Files that were being written are no objects, and collection takes them away once they are old.
    const objects = createDirectoryObjectStore(join(places.root, 'repository'));
    await objects.sweep(Temporal.Now.instant().add({ hours: 1 }));
    expect(await readdir(join(places.root, 'repository', '.drafts'))).toEqual([]);
    await expectIntact(parts, id);
  });

  test('of pg_dump: the backup fails with the reason, and the next one is taken', async () => {
    const parts = await open();
    const id = newId();
    const dump = await holdDump(database.url, database.name);
    const failing = expect(backUp(parts.deps, survivalRequest(id))).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    await dump.untilWaiting();
    const found = await dumpers();
    expect(found).not.toEqual([]);
    for (const pid of found) process.kill(pid, 'SIGKILL');
    await failing;
    await dump.end();
    await expectNothingOf(parts, id);
    expect(await parts.deps.store.backups.get(id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('BACKUP_FAILED'),
    });
    const next = newId();
    await backUp(parts.deps, survivalRequest(next));
    expect(await listed(parts)).toEqual([next]);
  });

  test('of PostgreSQL: the backup fails with the reason, and is taken once the database is back', async () => {
    const cluster = await openSmallCluster({ databaseUrl: database.url, programs: join(places.root, 'programs') });
    try {
      const parts = await open({}, { ...places, databaseUrl: cluster.url });
      const id = newId();
      const dump = await holdDump(cluster.url, 'acme');
      const failing = expect(backUp(parts.deps, survivalRequest(id))).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
      await dump.untilWaiting();
      await cluster.kill();
      await failing;
      await dump.end();
      await expectNothingOf(parts, id);
      expect(await parts.deps.store.backups.get(id)).toMatchObject({ state: 'failed' });
      await cluster.start();
      const next = newId();
      await backUp(parts.deps, survivalRequest(next));
      await expectIntact(parts, next);
    } finally {
      await cluster.remove();
    }
  });
});

describe('kill -9 during a check', limit, () => {
  test('of the pg_restore that lists the dump: it fails, calls nothing damaged, and the next one is done', async () => {
    const parts = await open();
    const id = newId();
    await backUp(parts.deps, survivalRequest(id));
    const programs = await writePrograms(join(places.root, 'killed'), '');
    await writeFile(join(programs, 'pg_restore'), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
    const killed = await open({ programs });
    const check = verifyBackup(killed.deps, { environment: 'acme', backup: id, report: () => {} });
    await expect(check).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringContaining('was ended by SIGKILL'),
    });
    expect(await readdir(join(places.root, 'spool'))).toEqual([]);
    await expectIntact(parts, id);
  });
});

/** A file system of its own, so small that it is full at once. */
async function mountSmall(megabytes: number): Promise<string> {
  const place = await mkdtemp(join(places.root, 'small-'));
  const options = `size=${megabytes}m,mode=0700`;
  await runCommand({ command: ['mount', '-t', 'tmpfs', '-o', options, 'plimsoll-small', place], timeoutSeconds: 10 });
  mounted.push(place);
  return place;
}

describe('a full disk', limit, () => {
  test('under the repository: nothing is listed, and with room again the same run ends well', async () => {
    const root = await mountSmall(1);
    await mkdir(join(root, 'repository'));
    const parts = await open({ objects: createDirectoryObjectStore(join(root, 'repository')) });
    const id = newId();
    await expect(backUp(parts.deps, survivalRequest(id))).rejects.toMatchObject({ code: 'REPOSITORY_FULL' });
    await expectNothingOf(parts, id);
    expect(await parts.deps.store.backups.get(id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('REPOSITORY_FULL'),
    });
    await runCommand({ command: ['mount', '-o', 'remount,size=100m', root], timeoutSeconds: 10 });
    await backUp(parts.deps, survivalRequest(id));
    await expectIntact(parts, id);
  });

  test('under the spool, in the middle of the dump: it fails, is cleared away, and the next one is taken', async () => {
    const spool = await mountSmall(160);
    const filler = join(spool, 'filler');
    const fill = `head -c 300M /dev/zero > "${filler}" 2>/dev/null`;
    const programs = await writePrograms(join(places.root, 'filling'), fill);
    const parts = await open({ spool, programs });
    const id = newId();
    await expect(backUp(parts.deps, survivalRequest(id))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await listed(parts)).toEqual([]);
    expect(await readdir(spool)).toEqual(['filler']);
    await rm(filler);
    const again = await open({ spool });
    await backUp(again.deps, survivalRequest(id));
    await expectIntact(again, id);
  });
});

describe('two controllers', limit, () => {
  test('that start a backup of one environment: one is taken, the other is told so, and one is listed', async () => {
    const [one, other] = [await open(), await open()];
    const ids = [newId(), newId()];
    const ends = await Promise.allSettled(
      [one, other].map((parts, at) => backUp(parts.deps, survivalRequest(ids[at] ?? ''))),
    );
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'BACKUP_UNDER_WAY' } }]);
    const taken = ids[ends.findIndex(({ status }) => status === 'fulfilled')] ?? '';
    expect(await listed(one)).toEqual([taken]);
    const runs = await one.deps.store.backups.list({ environment: 'acme', limit: 100 });
    expect(runs.filter(({ id }) => ids.includes(id))).toMatchObject([{ id: taken, state: 'succeeded' }]);
    await expectIntact(one, taken);
  });

  test('that run the same run: it is listed once and whole, and recorded as what it is', async () => {
    const [one, other] = [await open(), await open()];
    const id = newId();
    const ends = await Promise.allSettled([one, other].map((parts) => backUp(parts.deps, survivalRequest(id))));
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await listed(one)).toEqual([id]);
    expect(await one.deps.store.backups.get(id)).toMatchObject({ state: 'succeeded', reason: null });
    await expectIntact(one, id);
    expect(await readdir(join(places.root, 'spool'))).toEqual([]);
  });
});
