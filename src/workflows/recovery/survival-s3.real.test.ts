import { createHash, randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, type Seen, startFaultProxy, type Trouble } from '../../../test/lab/fault-proxy.ts';
import { type ObjectServer, startObjectServer } from '../../../test/lab/s3.ts';
import { declaredEnvironment } from '../../../test/recovery/watched-target.ts';
import { makeWorld } from '../../../test/recovery/world.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import { createS3ObjectStore } from '../../adapters/object-store/s3/s3-object-store.ts';
import { createBackupRepository } from '../../adapters/repository/backup-repository.ts';
import { generateKeys } from '../../adapters/repository/memory-repository.ts';
import { createSecret } from '../../core/kernel/index.ts';
import type { Extraction } from '../../ports/extraction.ts';
import { backUp } from './back-up.ts';
import { runDrill } from './drill.ts';
import { extractBackup } from './extract-backup.ts';
import { verifyBackup } from './verify-backup.ts';

const id = '20261121T084512Z-logical-000001';
const pass: Trouble = { kind: 'pass' };
const patience = {
  attempts: 3,
  firstDelaySeconds: 0.01,
  longestDelaySeconds: 0.02,
  connectSeconds: 1,
  idleSeconds: 0.5,
  attemptSeconds: 5,
};
let server: ObjectServer;
let proxy: FaultProxy;

beforeAll(async () => {
  server = await startObjectServer();
  proxy = await startFaultProxy(server.url);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const admin = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials });
  await admin.send(new CreateBucketCommand({ Bucket: 'survival' }));
  admin.destroy();
});
beforeEach(() => proxy.trouble(() => pass));
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

/** A made-up Odoo whose backups go through the proxy to a real S3 server. */
async function makeRemoteWorld() {
  const store = createS3ObjectStore({
    bucket: 'survival',
    prefix: randomBytes(6).toString('hex'),
    endpoint: proxy.url,
    awsRegion: 'eu-central-1',
    accessKey: createSecret('test', 'production'),
    secretKey: createSecret('test', 'not-to-be-shown'),
    patience,
  });
  const repository = createBackupRepository({ name: 's3', store, clock: systemClock, ...(await generateKeys()) });
  const world = await makeWorld();
  const deps = { ...world.deps, repository };
  const listed = async (): Promise<readonly string[]> => {
    const { good, bad } = await repository.list('acme-prod');
    expect(bad).toEqual([]);
    return good.map(({ manifest }) => manifest.id);
  };
  const expectWhole = async (): Promise<void> => {
    const report = await verifyBackup(deps, { environment: 'acme-prod', backup: id, report: () => {} });
    expect(report).toMatchObject({ isIntact: true, problems: [] });
  };
  return { world, deps, take: () => backUp(deps, world.request(id)), listed, expectWhole };
}

const cutFrom = (number: number, trouble: Trouble) => (request: Seen) => (request.number > number ? trouble : pass);

/** How many requests an undisturbed backup makes. */
async function requestsOfOne(): Promise<number> {
  const { take } = await makeRemoteWorld();
  proxy.trouble(() => pass);
  await take();
  return proxy.seen.length;
}

describe('an S3 repository in the middle of a backup', { timeout: 240_000 }, () => {
  test('the network is lost at any step: what is listed is whole, and the same run ends well when it is back', async () => {
    const requests = await requestsOfOne();
    expect(requests).toBeGreaterThan(20);
    // All of the last steps, which publish and record; every fifth of the others. A lost answer is waited for: only there.
    const steps = Array.from({ length: requests }, (_, step) => step).filter(
      (step) => step % 5 === 0 || step > requests - 8,
    );
    for (const step of steps) {
      const { world, take, listed, expectWhole } = await makeRemoteWorld();
      proxy.trouble(cutFrom(step, { kind: step % 2 === 1 && step > requests - 8 ? 'lost' : 'reset' }));
      const end = await take().then(
        () => 'taken',
        (error: unknown) => (error as { code?: string }).code,
      );
      proxy.trouble(() => pass);
      // The last request only gives the claim up: the backup is whole without it.
      expect(['REPOSITORY_UNREACHABLE', 'taken'], `step ${step}`).toContain(end);
      const found = await listed();
      if (found.length > 0) await expectWhole();
      if (end === 'taken') expect(found).toEqual([id]);
      expect([world.made.locks, world.made.open, world.openSpools()], `step ${step}`).toEqual([0, 0, 0]);
      await take();
      expect(await listed(), `step ${step}`).toEqual([id]);
      await expectWhole();
      expect(await world.store.backups.get(id)).toMatchObject({ state: 'succeeded', reason: null });
    }
  });

  test.each([
    ['credentials expire', { kind: 'refuse', status: 400, code: 'ExpiredToken' }, 'REPOSITORY_DENIED'],
    ['the quota is used up', { kind: 'refuse', status: 403, code: 'QuotaExceeded' }, 'REPOSITORY_FULL'],
    ['it throttles for ever', { kind: 'refuse', status: 503, code: 'SlowDown' }, 'REPOSITORY_UNREACHABLE'],
  ] as const)(
    '%s: the backup fails with the reason, nothing is listed, and the same run ends well afterwards',
    async (...row) => {
      const [, trouble, code] = row;
      const { world, take, listed, expectWhole } = await makeRemoteWorld();
      proxy.trouble(cutFrom(12, trouble));
      await expect(take()).rejects.toMatchObject({ code });
      expect(await world.store.backups.get(id)).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining(code),
      });
      proxy.trouble(() => pass);
      expect(await listed()).toEqual([]);
      await take();
      expect(await listed()).toEqual([id]);
      await expectWhole();
    },
  );

  test('throttling now and then, and a slow link, cost time and nothing else', async () => {
    for (const trouble of [
      { kind: 'refuse', status: 503, code: 'SlowDown' },
      { kind: 'slow', bytesEveryMillisecond: 200 },
    ] as const) {
      const { take, listed, expectWhole } = await makeRemoteWorld();
      const asked = new Set<string>();
      // Every first try, so that one that is tried again gets through.
      proxy.trouble(({ method, path }) => {
        const isFirst = !asked.has(`${method} ${path}`);
        asked.add(`${method} ${path}`);
        return isFirst ? trouble : pass;
      });
      await take();
      expect(await listed()).toEqual([id]);
      await expectWhole();
    }
  });
});

