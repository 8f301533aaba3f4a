import { mkdir, readdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/adapters/host/command.ts';
import { type FaultProxy, startFaultProxy } from '../lab/fault-proxy.ts';
import { type ObjectServer, startObjectServer } from '../lab/s3.ts';
import { eventually } from '../serve.ts';
import { openRestoreGround } from './restore-ground.ts';

// A restore to a new environment and a clone are the same work; both end in a copy that serves, or in none.

let ground: Awaited<ReturnType<typeof openRestoreGround>>;
let server: ObjectServer;
let proxy: FaultProxy;

/** Declares a second repository in a bucket, to which every request goes through the proxy. */
async function declareFar(): Promise<void> {
  const file = join(ground.estate, 'estate.yaml');
  const text = await readFile(file, 'utf8');
  const main = text.split('---\n').find((document) => document.startsWith('kind: Repository')) ?? '';
  await writeFile(join(ground.directory, 's3-key'), 'test', { mode: 0o600 });
  const key = `"file:${ground.directory}/s3-key"`;
  const s3 = `s3: { bucket: far, endpoint: "${proxy.url}", region: us-east-1, accessKey: ${key}, secretKey: ${key} }`;
  const far = main
    .replace('name: main', 'name: far\nregion: north')
    .replace(`directory: ${ground.directory}/backups`, s3);
  const regions = 'regions: [{ name: west, jurisdiction: EU }, { name: north, jurisdiction: EU }]';
  await writeFile(file, `${text.replace('name: dock', `name: dock\n${regions}`)}---\n${far}`);
}

beforeAll(async () => {
  server = await startObjectServer();
  proxy = await startFaultProxy(server.url);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const admin = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials });
  await admin.send(new CreateBucketCommand({ Bucket: 'far' }));
  admin.destroy();
  ground = await openRestoreGround(
    'region: west\nobjectives: { rpo: 1d, rto: 1h }\nbackup: { method: logical, every: 1d, repository: main, copies: [north] }',
  );
  await declareFar();
  const { code, err } = await ground.up();
  expect(code, err).toBe(0);
  for (const verb of ['run', 'copy']) {
    const done = await ground.run('backup', verb, 'acme', '--json');
    expect(done.code, done.err + done.out).toBe(0);
  }
}, 1_500_000);

beforeEach(() => proxy.trouble(() => ({ kind: 'pass' })));

afterAll(async () => {
  await ground?.close();
  await proxy?.stop();
  await server?.stop();
}, 200_000);

const listed = async () => {
  const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as {
    copies: { name: string; state: string }[];
  };
  return copies;
};

/** Programs whose command line names the directory: of an isolated place, or of a copy. */
const programsIn = (directory: string): Promise<readonly string[]> =>
  runCommand({ command: ['pgrep', '-f', '--', directory], timeoutSeconds: 10 }).catch(() => []);

/** `undefined` where it is not there, or has ended by itself meanwhile: pg_restore only lists the dump at first. */
function killed(pid: string | undefined): true | undefined {
  try {
    return pid === undefined ? undefined : process.kill(Number(pid), 'SIGKILL') || undefined;
  } catch {
    return undefined;
  }
}

const places = () => join(ground.state, 'drills');
const inDatabase = 'Restore the database in a place of its own';
type Doomed = ReturnType<typeof ground.start>;

async function until(doomed: Doomed, step: string): Promise<void> {
  while (doomed.child.exitCode === null && !doomed.told().includes(step)) await sleep(20);
  expect(doomed.child.exitCode, doomed.told()).toBeNull();
}

async function expectNothingMade(): Promise<void> {
  expect(await listed()).toEqual([]);
  expect(await readdir(ground.state)).not.toContain('acme-doomed');
  expect(await readdir(places()).catch(() => [])).toEqual([]);
  for (const directory of [places(), join(ground.state, 'acme-doomed')]) {
    expect(await programsIn(directory)).toEqual([]);
  }
  expect(await ground.serves(ground.url)).toBe(200);
}

