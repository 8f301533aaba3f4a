import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../../../test/lab/fault-proxy.ts';
import { type ObjectServer, startObjectServer } from '../../../../test/lab/s3.ts';
import { createSecret } from '../../../core/kernel/index.ts';
import { environment, idOf, patientTerms, publishExample } from '../../../ports/backup-repository.fixture.ts';
import type { ObjectStore } from '../../../ports/object-store.ts';
import { systemClock } from '../../clock/system-clock.ts';
import {
  createBackupCopier,
  createBackupRepository,
  type RepositoryOptions,
} from '../../repository/backup-repository.ts';
import { generateKeys } from '../../repository/memory-repository.ts';
import { createS3ObjectStore } from './s3-object-store.ts';

let server: ObjectServer;
let proxy: FaultProxy;
let admin: S3Client;
let keys: Awaited<ReturnType<typeof generateKeys>>;

beforeAll(async () => {
  server = await startObjectServer();
  proxy = await startFaultProxy(server.url);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  admin = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials });
  await admin.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
  keys = await generateKeys();
});

beforeEach(() => proxy.trouble(() => ({ kind: 'pass' })));

afterAll(async () => {
  admin.destroy();
  await proxy.stop();
  await server.stop();
});

const fresh = () => randomBytes(6).toString('hex');
const storeAt = (prefix: string, bucket = 'locked') =>
  createS3ObjectStore({
    bucket,
    prefix,
    endpoint: proxy.url,
    awsRegion: 'eu-central-1',
    accessKey: createSecret('test', 'production'),
    secretKey: createSecret('test', 'not-to-be-shown'),
    patience: { attempts: 2, firstDelaySeconds: 0.01, longestDelaySeconds: 0.05 },
  });
const over = (store: ObjectStore, options: Partial<RepositoryOptions> = {}): RepositoryOptions => ({
  name: 'main',
  store,
  clock: systemClock,
  terms: patientTerms,
  graceSeconds: 0,
  objectLockSeconds: 3_600,
  ...keys,
  ...options,
});

const body = new Uint8Array(randomBytes(300_000));