/** Cuts the network at each step of reading a backup, and a last time not at all. Answers what came of each. */
async function readAtEachStep<Result>(
  read: (world: Awaited<ReturnType<typeof makeRemoteWorld>>) => Promise<Result>,
): Promise<{ readonly cut: readonly (Result | string)[]; readonly whole: Result }> {
  const world = await makeRemoteWorld();
  await world.take();
  proxy.trouble(() => pass);
  await read(world);
  const requests = proxy.seen.length;
  expect(requests).toBeGreaterThan(8);
  const cut: (Result | string)[] = [];
  for (let step = 0; step < requests; step += 1) {
    proxy.trouble(cutFrom(step, { kind: 'reset' }));
    cut.push(await read(world).catch((error: unknown) => (error as { code?: string }).code ?? String(error)));
  }
  proxy.trouble(() => pass);
  return { cut, whole: await read(world) };
}

describe('the network to a bucket is lost while a backup is read', { timeout: 240_000 }, () => {
  test('a check of its content says so, and never that the backup is damaged', async () => {
    const { cut, whole } = await readAtEachStep(({ deps }) =>
      verifyBackup(deps, { environment: 'acme-prod', backup: id, report: () => {} }),
    );
    expect(cut).toEqual(cut.map(() => 'REPOSITORY_UNREACHABLE'));
    expect(whole).toMatchObject({ isIntact: true, problems: [] });
  });

  test('taking it out into a directory fails clearly, and calls no file damaged', async () => {
    const { cut, whole } = await readAtEachStep(async ({ deps, world }) => {
      const read = new Map<string, string>();
      const take = async (path: string, content: AsyncIterable<Uint8Array>) => {
        const bytes = Buffer.concat(await Array.fromAsync(content));
        read.set(path, bytes.toString());
        return { sha1: createHash('sha1').update(bytes).digest('hex'), bytes: bytes.length };
      };
      const extraction: Extraction = {
        ...{
          directory: '/made-up',
          writeFile: take,
          takeCluster: () => expect.fail('it is a dump'),
          remove: async () => {},
        },
        writeDumpFile: async (path, content) => void (await take(path, content)),
      };
      const openArchive = () => expect.fail('it is a dump');
      const wanted = { environment: 'acme-prod', backup: id, at: undefined };
      const options = { report: () => {} };
      const answer = await extractBackup({ ...deps, openArchive }, wanted, async () => extraction, options);
      return { answer, files: [...world.made.files.keys()].every((name) => read.has(name)) };
    });
    expect(cut).toEqual(cut.map(() => 'REPOSITORY_UNREACHABLE'));
    expect(whole).toMatchObject({ answer: { kind: 'extracted', damaged: [] }, files: true });
  });

  test('a drill is inconclusive, whatever step it had come to', async () => {
    const places = createMemoryRestorePlaces();
    const openCopy = () => expect.fail('the made-up place holds no database of Odoo');
    const { cut, whole } = await readAtEachStep(({ deps, world }) =>
      runDrill(
        { clock: world.deps.clock, repository: deps.repository, places, openCopy, jobs: 1 },
        declaredEnvironment(),
      ),
    );
    for (const drill of cut) {
      if (drill === 'REPOSITORY_UNREACHABLE') continue;
      expect(drill).toMatchObject({ verdict: 'inconclusive', reasons: [expect.stringMatching(/s3|bucket|network/i)] });
    }
    // With the network there, it came as far as a place without a real PostgreSQL lets it.
    expect(whole).toMatchObject({ reasons: [expect.stringContaining('what was restored is no database of Odoo')] });
    expect(places.made.size).toBe(0);
  });
});
