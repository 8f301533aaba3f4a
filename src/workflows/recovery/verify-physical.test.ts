import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeCluster } from '../../../test/recovery/made-cluster.ts';
import { makeWorld, nameOf } from '../../../test/recovery/world.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import { backUp } from './back-up.ts';
import { markFiles } from './mark-files.ts';
import type { BackUpDeps } from './parts.ts';
import { storeAttachments } from './store-attachments.ts';
import { verifyBackup } from './verify-backup.ts';

const id = '20261121T084512Z-physical-000001';

const people = (file: string) => ({ name: `scan ${file}.pdf`, model: 'res.partner', record: 12 });

async function makeTaken(prepare: (world: Awaited<ReturnType<typeof makeWorld>>) => Partial<BackUpDeps> = () => ({})) {
  const world = await makeWorld();
  const { made: cluster, source } = makeCluster(world.deps.clock);
  world.made.attachmentOf = people;
  const deps = { ...world.deps, physical: source, ...prepare(world) };
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
  const mark = () => markFiles({ ...deps, physical: source }, { environment: 'acme-prod', writer: 'marker' });
  /** Takes the object away that holds a content. */
  const lose = (sha256: string | undefined): void => {
    for (const key of world.repository.objects.keys()) {
      if (key.endsWith(sha256 ?? 'none')) world.repository.objects.delete(key);
    }
  };
  return { ...world, cluster, manifest, verify, opened, stillOpen: () => open, mark, lose };
}

const sha256Of = (content: string): string => createHash('sha256').update(content).digest('hex');

test('BKP-08: a file that is gone from the repository is named with the attachment, its model and its record', async () => {
  const { verify, lose } = await makeTaken();
  lose(sha256Of('two'));
  const report = await verify();
  expect(report).toMatchObject({ isIntact: false, namesAttachments: true });
  expect(report.problems).toMatchObject([
    {
      what: 'filestore',
      name: nameOf('two'),
      state: 'missing',
      attachments: [{ id: expect.any(Number), ...people(nameOf('two')) }],
    },
  ]);
});

test('BKP-03: so is a file that came since the backup, and what continues it is read with it', async () => {
  const { verify, lose, mark, made, repository } = await makeTaken();
  made.files.set(nameOf('later'), 'later');
  await mark();
  expect(await verify()).toMatchObject({ isIntact: true, problems: [] });
  lose(sha256Of('later'));
  expect((await verify()).problems).toMatchObject([
    { what: 'filestore', name: nameOf('later'), state: 'missing', attachments: [people(nameOf('later'))] },
  ]);
  for (const [key, object] of repository.objects) {
    if (key.includes('/mark-')) repository.objects.set(key, { ...object, body: object.body.slice(1) });
  }
  expect((await verify()).problems).toMatchObject([{ what: 'manifest', name: `${id}/mark`, state: 'altered' }]);
});

test('BKP-08: a database that names a file which the set does not have is found, and the attachment named', async () => {
  const { verify } = await makeTaken(({ deps }) => ({
    source: {
      ...deps.source,
      openSnapshot: async () => {
        const snapshot = await deps.source.openSnapshot();
        const attachments = async function* () {
          yield [{ id: 99, file: nameOf('another time'), ...people('x') }];
        };
        return { ...snapshot, attachments };
      },
    },
  }));
  expect((await verify()).problems).toMatchObject([
    { what: 'filestore', state: 'missing', name: nameOf('another time'), attachments: [{ id: 99 }] },
  ]);
});

test('the list of attachments is content like every other: lost, it is named, and the files are checked all the same', async () => {
  const { verify, lose, manifest } = await makeTaken();
  lose(manifest.database.method === 'physical' ? manifest.database.attachments?.pieces[0]?.sha256 : undefined);
  lose(sha256Of('two'));
  expect((await verify()).problems).toMatchObject([
    { what: 'filestore', name: nameOf('two'), state: 'missing', attachments: [] },
    { what: 'attachments', name: 'attachments', state: 'missing' },
  ]);
});

test('a backup from before the list was kept is verified, and says that it keeps no names', async () => {
  const { verify, lose } = await makeTaken(({ repository }) => ({
    repository: {
      ...repository,
      publish: async (manifest, pieces) => {
        if (manifest.database.method !== 'physical') throw new Error('it is a dump');
        const { attachments: _, ...database } = manifest.database;
        await repository.publish({ ...manifest, database }, pieces);
      },
    },
  }));
  expect(await verify()).toMatchObject({ isIntact: true, problems: [], namesAttachments: false });
  lose(sha256Of('two'));
  expect((await verify()).problems).toMatchObject([{ name: nameOf('two'), state: 'missing', attachments: [] }]);
});

test('a list of millions is sealed piece by piece while it is read', async () => {
  const { deps, repository } = await makeTaken();
  const snapshot = await deps.source.openSnapshot();
  const steps: string[] = [];
  const batch = Array.from({ length: 5_000 }, (_, at) => ({ id: at, file: nameOf('one'), ...people('x'.repeat(200)) }));
  const attachments = async function* () {
    for (let read = 0; read < 30; read += 1) {
      steps.push('read');
      yield batch;
    }
  };
  const putPiece: typeof repository.putPiece = (plain) => {
    steps.push('sealed');
    return repository.putPiece(plain);
  };
  const signal = new AbortController().signal;
  const { file } = await storeAttachments({ putPiece }, { ...snapshot, attachments }, { signal });
  expect(file.pieces.length).toBeGreaterThan(1);
  // Never more of it in memory than one piece and what was read last.
  const most = Math.ceil(file.pieces[0]?.bytes ?? 0) / (file.bytes / 30) + 1;
  let held = 0;
  for (const step of steps) {
    held = step === 'read' ? held + 1 : 0;
    expect(held).toBeLessThanOrEqual(Math.ceil(most));
  }
});

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
  const { verify, lose, manifest, opened } = await makeTaken();
  if (manifest.database.method !== 'physical') throw new Error('it is a dump');
  lose(manifest.database.passphrase.pieces[0]?.sha256);
  expect((await verify()).problems).toMatchObject([{ what: 'database', name: 'pgbackrest.json', state: 'missing' }]);
  expect(opened).toEqual([]);
});

test('where pgBackRest is not to be had, nothing is said to be intact', async () => {
  const { deps, repository } = await makeTaken();
  const request = { environment: 'acme-prod', backup: id, report: () => {} };
  await expect(verifyBackup({ ...deps, repository }, request)).rejects.toMatchObject({ code: 'PHYSICAL_UNAVAILABLE' });
});