describe('an object lock', () => {
  const versionsOf = async (prefix: string) =>
    (await admin.send(new ListObjectVersionsCommand({ Bucket: 'locked', Prefix: prefix }))).Versions ?? [];

  test('holds against every key until its time, and collection leaves and reports what it holds', async () => {
    const prefix = fresh();
    const repository = createBackupRepository(over(storeAt(prefix)));
    await repository.putPiece(body);
    await sleep(1_100);
    const [version] = await versionsOf(`${prefix}/pieces/`);
    const raw = { Bucket: 'locked', Key: version?.Key, VersionId: version?.VersionId };
    await expect(admin.send(new DeleteObjectCommand(raw as never))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 0, locked: 1, kept: 1 });
    expect(await versionsOf(`${prefix}/pieces/`)).toHaveLength(1);
  });

  test('covers a published backup: it cannot be withdrawn before its time', async () => {
    const repository = createBackupRepository(over(storeAt(fresh())));
    await publishExample(repository);
    await expect(repository.withdraw(environment, idOf(8))).rejects.toMatchObject({ code: 'OBJECT_LOCKED' });
    expect((await repository.list(environment)).good).toHaveLength(1);
  });

  /** Until when what a key begins with is locked, in hours from now, by the true clock: the soonest and the latest. */
  async function lockedHours(prefix: string): Promise<readonly [number, number]> {
    const until = await Promise.all(
      (await versionsOf(prefix)).map(async ({ Key }) => {
        const { ObjectLockRetainUntilDate: at } = await admin.send(new HeadObjectCommand({ Bucket: 'locked', Key }));
        return ((at?.getTime() ?? 0) - Temporal.Now.instant().epochMilliseconds) / 3_600_000;
      }),
    );
    return [Math.min(...until), Math.max(...until)];
  }

  /** A service whose own clock has gone on. */
  const inAnHour = (store: ObjectStore): ObjectStore => ({
    ...store,
    now: async () => (await store.now()).add({ hours: 1 }),
  });

  test('is prolonged for the content that a later backup, or a copy of one, uses again', async () => {
    const [prefix, copied] = [fresh(), fresh()];
    const { pieces } = await publishExample(createBackupRepository(over(storeAt(prefix))), 8, [body]);
    const name = pieces[0]?.sha256 ?? '';
    const key = `pieces/${name.slice(0, 2)}/${name}`;
    expect((await lockedHours(`${prefix}/${key}`))[1]).toBeLessThanOrEqual(1);
    await publishExample(createBackupRepository(over(inAnHour(storeAt(prefix)))), 9, [body]);
    expect((await lockedHours(`${prefix}/${key}`))[0]).toBeGreaterThan(1.9);
    const copyTo = (store: ObjectStore, id: string) =>
      createBackupCopier(over(storeAt(prefix)), over(store), { cannot: 'none' }).copy({ environment, ids: [id] });
    await copyTo(storeAt(copied), idOf(8));
    expect((await lockedHours(`${copied}/${key}`))[1]).toBeLessThanOrEqual(1);
    await copyTo(inAnHour(storeAt(copied)), idOf(9));
    expect((await lockedHours(`${copied}/${key}`))[0]).toBeGreaterThan(1.9);
  });

  const clockOff = (hours: number) => ({ ...systemClock, now: () => systemClock.now().add({ hours }) });

  test.each([-48, 48, 24 * 400])(
    'is reckoned by the clock of the bucket, though ours is off by %d hours',
    async (off) => {
      const prefix = fresh();
      const repository = createBackupRepository(over(storeAt(prefix), { clock: clockOff(off) }));
      for (const number of [8, 9]) await publishExample(repository, number, [body]);
      const [soonest, latest] = await lockedHours(`${prefix}/backups/`);
      expect(soonest).toBeGreaterThan(0.9);
      expect(latest).toBeLessThanOrEqual(1);
    },
  );

  test('by our own clock it would end too soon, or lock for as long as that was ahead: the time of the bucket is needed', async () => {
    for (const off of [-48, 48]) {
      const prefix = fresh();
      const store = { ...storeAt(prefix), now: async () => clockOff(off).now() };
      await publishExample(createBackupRepository(over(store, { clock: clockOff(off) })), 8);
      expect((await lockedHours(`${prefix}/backups/`))[0]).toBeCloseTo(off + 1, 0);
    }
  });

  test('that is longer already is left as it is, and one that cannot be had is said to be', async () => {
    const store = storeAt(fresh());
    await store.put('key', body, { retainUntil: (await store.now()).add({ hours: 2 }) });
    // As a service refuses to shorten one: this one here would.
    proxy.trouble(({ method, path }) =>
      method === 'PUT' && path.includes('retention')
        ? { kind: 'refuse', status: 403, code: 'AccessDenied' }
        : { kind: 'pass' },
    );
    await store.prolong('key', (await store.now()).add({ hours: 1 }));
    const longer = store.prolong('key', (await store.now()).add({ hours: 3 }));
    await expect(longer).rejects.toMatchObject({ code: 'REPOSITORY_DENIED' });
  });

  test('is judged by the time that the bucket tells with anything it says, a refusal as well', async () => {
    const store = storeAt(fresh(), 'none-of-that-name');
    expect(Math.abs((await store.now()).since(systemClock.now()).total('seconds'))).toBeLessThan(120);
    proxy.trouble(() => ({ kind: 'reset' }));
    await store.now();
    await expect(storeAt(fresh()).now()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
  });

  test('switched off, the same collection deletes, every version of it', async () => {
    const prefix = fresh();
    const repository = createBackupRepository(over(storeAt(prefix), { objectLockSeconds: 0 }));
    await repository.putPiece(body);
    await sleep(1_100);
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 1, locked: 0 });
    expect(await versionsOf(`${prefix}/pieces/`)).toEqual([]);
  });
});
