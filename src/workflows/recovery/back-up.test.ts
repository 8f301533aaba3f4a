import { describe, expect, test } from 'vitest';
import { makeWorld, nameOf } from '../../../test/recovery/world.ts';
import { Fault } from '../../core/kernel/index.ts';
import { parseIndexLine } from '../../core/recovery/index.ts';
import { backUp } from './back-up.ts';
import { readLines, readStored } from './read-content.ts';

const first = '20261121T084512Z-logical-000001';
const second = '20261121T094512Z-logical-000002';

type World = Awaited<ReturnType<typeof makeWorld>>;

async function indexOf(world: World, id: string): Promise<readonly string[]> {
  const { manifest } = await world.repository.read('acme-prod', id);
  const names: string[] = [];
  for await (const line of readLines(readStored(world.repository, manifest.filestore.index))) {
    names.push(parseIndexLine(line)?.sha1 ?? `not a line: ${line}`);
  }
  return names;
}

async function listed(world: World): Promise<readonly string[]> {
  return (await world.repository.list('acme-prod')).good.map(({ manifest }) => manifest.id);
}

async function expectNothingLeft(world: World): Promise<void> {
  expect([world.made.locks, world.made.open, world.openSpools()]).toEqual([0, 0, 0]);
  // The claim is given up: another may write at once.
  await (await world.repository.beginWriting('acme-prod', 'next')).release();
}

describe('a logical backup', () => {
  test('holds exactly the files of the snapshot, says what it covers, and is recorded (BKP-01)', async () => {
    const world = await makeWorld();
    world.made.files.set(nameOf('not in the database'), 'not in the database');
    world.made.attachments = () => ['one', 'two', 'three'].map(nameOf);
    const manifest = await backUp(world.deps, world.request(first));
    expect(await listed(world)).toEqual([first]);
    expect(await indexOf(world, first)).toEqual(['one', 'two', 'three'].map((each) => nameOf(each).slice(3)).sort());
    expect(manifest.filestore).toMatchObject({ files: 3, bytes: 11, missing: [] });
    expect(manifest.integrations?.map(({ name, references }) => [name, ...references])).toEqual([
      ['dhl', 'env:DHL_URL'],
      ['wms'],
    ]);
    expect(manifest.coverage.filter(({ isCovered }) => !isCovered).map(({ part }) => part)).toEqual([
      'configuration',
      'secret-recovery',
    ]);
    expect(await world.store.backups.get(first)).toMatchObject({ state: 'succeeded', figures: { filestoreFiles: 3 } });
    const types = (await world.store.ledger.tail({ limit: 9, subject: 'environment/acme-prod' })).map(
      ({ type }) => type,
    );
    expect(types).toEqual(['backup.started', 'backup.succeeded']);
    expect(new Set(world.reports.map(({ phase }) => phase))).toEqual(
      new Set(['filestore', 'snapshot', 'dump', 'store', 'publish']),
    );
    await expectNothingLeft(world);
  });

  test('names the integrations by the documents in it, and says which declared one they do not name (BKP-01)', async () => {
    const world = await makeWorld();
    const around = await world.deps.surroundings();
    const declaredIntegrations = [...around.declaredIntegrations, 'late'];
    const surroundings = async () => ({ ...around, declaredIntegrations });
    const manifest = await backUp({ ...world.deps, surroundings }, world.request(first));
    const part = manifest.coverage.find((each) => each.part === 'integrations');
    expect(part).toEqual({ part: 'integrations', isCovered: false, why: 'it does not name late' });
  });

  test('that follows reads only what is new, and adds only what changed', async () => {
    const world = await makeWorld();
    await backUp(world.deps, world.request(first));
    const read: string[] = [];
    world.made.onRead = (name) => void read.push(name);
    world.made.files.set(nameOf('four'), 'four');
    const manifest = await backUp(world.deps, world.request(second));
    expect(read).toEqual([nameOf('four')]);
    expect(manifest.filestore.files).toBe(4);
    expect(await indexOf(world, second)).toHaveLength(4);
  });

  test('that follows heals what the repository has lost meanwhile', async () => {
    const world = await makeWorld();
    const { filestore } = await backUp(world.deps, world.request(first));
    let lost = '';
    for await (const line of readLines(readStored(world.repository, filestore.index))) {
      if (line.startsWith(nameOf('two').slice(3))) lost = parseIndexLine(line)?.pieces[0]?.sha256 ?? '';
    }
    for (const key of world.repository.objects.keys()) if (key.includes(lost)) world.repository.objects.delete(key);
    await backUp(world.deps, world.request(second));
    expect(await world.repository.checkPiece({ sha256: lost, bytes: 3 })).toBe('intact');
  });

  test('copies under the lock what came and what would go after the bulk', async () => {
    const world = await makeWorld();
    let isTaken = false;
    world.made.attachments = () => {
      // Between the bulk and the snapshot a file came; it is named.
      world.made.files.set(nameOf('late'), 'late');
      return [...world.made.files.keys()];
    };
    world.made.onRead = (name) => {
      if (name === nameOf('late')) isTaken = world.made.locks === 1;
    };
    const manifest = await backUp(world.deps, world.request(first));
    expect(isTaken).toBe(true);
    expect(manifest.filestore).toMatchObject({ files: 4, missing: [] });
  });

  test('names what was lost at the source: no file, a damaged one, or a name that is none', async () => {
    const world = await makeWorld();
    world.made.files.set(nameOf('two'), 'damaged');
    const strange = 's3://elsewhere';
    world.made.attachments = () => [...['one', 'two', 'three', 'gone'].map(nameOf), strange];
    const manifest = await backUp(world.deps, world.request(first));
    expect([...manifest.filestore.missing].sort()).toEqual([nameOf('two'), nameOf('gone'), strange].sort());
    expect(manifest.filestore.files).toBe(2);
  });
});

