import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy, type Trouble } from '../../../../test/lab/fault-proxy.ts';
import { type ObjectServer, startObjectServer } from '../../../../test/lab/s3.ts';
import { createSecret } from '../../../core/kernel/index.ts';
import { environment, idOf, patientTerms, publishExample } from '../../../ports/backup-repository.fixture.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { createBackupRepository } from '../../repository/backup-repository.ts';
import { generateKeys } from '../../repository/memory-repository.ts';
import { createS3ObjectStore } from './s3-object-store.ts';

let server: ObjectServer;
let proxy: FaultProxy;
let admin: S3Client;

const patience = {
  attempts: 4,
  firstDelaySeconds: 0.01,
  longestDelaySeconds: 0.05,
  connectSeconds: 1,
  idleSeconds: 0.4,
  attemptSeconds: 5,
};

function storeAs(accessKey: string, bucket = 'plain', prefix = randomBytes(6).toString('hex')) {
  return createS3ObjectStore({
    bucket,
    prefix,
    endpoint: proxy.url,
    awsRegion: 'eu-central-1',
    accessKey: createSecret('test', accessKey),
    secretKey: createSecret('test', 'not-to-be-shown'),
    patience,
  });
}

/** The trouble for the first requests, then none. */
const first = (count: number, trouble: Trouble) => (request: { readonly number: number }) =>
  request.number <= count ? trouble : ({ kind: 'pass' } as const);
const always = (trouble: Trouble) => () => trouble;
const refuse = (status: number, code: string): Trouble => ({ kind: 'refuse', status, code });

beforeAll(async () => {
  server = await startObjectServer();
  proxy = await startFaultProxy(server.url);
  admin = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  await admin.send(new CreateBucketCommand({ Bucket: 'plain' }));
});

beforeEach(() => proxy.trouble(always({ kind: 'pass' })));

afterAll(async () => {
  admin.destroy();
  await proxy.stop();
  await server.stop();
});

const body = new Uint8Array(randomBytes(300_000));

describe('what passes by itself is tried again, so often and no more', () => {
  test.each([
    ['throttling', refuse(503, 'SlowDown')],
    ['an error of the service', refuse(500, 'InternalError')],
    ['a clock that is off', refuse(403, 'RequestTimeTooSkewed')],
    ['a connection that is reset', { kind: 'reset' }],
    ['a connection that falls silent', { kind: 'stall' }],
  ] as const)('%s twice is not noticed; for ever it is REPOSITORY_UNREACHABLE', async (_, trouble) => {
    const store = storeAs('production');
    proxy.trouble(first(2, trouble));
    expect(await store.put('key', body)).toBe('written');
    proxy.trouble(first(2, trouble));
    expect(Buffer.compare(await store.get('key'), body)).toBe(0);
    proxy.trouble(always(trouble));
    await expect(store.get('key')).rejects.toMatchObject({
      code: 'REPOSITORY_UNREACHABLE',
      message: expect.stringContaining('after 4 tries'),
    });
    expect(proxy.seen).toHaveLength(4);
  });

  test('an answer that breaks off is asked for again, never taken for the whole', async () => {
    const store = storeAs('production');
    await store.put('key', body);
    proxy.trouble(first(2, { kind: 'truncate' }));
    expect(Buffer.compare(await store.get('key'), body)).toBe(0);
    proxy.trouble(always({ kind: 'truncate' }));
    await expect(store.get('key')).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
  });

  test('a slow link takes its time and arrives', async () => {
    const store = storeAs('production');
    await store.put('key', body);
    proxy.trouble(always({ kind: 'slow', bytesEveryMillisecond: 1_000 }));
    expect(Buffer.compare(await store.get('key'), body)).toBe(0);
  });

  test('a put whose answer was lost is found to be there, once and whole', async () => {
    const store = storeAs('production');
    proxy.trouble(first(1, { kind: 'lost' }));
    expect(await store.put('key', body)).toBe('exists');
    expect(Buffer.compare(await store.get('key'), body)).toBe(0);
  });

  test('a service that is not there is unreachable in bounded time', async () => {
    const gone = await startFaultProxy(server.url);
    await gone.stop();
    const store = createS3ObjectStore({
      bucket: 'plain',
      prefix: '',
      endpoint: gone.url,
      awsRegion: 'eu-central-1',
      accessKey: createSecret('test', 'production'),
      secretKey: createSecret('test', 'not-to-be-shown'),
      patience,
    });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
  });

  test('a caller who gives up is not kept by the tries', async () => {
    const store = storeAs('production');
    proxy.trouble(always({ kind: 'stall' }));
    const stop = new AbortController();
    const asked = store.get('key', { signal: stop.signal });
    await sleep(50);
    stop.abort(new Error('cancelled'));
    await expect(asked).rejects.toThrow('cancelled');
    expect(proxy.seen.length).toBeLessThanOrEqual(1);
  });
});

