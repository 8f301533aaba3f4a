import { expect, test } from 'vitest';
import { makeCluster } from '../../../test/recovery/made-cluster.ts';
import { makeWorld } from '../../../test/recovery/world.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import { backUp } from './back-up.ts';
import { verifyBackup } from './verify-backup.ts';

const id = '20261121T084512Z-physical-000001';

async function makeTaken() {
  const world = await makeWorld();
  const { made: cluster, source } = makeCluster(world.deps.clock);
  const deps = { ...world.deps, physical: source };
  const manifest = await backUp(deps, world.request(id, { wanted: { method: 'physical', kind: 'full' } }));
  const opened: string[] = [];
  let open = 0;
  const openArchive: OpenArchive = async ({ passphrase }) => {
    opened.push(passphrase.reveal());
    open += 1;
    const close = async (): Promise<void> => {
      open -= 1;
    };
    return { ...source.backups, close };
  };
  const request = { environment: 'acme-prod', backup: id, report: () => {} };
  const verify = (opener: OpenArchive | undefined = openArchive) =>
    verifyBackup({ ...world.deps, openArchive: opener }, request);
  return { ...world, cluster, manifest, verify, opened, stillOpen: () => open };
}

test('BKP-01: a physical backup is verified with what it carries itself, and whatever was opened is closed', async () => {
  const { verify, opened, stillOpen } = await makeTaken();
  expect(await verify()).toMatchObject({ isIntact: true, problems: [] });
  expect(opened).toEqual(['the passphrase of the test']);
  expect(stillOpen()).toBe(0);
});

test('BKP-03: a lost segment, a damaged one and a label that is gone are named', async () => {
  const { verify, cluster } = await makeTaken();
  const [first = ''] = [...cluster.archived].sort();
  cluster.archived.delete(first);
  expect((await verify()).problems).toMatchObject([{ what: 'log', name: first, state: 'missing' }]);
  cluster.archived.add(first);
  cluster.damaged = [`15-1/0000000100000000/${first}-${'a'.repeat(40)}.zst: invalid checksum`];
  expect((await verify()).problems).toMatchObject([{ what: 'log', name: first, state: 'altered' }]);
  cluster.points.splice(0);
  expect((await verify()).problems).toMatchObject([{ what: 'database', name: 'label-1', state: 'missing' }]);
});

test('what it carries to open the database is content like every other: without it, that is what is wrong', async () => {
  const { verify, repository, manifest, opened } = await makeTaken();
  if (manifest.database.method !== 'physical') throw new Error('it is a dump');
  const [piece] = manifest.database.passphrase.pieces;
  for (const key of repository.objects.keys()) {
    if (key.endsWith(piece?.sha256 ?? 'none')) repository.objects.delete(key);
  }
  expect((await verify()).problems).toMatchObject([{ what: 'database', name: 'pgbackrest.json', state: 'missing' }]);
  expect(opened).toEqual([]);
});

test('where pgBackRest is not to be had, nothing is said to be intact', async () => {
  const { deps, repository } = await makeTaken();
  const request = { environment: 'acme-prod', backup: id, report: () => {} };
  await expect(verifyBackup({ ...deps, repository }, request)).rejects.toMatchObject({ code: 'PHYSICAL_UNAVAILABLE' });
});
