import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLab } from '../../../test/lab/index.ts';
import { hostPaths } from '../../core/compile/host/index.ts';
import { ensureOdooUser, superuserOf } from '../host/cluster.ts';
import { machineCache } from '../host/places.ts';
import { createHostRestorePlaces } from './host-restore-places.ts';
import { layoutOf } from './layout.ts';
import { copyPreparedCluster } from './prepared-cluster.ts';

let root: string;

beforeAll(async () => {
  await startLab();
  root = await mkdtemp(join(tmpdir(), 'plimsoll-prepared-'));
  await chmod(root, 0o755);
}, 600_000);
afterAll(() => rm(root, { recursive: true, force: true }));

async function emptyLayout(name: string) {
  const directory = join(root, name);
  await mkdir(directory, { mode: 0o755 });
  const layout = await layoutOf(directory, '/nonexistent', 5432);
  await ensureOdooUser(layout);
  return layout;
}

test('an empty cluster is initialised once and copied after; what a killed maker left does not count', async () => {
  const cache = join(root, 'cache');
  const prepared = join(cache, 'empty-clusters');
  await mkdir(join(prepared, 'draft', 'postgres'), { recursive: true });
  await writeFile(join(prepared, 'draft', 'postgres', 'half'), 'made');
  const first = await emptyLayout('first');
  await copyPreparedCluster(first, cache);
  const [made = '', ...others] = await readdir(prepared);
  expect(others).toEqual([]);
  expect(made).toMatch(/^[0-9a-f]{16}$/);
  const { ino } = await stat(join(prepared, made));
  const second = await emptyLayout('second');
  await copyPreparedCluster(second, cache);
  expect((await stat(join(prepared, made))).ino).toBe(ino);
  for (const layout of [first, second]) {
    expect(await readdir(hostPaths(layout).postgresData)).toContain('PG_VERSION');
  }
}, 300_000);

test('a place that is thrown away has a password of its own, and gives nothing away', async () => {
  const places = createHostRestorePlaces({ root: join(root, 'places'), cacheDirectory: machineCache });
  const passwords: string[] = [];
  for (let made = 0; made < 2; made += 1) {
    const place = await places.create({ needsBytes: 1, isThrownAway: true });
    try {
      await place.ready();
      const layout = await layoutOf(place.directory, '/nonexistent', 5432);
      passwords.push(await superuserOf(layout).password());
      await expect(place.release('acme')).rejects.toThrow('gives nothing away');
    } finally {
      await place.remove();
    }
  }
  expect(new Set(passwords).size).toBe(2);
}, 300_000);
