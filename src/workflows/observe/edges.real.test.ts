import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttps, type Server } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../../test/serve.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { freePort } from '../../adapters/host/places.ts';
import { createHttpIngressProbe } from '../../adapters/ingress/http-ingress-probe.ts';
import { createProcHost } from '../../adapters/machine/proc-host.ts';
import { createRespRedis } from '../../adapters/redis/resp-redis.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { judge } from '../../core/observe/index.ts';
import { redisReaderContract } from '../../ports/redis-reader.contract.ts';
import { labEnvironment } from './lab.fixture.ts';
import { lookAt } from './look.ts';
import { createObserverMemory } from './memory.ts';
import type { EnvironmentSources } from './sources.ts';

const directory = await mkdtemp(join(tmpdir(), 'plimsoll-edges-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

const nothing = {
  ...{ web: undefined, canProbeGevent: false, database: undefined, rpc: undefined },
  ...{ log: undefined, filestore: undefined, host: undefined },
};
const redis = { purpose: ['session'], acceptableLossSeconds: 0, eviction: 'noeviction' } as const;
const environment = { ...labEnvironment('lab', 5), redis };

async function look(sources: Partial<EnvironmentSources>, memory = createObserverMemory()) {
  const deps = { clock: systemClock, memory, sources: () => ({ ...nothing, ...sources }) };
  const { observation } = await lookAt(deps, environment);
  const values = new Map(observation.samples.map(({ metric, value }) => [metric, value]));
  const facts = { services: [], journeyRuns: [], nextCutOffs: [], now: systemClock.now() };
  const { infrastructure } = judge({ environment, observation, ...facts });
  return { observation, values, codes: infrastructure.reasons.map(({ code }) => code) };
}

const password = 'p@ss word';
let port = 0;

function redisUrl(secret = password): string {
  return `redis://:${encodeURIComponent(secret)}@127.0.0.1:${port}`;
}

const redisAt = (url: string) => createRespRedis(async () => createSecret('redis', url));

function cli(...words: readonly string[]): string {
  const options = { env: { ...process.env, REDISCLI_AUTH: password }, encoding: 'utf8', timeout: 10_000 } as const;
  return execFileSync('redis-cli', ['-p', String(port), ...words], options).trim();
}

async function startRedis() {
  const save = ['--dir', directory, '--save', '', '--appendonly', 'no'];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--requirepass', password, ...save];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  await eventually(20, async () => {
    try {
      return cli('ping') === 'PONG' ? true : undefined;
    } catch {
      return undefined;
    }
  });
  return server;
}

