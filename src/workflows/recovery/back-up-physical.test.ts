import { expect, test } from 'vitest';
import { makeCluster } from '../../../test/recovery/made-cluster.ts';
import { makeWorld, nameOf } from '../../../test/recovery/world.ts';
import { Fault } from '../../core/kernel/index.ts';
import { type BackupManifest, isPhysical, parseIndexLine, readPassphrase } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import type { BackUpDeps } from './parts.ts';
import { readLines, readStored } from './read-content.ts';

const idOf = (number: number): string => `2026112${number}T084512Z-physical-00000${number}`;
const full = { method: 'physical', kind: 'full' } as const;
const differential = { method: 'physical', kind: 'differential' } as const;

async function makeArchived() {
  const world = await makeWorld();
  const cluster = makeCluster(world.deps.clock);
  const deps: BackUpDeps = { ...world.deps, physical: cluster.source };
  const take = (number: number, wanted: typeof full | typeof differential = full): Promise<BackupManifest> =>
    backUp(deps, world.request(idOf(number), { wanted }));
  const filesOf = async ({ filestore }: BackupManifest): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const line of readLines(readStored(world.repository, filestore.index))) {
      names.push(parseIndexLine(line)?.sha1 ?? line);
    }
    return names;
  };
  return { ...world, deps, cluster: cluster.made, take, filesOf };
}

const sha1 = (content: string): string => nameOf(content).slice(3);

test('BKP-01, BKP-02: a physical backup names the cluster, its log, its files and what opens it, and is recorded', async () => {
  const { take, repository, store, reports } = await makeArchived();
  const manifest = await take(1);
  if (!isPhysical(manifest)) throw new Error('it is a dump');
  expect(manifest.database).toMatchObject({ kind: 'full', label: 'label-1', needs: [], stanza: 'acme-prod' });
  expect(manifest.database.walStart < manifest.database.walStop).toBe(true);
  expect(manifest.coverage.find(({ part }) => part === 'database')).toMatchObject({
    isCovered: true,
    why: expect.stringContaining('label-1'),
  });
  let text = '';
  for await (const chunk of readStored(repository, manifest.database.passphrase))
    text += new TextDecoder().decode(chunk);
  expect(readPassphrase(text)).toBe('the passphrase of the test');
  for (const body of repository.objects.values()) {
    expect(Buffer.from(body.body).includes('the passphrase of the test')).toBe(false);
  }
  expect(await store.backups.get(idOf(1))).toMatchObject({ state: 'succeeded', method: 'physical', kind: 'full' });
  expect([...new Set(reports.map(({ phase }) => phase))]).toEqual([
    'filestore',
    'cluster',
    'snapshot',
    'log',
    'publish',
  ]);
  expect((await take(2, differential)).database).toMatchObject({ kind: 'differential', needs: ['label-1'] });
});

test('BKP-08: files that come while the cluster is copied are in the pair, also of a row that is just being committed', async () => {
  const { take, made, cluster, filesOf } = await makeArchived();
  cluster.onTake = () => made.files.set(nameOf('came meanwhile'), 'came meanwhile');
  made.attachments = () => ['one', 'came meanwhile'].map(nameOf);
  made.onSnapshot = () => made.files.set(nameOf('not committed yet'), 'not committed yet');
  const files = await filesOf(await take(1));
  expect(files).toContain(sha1('came meanwhile'));
  expect(files).toContain(sha1('not committed yet'));
});

test('without the look at the directory under the lock, the file of a row that is just being committed goes missing', async () => {
  const { deps, made, request, filesOf } = await makeArchived();
  made.onSnapshot = () => made.files.set(nameOf('not committed yet'), 'not committed yet');
  made.attachments = () => [nameOf('one')];
  const blind = { ...deps, source: { ...deps.source, listNames: async function* () {} } };
  const manifest = await backUp(blind, request(idOf(1), { wanted: full }));
  expect(await filesOf(manifest)).not.toContain(sha1('not committed yet'));
});