describe('what does not pass by itself is said at once', () => {
  test.each([
    ['expired credentials', refuse(400, 'ExpiredToken'), 'REPOSITORY_DENIED'],
    ['a wrong secret', refuse(403, 'SignatureDoesNotMatch'), 'REPOSITORY_DENIED'],
    ['no right', refuse(403, 'AccessDenied'), 'REPOSITORY_DENIED'],
    ['a quota that is used up', refuse(403, 'QuotaExceeded'), 'REPOSITORY_FULL'],
    ['a disk that is full', refuse(507, 'XMinioStorageFull'), 'REPOSITORY_FULL'],
    ['a bucket that is not there', refuse(404, 'NoSuchBucket'), 'REPOSITORY_INVALID'],
  ] as const)('%s is asked about once', async (_, trouble, code) => {
    const store = storeAs('production');
    proxy.trouble(always(trouble));
    const refused = await store.put('key', body).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code });
    expect(proxy.seen).toHaveLength(1);
    expect(JSON.stringify(refused) + String((refused as Error).message)).not.toContain('not-to-be-shown');
  });

  test('content that changed on its way does not prove itself', async () => {
    const repository = createBackupRepository({
      name: 'main',
      store: storeAs('production'),
      clock: systemClock,
      ...(await generateKeys()),
    });
    const { piece } = await repository.putPiece(body);
    proxy.trouble((request) => (request.path.includes(piece.sha256) ? { kind: 'corrupt' } : { kind: 'pass' }));
    expect(await repository.checkPiece(piece)).toBe('unreadable');
    proxy.trouble(always({ kind: 'pass' }));
    expect(await repository.checkPiece(piece)).toBe('intact');
  });
});

/** As a bucket's policy would: the production key may not delete what is kept. */
const policy = (request: { readonly method: string; readonly accessKey: string; readonly path: string }): Trouble =>
  request.method === 'DELETE' && request.accessKey === 'production' && !request.path.includes('/writing/')
    ? refuse(403, 'AccessDenied')
    : { kind: 'pass' };

async function openAs(
  keys: Awaited<ReturnType<typeof generateKeys>>,
  prefix: string,
  lock: { bucket: string; seconds: number },
  clock = systemClock,
) {
  return createBackupRepository({
    name: 'main',
    store: storeAs('production', lock.bucket, prefix),
    deletingStore: storeAs('janitor', lock.bucket, prefix),
    clock,
    terms: patientTerms,
    graceSeconds: 0,
    objectLockSeconds: lock.seconds,
    ...keys,
  });
}

describe('who may write may not delete', () => {
  test('BKP-05: the production key cannot delete a backup; the key for deleting can', async () => {
    const keys = await generateKeys();
    const prefix = randomBytes(6).toString('hex');
    const repository = await openAs(keys, prefix, { bucket: 'plain', seconds: 0 });
    proxy.trouble(policy);
    const { pieces } = await publishExample(repository);
    const production = storeAs('production', 'plain', prefix);
    const [piece] = pieces;
    const key = `pieces/${piece?.sha256.slice(0, 2)}/${piece?.sha256}`;
    await expect(production.delete(key)).rejects.toMatchObject({ code: 'REPOSITORY_DENIED' });
    expect(await production.head(key)).toBeDefined();
    await repository.withdraw(environment, idOf(8));
    expect(await repository.collect({ dryRun: false })).toMatchObject({ pieces: 3 });
  });

  test('without the policy the same key does delete: it is the policy that holds', async () => {
    const repository = await openAs(await generateKeys(), randomBytes(6).toString('hex'), {
      bucket: 'plain',
      seconds: 0,
    });
    const { pieces } = await publishExample(repository);
    const [first] = await Array.fromAsync(repository.listPieces());
    expect(pieces).toHaveLength(1);
    const store = storeAs('production', 'plain', repository.place.split('/').at(-2));
    await store.delete(first?.stored.key ?? '');
    expect((await Array.fromAsync(repository.listPieces())).length).toBe(2);
  });
});
