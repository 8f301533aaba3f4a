import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { asSuperuser } from '../../src/adapters/host/cluster.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createS3ObjectStore } from '../../src/adapters/object-store/s3/s3-object-store.ts';
import { createArchiveOpener, createStanzaCopier, type StanzaPlace } from '../../src/adapters/pgbackrest/apart.ts';
import {
  createBackupCopier,
  createBackupRepository,
  type RepositoryOptions,
} from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import type { PhysicalDatabase } from '../../src/core/recovery/index.ts';
import { environment, idOf, publishExample } from '../../src/ports/backup-repository.fixture.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { PhysicalRestorePoint } from '../../src/ports/physical-backup.ts';
import { type ObjectServer, startObjectServer } from '../lab/s3.ts';
import { startTlsFront, type TlsFront } from '../lab/tls-front.ts';
import { type ArchivedCluster, openArchivedCluster, quiet } from './archived-cluster.ts';

// Copies from a directory into a bucket of a real S3 service, and from there into a directory: dumps, and pgBackRest's part.

const bucket = 'copies';
const stanza = 'acme';
const passphrase = createSecret('test', 'a passphrase of the test');
const s3 = { accessKey: createSecret('test', 'test'), secretKey: createSecret('test', 'test') };
let server: ObjectServer;
let front: TlsFront;
let cluster: ArchivedCluster;

beforeAll(async () => {
  server = await startObjectServer();
  front = await startTlsFront(server.url);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint: server.url, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  cluster = await openArchivedCluster(stanza);
  await asSuperuser(cluster.layout, (sql) => sql`create table movement (id int primary key)`);
}, 900_000);

afterAll(async () => {
  await cluster?.remove();
  await front?.close();
  await server?.stop();
}, 120_000);

const inBucket = (prefix: string): ObjectStore =>
  createS3ObjectStore({ bucket, prefix, endpoint: server.url, awsRegion: 'us-east-1', ...s3 });

async function contentOf({ store }: RepositoryOptions): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of store.list('')) {
    if (/^(pieces|backups)\//.test(key)) found.set(key, Buffer.from(await store.get(key)).toString('base64'));
  }
  return found;
}

const dumpsAlone = { cannot: 'this test copies dumps here' };

test('BKP-06: dumps go from a directory into a bucket, and from the bucket into a directory, the same to the bit', {
  timeout: 120_000,
}, async () => {
  const keys = { clock: systemClock, ...(await generateKeys()) };
  const options = (name: string, store: ObjectStore): RepositoryOptions => ({ name, store, ...keys });
  const here = options('here', createDirectoryObjectStore(join(cluster.root, 'here')));
  const far = options('far', inBucket('dumps'));
  const back = options('back', createDirectoryObjectStore(join(cluster.root, 'back')));
  const { dump } = await publishExample(createBackupRepository(here), 8);
  for (const [from, to] of [
    [here, far],
    [far, back],
  ] as const) {
    const report = await createBackupCopier(from, to, dumpsAlone).copy({ environment });
    expect(report).toMatchObject({ copied: [idOf(8)], refused: [], pieces: 3 });
    expect(report.proven).toBeGreaterThan(0);
    expect(await createBackupCopier(from, to, dumpsAlone).copy({ environment })).toMatchObject({
      copied: [],
      present: [idOf(8)],
      bytes: 0,
    });
  }
  expect(await contentOf(far)).toEqual(await contentOf(here));
  expect(await contentOf(back)).toEqual(await contentOf(here));
  // The bucket alone is enough, and so is what came back from it.
  await rename(join(cluster.root, 'here'), join(cluster.root, 'here.gone'));
  for (const each of [far, back]) expect(await createBackupRepository(each).checkPiece(dump)).toBe('intact');
});

const directory = (name: string): StanzaPlace => ({
  place: { kind: 'directory', directory: join(cluster.root, name) },
  s3: undefined,
});
const farPlace = (): StanzaPlace => ({
  place: {
    kind: 's3',
    bucket,
    prefix: 'physical',
    host: '127.0.0.1',
    port: front.port,
    region: 'us-east-1',
    isPathStyle: true,
    verifiesTls: false,
  },
  s3,
});

function databaseOf({ label, kind, needs, walStart, walStop, timeline, stoppedAt }: PhysicalRestorePoint) {
  const file = { path: 'pgbackrest.json', bytes: 0, pieces: [] };
  const rest = { place: directory('repository').place, passphrase: file, reachableFrom: stoppedAt };
  const database: PhysicalDatabase = {
    method: 'physical',
    stanza,
    label,
    kind,
    needs,
    walStart,
    walStop,
    timeline,
    ...rest,
  };
  return database;
}

async function copyBetween(from: StanzaPlace, to: StanzaPlace, database: PhysicalDatabase) {
  const root = join(cluster.root, 'archives');
  const copy = createStanzaCopier({ root, from, to, passphraseHere: async () => undefined });
  const { label, needs, walStart } = database;
  return copy({ database, passphrase, labels: [...needs, label], walStart });
}

/** Opens what a place holds, and nothing of where it came from. */
async function open({ place, s3: credentials }: StanzaPlace, database: PhysicalDatabase) {
  const opener = createArchiveOpener({
    root: join(cluster.root, 'archives'),
    s3: credentials,
    placeOf: async () => place,
  });
  return opener({ database, passphrase });
}

describe('BKP-06: the files of physical backups, with their log', { timeout: 400_000 }, () => {
  test('go from a directory into a bucket and from there into a directory, whole, and fill a cluster when the first is gone', async () => {
    const full = await cluster.backups.take('full', quiet);
    await asSuperuser(cluster.layout, (sql) => sql`insert into movement values (1)`);
    const mark = await cluster.backups.mark();
    const database = databaseOf(full);
    const sent = await copyBetween(directory('repository'), farPlace(), database);
    expect(sent.files).toBeGreaterThan(3);
    const again = await copyBetween(directory('repository'), farPlace(), database);
    expect(again.files).toBeLessThan(sent.files);
    await copyBetween(farPlace(), directory('came-back'), database);
    await cluster.stop();
    await rename(cluster.repositoryDirectory, `${cluster.repositoryDirectory}.gone`);
    for (const [name, place] of [
      ['from-bucket', farPlace()],
      ['from-directory', directory('came-back')],
    ] as const) {
      const archive = await open(place, database);
      expect((await archive.list()).map(({ label }) => label)).toEqual([full.label]);
      expect(await archive.segments()).toContain(mark.segment);
      expect(await archive.verify()).toEqual([]);
      const parent = join(cluster.root, name);
      await mkdir(parent, { mode: 0o755 });
      const target = { label: full.label, at: mark.at, dataDirectory: join(parent, 'data') };
      await archive.fill(target, quiet);
      await archive.close();
    }
    const other = createSecret('test', 'another passphrase');
    const opener = createArchiveOpener({
      root: join(cluster.root, 'archives'),
      s3,
      placeOf: async () => farPlace().place,
    });
    const wrong = await opener({ database, passphrase: other });
    await expect(wrong.list()).rejects.toMatchObject({ code: expect.any(String) });
    await wrong.close();
  });
});