describe('the real Redis of Debian (OBS-01)', () => {
  let server: Awaited<ReturnType<typeof startRedis>>;
  const silent = createServer(() => {});
  beforeAll(async () => {
    port = await freePort();
    server = await startRedis();
    await new Promise((listening) => silent.listen(0, '127.0.0.1', () => listening(undefined)));
  });
  afterAll(() => {
    server.kill('SIGKILL');
    silent.close();
  });

  redisReaderContract('its protocol, spoken by us', async () => ({
    reader: redisAt(redisUrl()),
    withWrongPassword: redisAt(redisUrl('wrong-password')),
    nobody: redisAt(`redis://127.0.0.1:${await freePort()}`),
    silent: redisAt(`redis://127.0.0.1:${(silent.address() as AddressInfo).port}`),
  }));

  test('memory, clients, keys and persistence are what redis-cli says', async () => {
    for (let key = 0; key < 25; key += 1) cli('set', `session:${key}`, 'x'.repeat(100));
    cli('-n', '3', 'set', 'other', '1');
    const { values, codes } = await look({ redis: redisAt(redisUrl()) });
    expect(values.get('redis_up')).toBe(1);
    expect(values.get('redis_key_count')).toBe(26);
    // The observer itself is the one client.
    expect(values.get('redis_client_count')).toBe(1);
    expect(values.get('redis_persistence_up')).toBe(1);
    const used = Number(/used_memory:(\d+)/.exec(cli('info', 'memory'))?.[1]);
    expect((values.get('redis_memory_used_bytes') ?? 0) / used).toBeCloseTo(1, 1);
    expect(codes).not.toContain('REDIS_EVICTING');
  });

  test('keys thrown out to make room are counted, and told where sessions live in it', async () => {
    const memory = createObserverMemory();
    await look({ redis: redisAt(redisUrl()) }, memory);
    cli('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    cli('config', 'set', 'maxmemory', '2mb');
    for (let key = 0; key < 60; key += 1) cli('set', `big:${key}`, 'x'.repeat(60_000));
    const { values, codes } = await look({ redis: redisAt(redisUrl()) }, memory);
    const evicted = Number(/evicted_keys:(\d+)/.exec(cli('info', 'stats'))?.[1]);
    expect(evicted).toBeGreaterThan(10);
    expect(values.get('redis_evicted_per_second')).toBeGreaterThan(0);
    expect(codes).toContain('REDIS_EVICTING');
  });

  test('a wrong password is unknown and not down; one that is gone is down, within the bound', async () => {
    const denied = await look({ redis: redisAt(redisUrl('wrong')) });
    expect(denied.observation.collectors.find(({ collector }) => collector === 'redis')?.code).toBe('REDIS_DENIED');
    expect(denied.codes).not.toContain('REDIS_DOWN');
    expect(JSON.stringify(denied.observation)).not.toContain('wrong');
    server.kill('SIGSTOP');
    const startedAt = performance.now();
    const frozen = await look({ redis: redisAt(redisUrl()) });
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    expect(frozen.codes).toContain('REDIS_DOWN');
    server.kill('SIGKILL');
    const gone = await look({ redis: redisAt(redisUrl()) });
    expect(gone.codes).toContain('REDIS_DOWN');
    expect(gone.values.get('redis_up')).toBe(undefined);
  });
});

describe('the public address, encrypted (OBS-01)', () => {
  let front: Server;
  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '10', ...subject, ...files], {
      stdio: 'ignore',
      timeout: 30_000,
    });
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(directory, name))));
    front = createHttps({ key, cert }, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"pass"}');
    });
    await new Promise<void>((done) => front.listen(0, '127.0.0.1', done));
  });
  afterAll(() => front.close());

  const probe = () => {
    const url = `https://localhost:${(front.address() as AddressInfo).port}`;
    return createHttpIngressProbe({ resolveUrl: async () => url, now: () => systemClock.now() });
  };

  test('a certificate that nobody trusts keeps users out, and its last day is still read', async () => {
    const { observation, values, codes } = await look({ ingress: probe() });
    expect(observation.ingress?.outcome).not.toBe('up');
    const days = (values.get('ingress_certificate_remaining_seconds') ?? 0) / 86_400;
    expect(days).toBeGreaterThan(9.9);
    expect(days).toBeLessThanOrEqual(10);
    expect(codes).toEqual(expect.arrayContaining(['INGRESS_DOWN', 'CERTIFICATE_EXPIRING']));
  });

  test('a proxy that has lost Odoo answers 502: down; a page that is not there is an answer', async () => {
    const url = 'http://ingress.example';
    const answering = (code: number) =>
      createHttpIngressProbe({
        resolveUrl: async () => url,
        now: () => systemClock.now(),
        fetch: async () => new Response('', { status: code }),
      });
    expect((await look({ ingress: answering(502) })).codes).toContain('INGRESS_DOWN');
    const found = await look({ ingress: answering(404) });
    expect(found.codes).not.toContain('INGRESS_DOWN');
    expect(found.values.get('ingress_up')).toBe(1);
  });
});

describe('how long storage takes (OBS-01)', () => {
  test('writes that reach the disk show as time per write of the device that holds the directory', async () => {
    const host = createProcHost({ directories: [directory] });
    const memory = createObserverMemory();
    const { disks } = await host.read();
    if (disks[0]?.io === undefined)
      throw new Error('this machine counts no work of the disk that holds its temporary files');
    await look({ host }, memory);
    const file = join(directory, 'written');
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=64k', 'count=64', 'conv=fsync'], { stdio: 'ignore' });
    const { values } = await look({ host }, memory);
    expect(values.get('host_disk_write_await_seconds')).toBeGreaterThanOrEqual(0);
    expect(values.get('host_disk_write_await_seconds')).toBeLessThan(5);
    expect(values.get('host_disk_busy_ratio')).toBeGreaterThanOrEqual(0);
  });
});
