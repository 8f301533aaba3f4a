import { expect, test } from 'vitest';
import { makeCluster } from '../../../test/recovery/made-cluster.ts';
import { makeWorld, nameOf } from '../../../test/recovery/world.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import { backUp } from './back-up.ts';
import { filesFor } from './choose-files.ts';
import { fillPlaceFrom } from './fill-place.ts';
import { markFiles } from './mark-files.ts';
import { indexLines } from './sync-filestore.ts';

const id = '20261121T084512Z-physical-000001';
const wanted = { method: 'physical', kind: 'full' } as const;
const sha1 = (content: string): string => nameOf(content).slice(3);

async function makeMarked() {
  const world = await makeWorld();
  const cluster = makeCluster(world.deps.clock);
  const deps = { ...world.deps, physical: cluster.source };
  let instant = Temporal.Instant.from('2026-11-21T08:00:00Z');
  const source = {
    ...deps.source,
    openSnapshot: async () => {
      instant = instant.add({ minutes: 5 });
      return { ...(await deps.source.openSnapshot()), consistentAt: instant };
    },
  };
  const openArchive: OpenArchive = async () => ({ ...cluster.source.backups, close: async () => {} });
  const opened = await createMemoryRestorePlaces().create({ needsBytes: 1 });
  return {
    ...world,
    cluster: cluster.made,
    openArchive,
    place: opened,
    take: () => backUp(deps, world.request(id, { wanted })),
    mark: () => markFiles({ ...deps, source }, { environment: 'acme-prod', writer: 'marker' }),
    marks: () => [...world.repository.objects.keys()].filter((key) => key.includes('/mark-')),
  };
}

test('where there is no physical backup there is nothing to continue', async () => {
  expect(await (await makeMarked()).mark()).toBeUndefined();
});

test('BKP-03: what came since the backup is kept, once, and the newest mark holds all that the earlier ones held', async () => {
  const { take, mark, made, repository, marks } = await makeMarked();
  await take();
  made.files.set(nameOf('first'), 'first');
  expect((await mark())?.filestore).toMatchObject({ files: 1, missing: [] });
  made.files.delete(nameOf('first'));
  made.files.set(nameOf('second'), 'second');
  const read: string[] = [];
  made.onRead = (name) => void read.push(name);
  const second = (await mark()) ?? expect.fail();
  expect(read).toEqual([nameOf('second')]);
  expect(marks()).toHaveLength(1);
  expect(await repository.readMark('acme-prod', id)).toEqual(second);
  const held = await indexLines(repository, second.filestore, undefined);
  expect([...held.keys()].sort()).toEqual(['first', 'second'].map(sha1).sort());
});

test('a backup that a restore in place gave up is not continued: another one is asked for', async () => {
  const { take, mark, cluster } = await makeMarked();
  await take();
  const [{ systemIdentifier, stop = 0n } = expect.fail()] = cluster.points;
  const history = { systemIdentifier, timeline: 2, since: Temporal.Instant.from('2026-11-21T09:00:00Z') };
  cluster.histories.push({ ...history, forks: [{ timeline: 1, at: stop - 1n }] });
  await expect(mark()).rejects.toMatchObject({ code: 'BACKUP_FAILED', details: { backup: id, gap: 'given up' } });
  cluster.histories.splice(0, 1, { ...history, since: undefined, forks: [{ timeline: 1, at: stop }] });
  expect(await mark()).toMatchObject({ backup: id });
});

test('a collection spares what a mark needs, and a withdrawn backup takes its mark along', async () => {
  const { take, mark, made, repository, marks, pass } = await makeMarked();
  await take();
  made.files.set(nameOf('first'), 'first');
  const { filestore } = (await mark()) ?? expect.fail();
  pass(10 * 86_400);
  await repository.collect({ dryRun: false });
  const [line = ''] = (await indexLines(repository, filestore, undefined)).values();
  expect(line).toContain(sha1('first'));
  expect(await repository.checkPiece({ sha256: line.split(' ')[2] ?? '' })).toBe('intact');
  await repository.withdraw('acme-prod', id);
  expect(marks()).toEqual([]);
});

