import { randomBytes } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
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
import { contractTerms, environment, idOf, publishExample } from '../../src/ports/backup-repository.fixture.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { PhysicalMark, PhysicalRestorePoint } from '../../src/ports/physical-backup.ts';
import { type FaultProxy, startFaultProxy } from '../lab/fault-proxy.ts';
import { makeBucket, type ObjectServer, startObjectServer } from '../lab/s3.ts';
import { startTlsFront, type TlsFront } from '../lab/tls-front.ts';
import { type ArchivedCluster, openArchivedCluster, quiet } from './archived-cluster.ts';

// Copies from a directory into a bucket of a real S3 service, and from there into a directory: dumps, and pgBackRest's part.

const bucket = 'copies';
const stanza = 'acme';
const passphrase = createSecret('test', 'a passphrase of the test');
const s3 = { accessKey: createSecret('test', 'test'), secretKey: createSecret('test', 'test') };
let server: ObjectServer;
let front: TlsFront;
/** Before the server, for requests that are cut off. */
let proxy: FaultProxy;
let cutFront: TlsFront;
let cluster: ArchivedCluster;

beforeAll(async () => {
  server = await startObjectServer();
  front = await startTlsFront(server.url);
  proxy = await startFaultProxy(server.url);
  cutFront = await startTlsFront(proxy.url);
  await makeBucket(server, bucket);
  cluster = await openArchivedCluster(stanza);
  await asSuperuser(cluster.layout, (sql) => sql`create table movement (id int primary key)`);
}, 900_000);

afterAll(async () => {
  await cluster?.remove();
  await front?.close();
  await cutFront?.close();
  await proxy?.stop();
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

describe('BKP-06: the network is lost in the middle of a copy of dumps', { timeout: 240_000 }, () => {
  const patience = {
    ...{ attempts: 2, firstDelaySeconds: 0.01, longestDelaySeconds: 0.02 },
    // What is cut off fails at once; a busy machine is slow, and slow is no loss.
    ...{ connectSeconds: 20, idleSeconds: 20, attemptSeconds: 60 },
  };
  const cutBucket = (prefix: string): ObjectStore =>
    createS3ObjectStore({ bucket, prefix, endpoint: proxy.url, awsRegion: 'us-east-1', ...s3, patience });
  const fresh = () => `cut-${randomBytes(6).toString('hex')}`;
  const cutAfter = (passed: number): void =>
    proxy.trouble(({ number }) => ({ kind: number > passed ? 'reset' : 'pass' }));

  test.each([
    [
      'from a directory into a bucket',
      cutBucket,
      (name: string) => createDirectoryObjectStore(join(cluster.root, name)),
    ],
    [
      'from a bucket into a directory',
      (name: string) => createDirectoryObjectStore(join(cluster.root, name)),
      cutBucket,
    ],
  ])('%s, at any request: what is listed is whole, and the next copy completes it', async (_, makeTo, makeFrom) => {
    const keys = { clock: systemClock, terms: contractTerms, ...(await generateKeys()) };
    const options = (name: string, store: ObjectStore): RepositoryOptions => ({ name, store, ...keys });
    const from = options('from', makeFrom(fresh()));
    proxy.trouble(() => ({ kind: 'pass' }));
    const { dump, index, pieces } = await publishExample(createBackupRepository(from), 8);
    const copyTo = (to: RepositoryOptions) => createBackupCopier(from, to, dumpsAlone).copy({ environment });
    proxy.trouble(() => ({ kind: 'pass' }));
    await copyTo(options('to', makeTo(fresh())));
    const requests = proxy.seen.length;
    expect(requests).toBeGreaterThan(8);
    for (let step = 0; step < requests; step += 1) {
      const to = options('to', makeTo(fresh()));
      cutAfter(step);
      const end = await copyTo(to).then(
        () => 'copied',
        (error: unknown) => (error as { code?: string }).code,
      );
      proxy.trouble(() => ({ kind: 'pass' }));
      // The last request only gives a claim up.
      expect(['REPOSITORY_UNREACHABLE', 'copied'], `step ${step}`).toContain(end);
      const there = createBackupRepository(to);
      const { good, bad } = await there.list(environment);
      expect(bad, `step ${step}`).toEqual([]);
      for (const piece of good.length > 0 ? [dump, index, ...pieces] : []) {
        expect(await there.checkPiece(piece), `step ${step}`).toBe('intact');
      }
      if (end === 'copied') expect(good).toHaveLength(1);
      // Whoever was cut off could not give its claim up there, and takes it again at once.
      await copyTo(to);
      expect(await contentOf(to), `step ${step}`).toEqual(await contentOf(from));
    }
  });
});

const directory = (name: string): StanzaPlace => ({
  place: { kind: 'directory', directory: join(cluster.root, name) },
  s3: undefined,
});
const farPlace = (prefix = 'physical', port = front.port): StanzaPlace => ({
  place: {
    kind: 's3',
    bucket,
    prefix,
    host: '127.0.0.1',
    port,
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
  let database: PhysicalDatabase;
  let mark: PhysicalMark;

  test('go from a directory into a bucket and from there into a directory', async () => {
    database = databaseOf(await cluster.backups.take('full', quiet));
    await asSuperuser(cluster.layout, (sql) => sql`insert into movement values (1)`);
    mark = await cluster.backups.mark();
    const sent = await copyBetween(directory('repository'), farPlace(), database);
    expect(sent.files).toBeGreaterThan(3);
    const again = await copyBetween(directory('repository'), farPlace(), database);
    expect(again.files).toBeLessThan(sent.files);
    await copyBetween(farPlace(), directory('came-back'), database);
  });

  test('the network is lost in the middle, there and back: both copies fail, and the next ones are whole', async () => {
    const directions = [
      [directory('repository'), farPlace('cut', cutFront.port)],
      [farPlace('physical', cutFront.port), directory('cut-back')],
    ] as const;
    proxy.trouble(({ number }) => ({ kind: number > 60 ? 'reset' : 'pass' }));
    // At once: pgBackRest goes on trying for half a minute by itself.
    const ends = directions.map(([from, to]) => copyBetween(from, to, database));
    for (const end of await Promise.allSettled(ends)) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'REPOSITORY_UNREACHABLE' } });
    }
    proxy.trouble(() => ({ kind: 'pass' }));
    for (const [from, to] of directions) {
      await copyBetween(from, to, database);
      const archive = await open(to, database);
      expect(await archive.verify()).toEqual([]);
      await archive.close();
    }
  });

  test('fill a cluster when the first is gone, from the bucket and from what came back', async () => {
    await cluster.stop();
    await rename(cluster.repositoryDirectory, `${cluster.repositoryDirectory}.gone`);
    for (const [name, place] of [
      ['from-bucket', farPlace()],
      ['from-directory', directory('came-back')],
    ] as const) {
      const archive = await open(place, database);
      expect((await archive.list()).map(({ label }) => label)).toEqual([database.label]);
      expect(await archive.segments()).toContain(mark.segment);
      expect(await archive.verify()).toEqual([]);
      const parent = join(cluster.root, name);
      await mkdir(parent, { mode: 0o755 });
      const target = { label: database.label, at: mark.at, dataDirectory: join(parent, 'data') };
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