describe('a backup that fails', () => {
  test('is not listed, says why, and leaves nothing behind', async () => {
    const world = await makeWorld();
    world.made.dumpFault = new Fault('DISK_FULL', 'The spool is full.');
    await expect(backUp(world.deps, world.request(first))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await listed(world)).toEqual([]);
    expect(await world.store.backups.get(first)).toMatchObject({
      state: 'failed',
      reason: 'DISK_FULL: The spool is full.',
    });
    const [, failed] = await world.store.ledger.tail({ limit: 9 });
    expect(failed).toMatchObject({ type: 'backup.failed', data: { reason: 'DISK_FULL: The spool is full.' } });
    await expectNothingLeft(world);
  });

  test('an empty dump with exit code 0 is none (BKP-07)', async () => {
    const world = await makeWorld();
    const empty = { ...world.deps, inspector: { ...world.deps.inspector, tables: async () => [] } };
    await expect(backUp(empty, world.request(first))).rejects.toMatchObject({
      message: 'The dump holds no table at all.',
    });
    world.made.dumpFiles = new Map([...world.made.dumpFiles, ['4.dat', '\\.\n\n\n']]);
    await expect(backUp(world.deps, world.request(first))).rejects.toMatchObject({
      message: 'The dump holds no rows of sale_order, and the database has 3.',
    });
    world.made.dumpFiles = new Map([...world.made.dumpFiles].filter(([path]) => path !== '1.dat'));
    await expect(backUp(world.deps, world.request(first))).rejects.toThrow('1.dat');
    expect(await listed(world)).toEqual([]);
    await expectNothingLeft(world);
  });

  test('by cancelling stops at once, and nothing of it is listed', async () => {
    const world = await makeWorld();
    const stop = new AbortController();
    world.made.onSnapshot = () => stop.abort(new Error('interrupted by SIGINT'));
    await expect(backUp(world.deps, world.request(first, { signal: stop.signal }))).rejects.toThrow('SIGINT');
    expect(await listed(world)).toEqual([]);
    expect(await world.store.backups.get(first)).toMatchObject({ state: 'cancelled', reason: 'interrupted by SIGINT' });
    expect((await world.store.ledger.tail({ limit: 1 }))[0]).toMatchObject({ type: 'backup.cancelled' });
    await expectNothingLeft(world);
  });
});

describe('two writers', () => {
  test('of one environment exclude each other', async () => {
    const world = await makeWorld();
    const claim = await world.repository.beginWriting('acme-prod', 'another controller');
    await expect(backUp(world.deps, world.request(first))).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
    expect(await world.store.backups.get(first)).toBeUndefined();
    await claim.release();
    await backUp(world.deps, world.request(first));
  });

  test('a run that was killed is settled by the next: failed, or succeeded where it had published', async () => {
    const world = await makeWorld();
    const manifest = await backUp(world.deps, world.request(first));
    const record = await world.store.backups.get(first);
    if (record === undefined) throw new Error('the run was not recorded');
    // As a kill -9 between publishing and recording leaves it, and one in the middle.
    await world.store.backups.begin({ ...record, state: 'running', finishedAt: null, figures: null });
    const killed = '20261121T084513Z-logical-000009';
    await world.store.backups.begin({ ...record, id: killed, state: 'running', finishedAt: null, figures: null });
    await backUp(world.deps, world.request(second));
    expect(await world.store.backups.get(first)).toMatchObject({
      state: 'succeeded',
      figures: { addedBytes: manifest.addedBytes },
    });
    expect(await world.store.backups.get(killed)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('ended'),
    });
    expect(await listed(world)).toEqual([first, second]);
  });

  test('a run that is taken up again after it had published is done once', async () => {
    const world = await makeWorld();
    const before = await backUp(world.deps, world.request(first));
    world.made.onSnapshot = () => {
      throw new Error('it must not begin again');
    };
    expect(await backUp(world.deps, world.request(first))).toEqual(before);
    expect(await listed(world)).toEqual([first]);
  });
});