describe('a restore to a new environment that cannot go on', { timeout: 300_000 }, () => {
  const cut = (isCut: (number: number) => boolean): void =>
    proxy.trouble(({ number }) => ({ kind: isCut(number) ? 'reset' : 'pass' }));

  test.each<[string, (start: () => Doomed) => void, string]>([
    [
      'the network is lost while the dump is fetched',
      (start) => {
        cut((number) => number > 40);
        start();
      },
      'REPOSITORY_UNREACHABLE',
    ],
    [
      'the network is lost while its files are fetched',
      (start) => {
        const { told } = start();
        cut(() => told().includes('Restore the files that'));
      },
      'REPOSITORY_UNREACHABLE',
    ],
    [
      'pg_restore is killed with -9',
      (start) => {
        const words = `^/usr/lib/postgresql/.*/pg_restore .*${places()}`;
        void until(start(), inDatabase).then(() => eventually(60, async () => killed((await programsIn(words))[0])));
      },
      'COMMAND_FAILED',
    ],
  ])('%s: it fails clearly and leaves nothing', async (_, hinder, code) => {
    const started: Doomed[] = [];
    hinder(() => {
      const doomed = ground.start('restore', 'acme', '--to', 'acme-doomed', '--copy', 'far', '--json');
      started.push(doomed);
      return doomed;
    });
    const ended = await started[0]?.ended;
    expect(ended?.code, ended?.out).toBeGreaterThan(1);
    expect(`${ended?.out}${ended?.err}`).toContain(code);
    await expectNothingMade();
  });

  test('the disk is full in the middle: it fails clearly and leaves nothing', async () => {
    await mkdir(places(), { recursive: true });
    const mount = (...args: readonly string[]) =>
      runCommand({ command: ['mount', ...args, places()], timeoutSeconds: 10 });
    await mount('-t', 'tmpfs', '-o', 'size=2g,mode=0755', 'plimsoll-small');
    try {
      const doomed = ground.start('restore', 'acme', '--to', 'acme-doomed', '--json');
      await until(doomed, inDatabase);
      const { blocks, bfree, bsize } = await statfs(places());
      await mount('-o', `remount,size=${Math.ceil(((blocks - bfree) * bsize) / 1024) + 10_000}k`);
      const { code, out, err } = await doomed.ended;
      expect(code, out).toBeGreaterThan(1);
      expect(out + err).toContain('DISK_FULL');
      await expectNothingMade();
    } finally {
      await eventually(30, () =>
        runCommand({ command: ['umount', places()], timeoutSeconds: 10 }).then(
          () => true,
          () => undefined,
        ),
      );
    }
  });
});

describe('kill -9 of a restore to a new environment', { timeout: 600_000 }, () => {
  test.each([
    [inDatabase, ['clone', 'acme', '--to', 'acme-doomed', '--expires', '2h']],
    ['Put it in its place', ['restore', 'acme', '--to', 'acme-doomed', '--copy', 'far']],
    ['Start it, and wait until it serves', ['clone', 'acme', '--to', 'acme-doomed', '--expires', '2h']],
  ])('in "%s": it counts nowhere, and the same command brings it up and leaves nothing', async (step, args) => {
    const doomed = ground.start(...args);
    await until(doomed, step);
    doomed.child.kill('SIGKILL');
    await doomed.ended;
    for (const { state } of await listed()) expect(state).not.toBe('active');
    await eventually(30, async () => ((await programsIn(places())).length > 0 ? undefined : true));

    const made = await ground.run(...args, '--json');
    expect(made.code, made.err + made.out).toBe(0);
    expect(await ground.serves((JSON.parse(made.out) as { url: string }).url)).toBe(200);
    expect(await listed()).toMatchObject([{ name: 'acme-doomed', state: 'active' }]);
    expect(await readdir(places())).toEqual([]);

    const gone = await ground.bare('clone', 'remove', 'acme-doomed', '--yes', 'acme-doomed');
    expect(gone.code, gone.err).toBe(0);
    await expectNothingMade();
  });
});

describe('kill -9 of a check of a backup', { timeout: 300_000 }, () => {
  /** Whatever lies below the state directory that is not a running system's own. */
  const leftovers = async () =>
    (await readdir(ground.state, { recursive: true })).filter((path) => /spool|archives|draft/.test(path)).sort();

  test('at any moment: no verdict is recorded, nothing grows, and the next one is done', async () => {
    const objects = await readdir(join(ground.directory, 'backups'), { recursive: true });
    const before = await leftovers();
    for (const milliseconds of [0, 40, 160]) {
      const doomed = ground.start('backup', 'verify', 'acme');
      while (doomed.child.exitCode === null && !doomed.told().includes('check')) await sleep(5);
      await sleep(milliseconds);
      doomed.child.kill('SIGKILL');
      await doomed.ended;
    }
    const checked = await ground.run('backup', 'verify', 'acme', '--json');
    expect(checked.code, checked.err).toBe(0);
    expect(JSON.parse(checked.out)).toMatchObject({ isIntact: true, problems: [], isRecorded: true });
    const { out } = await ground.bare('ledger', 'tail', '--json');
    expect(out).toContain('backup.checked');
    expect(out).not.toMatch(/"isIntact":\s*false/);
    expect(await leftovers()).toEqual(before);
    expect(await readdir(join(ground.directory, 'backups'), { recursive: true })).toEqual(objects);
  });
});