test('BKP-08: what Odoo deletes between the snapshot and the copying is no longer named, and was copied before', async () => {
  const { take, made, cluster, filesOf } = await makeArchived();
  cluster.onTake = () => made.files.delete(nameOf('two'));
  made.attachments = () => [nameOf('one'), nameOf('three')];
  const manifest = await take(1);
  expect(manifest.filestore.missing).toEqual([]);
  // An earlier instant that the log reaches may name it still.
  expect(await filesOf(manifest)).toContain(sha1('two'));
});

test('BKP-03: a lost segment between the cluster and its files ends the backup, named; nothing is listed', async () => {
  const { take, made, cluster, repository, store } = await makeArchived();
  made.onSnapshot = () => {
    const [first] = [...cluster.archived].sort();
    cluster.archived.delete(first ?? '');
  };
  await expect(take(1)).rejects.toMatchObject({
    code: 'BACKUP_FAILED',
    message: expect.stringContaining('000000010000000000000004'),
  });
  expect((await repository.list('acme-prod')).good).toEqual([]);
  expect(await store.backups.get(idOf(1))).toMatchObject({ state: 'failed', method: 'physical' });
  expect([made.locks, made.open]).toEqual([0, 0]);
});

test('a backup of another cluster than the database lies in is refused', async () => {
  const { take, cluster } = await makeArchived();
  cluster.systemIdentifier = '2';
  await expect(take(1)).rejects.toMatchObject({ code: 'BACKUP_FAILED', message: expect.stringContaining('cluster 2') });
});

test('BKP-02: where no log is archived, a physical one is refused in words', async () => {
  const { request, deps } = await makeArchived();
  const wanted = backUp({ ...deps, physical: undefined }, request(idOf(1), { wanted: full }));
  await expect(wanted).rejects.toMatchObject({
    code: 'PHYSICAL_UNAVAILABLE',
    message: expect.stringContaining('not archived'),
  });
});

test('killed after the cluster was copied, the next run takes that copy over instead of making another', async () => {
  const { take, cluster, made, pass } = await makeArchived();
  made.onSnapshot = () => {
    throw new Error('killed');
  };
  await expect(take(1)).rejects.toThrow('killed');
  made.onSnapshot = () => {};
  expect((await take(1)).database).toMatchObject({ label: 'label-1' });
  expect(cluster.points).toHaveLength(1);
  // One that is in a manifest is never taken again, and an old one is not either.
  await take(2);
  expect(cluster.points.map(({ label }) => label)).toEqual(['label-1', 'label-2']);
  cluster.points.push({ ...(cluster.points[0] ?? expect.fail()), label: 'old' });
  pass(90_000);
  await take(3);
  expect(cluster.points.at(-1)?.label).toBe('label-4');
});

test("a lock of the tool's own is waited for within one run: the ledger has one start and one end", async () => {
  const { deps, request, cluster, store } = await makeArchived();
  const waited: (number | undefined)[] = [];
  const { physical } = deps;
  if (physical === undefined) throw new Error('there is an archive');
  const backups = {
    ...physical.backups,
    take: (...[kind, how]: Parameters<typeof physical.backups.take>) => {
      waited.push(how.waitSeconds);
      return physical.backups.take(kind, how);
    },
  };
  await backUp({ ...deps, physical: { ...physical, backups } }, request(idOf(1), { wanted: full, waitSeconds: 45 }));
  expect(waited).toEqual([45]);
  cluster.onTake = () => {
    throw new Fault('BACKUP_UNDER_WAY', 'pgBackRest could not do backup: unable to acquire lock');
  };
  await expect(backUp(deps, request(idOf(2), { wanted: full, waitSeconds: 45 }))).rejects.toMatchObject({
    code: 'BACKUP_UNDER_WAY',
  });
  const entries = await store.ledger.tail({ limit: 99 });
  const of = (id: string) => entries.filter(({ data }) => data['backup'] === id).map(({ type }) => type);
  expect(of(idOf(1))).toEqual(['backup.started', 'backup.succeeded']);
  expect(of(idOf(2))).toEqual(['backup.started', 'backup.failed']);
});
