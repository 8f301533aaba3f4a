// An S3 server for real tests: moto, of a later Debian release, unpacked into the machine's cache and run by the system's Python.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { installPackages, missingPackages } from '../../src/adapters/host/apt.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { downloadPackage } from '../../src/adapters/host/debian-package.ts';
import { takeLock } from '../../src/adapters/host/lock.ts';
import { freePort, machineCache } from '../../src/adapters/host/places.ts';
import { objectServerPackage, repositoryToolPackages } from '../../src/core/provision/index.ts';

const marker = 'plimsoll-complete';
const context = { report: () => undefined };

/** Installs age, restic and what moto needs, where that was not done before. */
export async function ensureRepositoryTools(): Promise<void> {
  const lock = await takeLock('plimsoll-test-packages', { waitSeconds: 900 });
  try {
    const missing = await missingPackages(repositoryToolPackages);
    if (missing.length > 0) await installPackages(missing, context);
  } finally {
    await lock.release();
  }
}

async function ensureMoto(): Promise<string> {
  const directory = join(machineCache, objectServerPackage.name);
  const lock = await takeLock(`${machineCache}/${objectServerPackage.name}`, { waitSeconds: 900 });
  try {
    const isThere = await readFile(join(directory, marker)).then(
      () => true,
      () => false,
    );
    if (isThere) return directory;
    await mkdir(machineCache, { recursive: true, mode: 0o755 });
    const { file, version } = await downloadPackage(machineCache, objectServerPackage, context);
    const building = `${directory}.building`;
    await rm(building, { recursive: true, force: true });
    await runCommand({ command: ['dpkg-deb', '--extract', file, building], timeoutSeconds: 120 });
    await writeFile(join(building, marker), `${version}\n`);
    await rm(directory, { recursive: true, force: true });
    await rename(building, directory);
    return directory;
  } finally {
    await lock.release();
  }
}

/** A running S3 server; what it holds is in its memory and gone with it. */
export interface ObjectServer {
  readonly url: string;
  stop(): Promise<void>;
}

async function waitForAnswer(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`moto ended with exit code ${child.exitCode}`);
    const isUp = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await sleep(100);
  }
  throw new Error('moto does not answer within 60 s');
}

/**
 * Starts moto on a free loopback port; it ends with this process at the latest. It believes every key; with `requestsBelieved`, so many
 * requests only: then it asks for the rights of each key, as a real service does.
 */
export async function startObjectServer(options: { readonly requestsBelieved?: number } = {}): Promise<ObjectServer> {
  await ensureRepositoryTools();
  const directory = await ensureMoto();
  const port = await freePort();
  const main = 'import sys; from moto.server import main; main(["-H", "127.0.0.1", "-p", sys.argv[1]])';
  const child = spawn('/usr/bin/python3', ['-c', main, String(port)], {
    env: {
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      PYTHONPATH: join(directory, 'usr/lib/python3/dist-packages'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...(options.requestsBelieved === undefined
        ? {}
        : { INITIAL_NO_AUTH_ACTION_COUNT: String(options.requestsBelieved) }),
    },
    stdio: 'ignore',
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    kill();
    await gone;
  };
  const url = `http://127.0.0.1:${port}`;
  await waitForAnswer(url, child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

/** Makes a bucket on a test's own S3 server, which believes every key. */
export async function makeBucket(server: Pick<ObjectServer, 'url'>, bucket: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({ endpoint: server.url, region: 'us-east-1', credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } finally {
    client.destroy();
  }
}
