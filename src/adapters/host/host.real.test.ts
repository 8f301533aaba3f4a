import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEstate } from '../../core/estate/index.ts';
import { hostEnvironment } from '../../core/provision/index.ts';
import { hostContract } from '../../ports/host.contract.ts';
import { aptGet } from './apt.ts';
import { verifyDownload } from './debian-package.ts';
import { createHost } from './host.ts';
import { holderOf, takeLock, tryLock } from './lock.ts';
import { freePort, runtimeDirectoryFor } from './places.ts';
import { isAlive, startProcess, startTicksOf, stopProcess } from './processes.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-host-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('downloads', () => {
  test('a mirror that refuses connections is NETWORK_UNREACHABLE, with the words of apt', async () => {
    const port = await freePort();
    await mkdir(join(directory, 'lists/partial'), { recursive: true });
    await writeFile(
      join(directory, 'sources.list'),
      `deb [trusted=yes] http://127.0.0.1:${port}/debian bookworm main\n`,
    );
    const options = [
      `Dir::Etc::sourcelist=${join(directory, 'sources.list')}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${join(directory, 'lists')}`,
      `Dir::Cache=${directory}`,
      'APT::Sandbox::User=root',
      'Acquire::http::Proxy=false',
      'Acquire::Retries=0',
    ].flatMap((option) => ['-o', option]);
    const update = aptGet([...options, 'update', '--error-on=any', '-q'], {
      report: () => undefined,
      timeoutSeconds: 60,
    });
    await expect(update).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  });

  test('a file that is not what the signed index names is refused', async () => {
    const file = join(directory, 'package.deb');
    await writeFile(file, 'abc');
    // FIPS 180-2, appendix B.1.
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    await expect(verifyDownload(file, sha256)).resolves.toBeUndefined();
    await writeFile(file, 'abd');
    await expect(verifyDownload(file, sha256)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  });
});

describe('processes', () => {
  test('one that only wears a recorded pid is never signalled', async () => {
    const { record } = await startProcess({
      name: 'sleeper',
      command: ['/bin/sleep', '60'],
      environment: {},
      directory: '/',
      logFile: join(directory, 'sleeper.log'),
      stopSignal: 'SIGTERM',
      stopWithinSeconds: 5,
    });
    expect(await stopProcess({ ...record, startTicks: '1' })).toBe('was-gone');
    expect(await isAlive(record)).toBe(true);
    expect(await stopProcess(record)).toBe('stopped');
    expect(await startTicksOf(record.pid)).toBeUndefined();
  });

  test('one that ignores its stop signal is killed after its time', async () => {
    const isDeaf = join(directory, 'stubborn.deaf');
    const { record } = await startProcess({
      name: 'stubborn',
      command: ['/bin/sh', '-c', `trap '' TERM; : > '${isDeaf}'; while :; do sleep 0.1; done`],
      environment: { PATH: '/usr/bin:/bin' },
      directory: '/',
      logFile: join(directory, 'stubborn.log'),
      stopSignal: 'SIGTERM',
      stopWithinSeconds: 0.5,
    });
    for (let round = 0; round < 300 && !existsSync(isDeaf); round += 1) await sleep(50);
    expect(await stopProcess(record)).toBe('killed');
    expect(await isAlive(record)).toBe(false);
  });
});

describe('locks', () => {
  test('a lock excludes others while it is held, and is free after kill -9 of its holder', async () => {
    const name = join(directory, 'lock');
    const program = `import { tryLock } from '${join(import.meta.dirname, 'lock.ts')}';
      const held = await tryLock('${name}', 'the holder of the test'); console.log(held === undefined ? 'taken' : 'held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await new Promise<string>((done) => holder.stdout.once('data', (text) => done(String(text).trim())));
    expect(said).toBe('held');
    expect(await tryLock(name)).toBeUndefined();
    expect(await holderOf(name)).toBe(`process ${holder.pid}, the holder of the test`);
    await expect(takeLock(name, { waitSeconds: 0.3 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    holder.kill('SIGKILL');
    const held = await takeLock(name, { waitSeconds: 5 });
    await held.release();
    expect(await holderOf(name)).toBeUndefined();
  });
});

describe('the machine as a host', () => {
  const places: string[] = [];
  afterAll(() => Promise.all(places.map((place) => rm(place, { recursive: true, force: true }))));

  hostContract('Debian', async () => {
    const stateDirectory = await mkdtemp(join(directory, 'state-'));
    const text = `kind: Estate
name: lab
---
kind: Environment
name: contract
stage: staging
platform: host
odoo: { version: "19.0", database: contract }`;
    const environment = parseEstate([{ path: 'estate.yaml', text }]).estate?.environments[0];
    if (environment === undefined) throw new Error('the estate of this test is wrong');
    const ports = { postgres: await freePort(), web: await freePort(), gevent: await freePort(), cron: 0 };
    const made = await createHost({
      environment: hostEnvironment(environment, totalmem()),
      modules: [],
      ports,
      portRemedies: { postgres: '', web: '', gevent: '', cron: '' },
      deadlines: [],
      warehouses: [],
      stateDirectory,
      cacheDirectory: join(stateDirectory, 'cache'),
    });
    places.push(await runtimeDirectoryFor(stateDirectory, environment.name));
    const words = { title: 'Create the PostgreSQL cluster', why: 'a test asks for it', expectedSeconds: 3 };
    return {
      ...made,
      firstStep: { kind: 'create-cluster', ...words } as const,
      still: ({ freeBytes: _freeBytes, ...facts }) => facts,
    };
  });
});