test('a mark that was changed is not believed, and stops a collection instead of misleading it', async () => {
  const { take, mark, repository, marks } = await makeMarked();
  await take();
  await mark();
  const [key = ''] = marks();
  const object = repository.objects.get(key) ?? expect.fail();
  const text = Buffer.from(object.body).toString().replace('acme-prod', 'acme-prob');
  repository.objects.set(key, { ...object, body: new TextEncoder().encode(text) });
  await expect(repository.readMark('acme-prod', id)).rejects.toMatchObject({ code: 'MANIFEST_UNTRUSTED' });
  await expect(repository.collect({ dryRun: true })).rejects.toMatchObject({ code: 'MANIFEST_UNTRUSTED' });
});

test('BKP-03: a gap in the log ends the marks with its name: nothing later can be reached', async () => {
  const { take, mark, cluster } = await makeMarked();
  await take();
  const [first = ''] = [...cluster.archived].sort();
  cluster.archived.delete(first);
  await expect(mark()).rejects.toMatchObject({ message: expect.stringContaining(first) });
});

test('none is made while a backup is written', async () => {
  const { take, mark, repository } = await makeMarked();
  await take();
  const claim = await repository.beginWriting('acme-prod', 'a long backup');
  await expect(mark()).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
  await claim.release();
});

test('RST-05: the files of an instant are in the backup, in its mark and in the first set after it', async () => {
  const { take, mark, made, repository } = await makeMarked();
  const manifest = await take();
  const own = await filesFor(repository, manifest, undefined);
  expect(own).toMatchObject({ at: manifest.consistentAt, keptTo: manifest.consistentAt, sets: [manifest.filestore] });
  made.files.set(nameOf('later'), 'later');
  const kept = (await mark()) ?? expect.fail();
  const between = await filesFor(repository, manifest, kept.at.subtract({ seconds: 30 }));
  expect(between).toMatchObject({ keptTo: kept.at, sets: [manifest.filestore, kept.filestore] });
  expect((await filesFor(repository, manifest, kept.at.add({ seconds: 30 }))).keptTo).toEqual(kept.at);
});

test('RST-05: a place is filled with the cluster of an instant and every file of it', async () => {
  const { take, mark, made, repository, cluster, openArchive, place } = await makeMarked();
  const manifest = await take();
  made.files.set(nameOf('later'), 'later');
  const { at } = (await mark()) ?? expect.fail();
  const deps = { repository, openArchive, jobs: 1 };
  const filled = await fillPlaceFrom(deps, manifest, place, { at, report: () => {} });
  expect(filled.restored.map(({ file }) => file).sort()).toEqual(['one', 'two', 'three', 'later'].map(nameOf).sort());
  expect(cluster.filled).toEqual([{ label: 'label-1', at, timeline: 1 }]);
  const another = await createMemoryRestorePlaces().create({ needsBytes: 1 });
  await fillPlaceFrom(deps, manifest, another, { report: () => {} });
  expect(cluster.filled[1]).toEqual({ label: 'label-1', at: manifest.consistentAt, timeline: 1 });
  // An instant that nobody marked lies in whatever history is the newest.
  const third = await createMemoryRestorePlaces().create({ needsBytes: 1 });
  await fillPlaceFrom(deps, manifest, third, { at: at.subtract({ seconds: 9 }), report: () => {} });
  expect(cluster.filled[2]).toMatchObject({ timeline: undefined });
});

test('RST-03: a recovery that failed is told with what the archive lacks, and without pgBackRest in a word', async () => {
  const { take, repository, cluster, openArchive, place } = await makeMarked();
  const manifest = await take();
  const [lost = ''] = [...cluster.archived].sort();
  cluster.archived.delete(lost);
  const restoreCluster = async (): Promise<never> => {
    throw new Fault('RESTORE_FAILED', 'the log ended');
  };
  const fill = (opener: OpenArchive | undefined) =>
    fillPlaceFrom(
      { repository, openArchive: opener, jobs: 1 },
      manifest,
      { ...place, restoreCluster },
      { report: () => {} },
    );
  await expect(fill(openArchive)).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining(`log ${lost} is missing`),
  });
  await expect(fill(undefined)).rejects.toMatchObject({ code: 'PHYSICAL_UNAVAILABLE' });
});
