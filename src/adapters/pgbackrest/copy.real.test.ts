import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ArchivedCluster, openArchivedCluster, quiet } from '../../../test/recovery/archived-cluster.ts';
import { type DoomedCopy, runCopy } from '../../../test/recovery/doomed-copy.ts';
import { createSecret, Fault } from '../../core/kernel/index.ts';
import type { PhysicalRestorePoint } from '../../ports/physical-backup.ts';
import { asSuperuser, executeFormatted } from '../host/cluster.ts';
import { runCommand } from '../host/command.ts';
import { openPgbackrestArchive } from './index.ts';
import { runPgbackrest, type Stanza } from './run.ts';
import { sendRaw } from './stream.ts';

const passphrase = createSecret('test', 'a passphrase of the test');
let cluster: ArchivedCluster;
let root = '';
let target = '';
let point: PhysicalRestorePoint;
beforeAll(async () => {
  cluster = await openArchivedCluster('acme');
  await asSuperuser(cluster.layout, (sql) => sql`create table movement (id int primary key, note text)`);
  point = await cluster.backups.take('full', quiet);
}, 600_000);
afterAll(() => cluster?.remove(), 120_000);
beforeEach(async () => {
  root = await mkdtemp('/tmp/plimsoll-copy-');
  await chmod(root, 0o755);
  target = join(root, 'to');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const request = (): DoomedCopy => {
  const { label, needs, walStart } = point;
  return { root: join(root, 'archives'), from: cluster.repositoryDirectory, to: target, label, needs, walStart };
};

/** Every file below a directory with its size. */
async function filesOf(directory: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(files.map(async (file) => [file.slice(directory.length), (await stat(file)).size] as const)),
  );
}

/** The content of the backup, all of it as long as at its source; no half of anything beside it. */
async function expectWhole(): Promise<void> {
  const [here, there] = [await filesOf(cluster.repositoryDirectory), await filesOf(target)];
  const ofBackup = (files: ReadonlyMap<string, number>) => [...files].filter(([path]) => path.includes(point.label));
  const wanted = ofBackup(here).filter(([path]) => !path.includes('backup.history'));
  expect(new Map(ofBackup(there))).toEqual(new Map(wanted));
  for (const name of ['archive/acme/archive.info', 'backup/acme/backup.info'])
    expect(there.get(`/${name}`)).not.toBe(0);
  expect([...there.keys()].filter((path) => path.endsWith('.tmp'))).toEqual([]);
}

/** A copy in a process of its own, killed so long after it has sent something; answers whether it still ran. */
async function killedAfterFirst(milliseconds: number): Promise<boolean> {
  const program = join(import.meta.dirname, '../../../test/recovery/doomed-copy.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(request())], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  await Promise.race([gone, once(child.stdout, 'data')]);
  await Promise.race([gone, sleep(milliseconds)]);
  const isKilled = child.kill('SIGKILL');
  await gone;
  return isKilled;
}

describe('a copy of a stanza', { timeout: 300_000 }, () => {
  test('does not take for a file what was not read whole, and leaves nothing of it at the target', async () => {
    await runCopy(request());
    const path = 'archive/acme/archive.info';
    const bytes = (await filesOf(target)).get(`/${path}`) ?? 0;
    const stanzaIn = async (directory: string): Promise<Stanza> => {
      const runtimeDirectory = join(root, `opened-${directory === target ? 'to' : 'from'}`);
      await mkdir(runtimeDirectory);
      const layout = { ...cluster.layout, runtimeDirectory };
      const archive = {
        stanza: 'acme',
        archiveTimeoutSeconds: 60,
        repository: { kind: 'directory', directory },
      } as const;
      await openPgbackrestArchive({ archive, secrets: { passphrase, s3: undefined }, layout });
      return { stanza: 'acme', layout };
    };
    const [from, to] = [await stanzaIn(cluster.repositoryDirectory), await stanzaIn(target)];
    // As where a program has ended before anybody read it: Node throws away what it had said, and its exit code is 0.
    const lost = sendRaw(from, to, { path, bytes: bytes + 1 });
    await expect(lost).rejects.toMatchObject({ code: 'CONTENT_ALTERED' });
    expect((await filesOf(target)).get(`/${path}`)).toBe(bytes);
    await rm(join(target, path));
    await expect(sendRaw(from, to, { path, bytes: bytes + 1 })).rejects.toMatchObject({ code: 'CONTENT_ALTERED' });
    expect([...(await filesOf(target)).keys()]).not.toContain(`/${path}`);
    expect(await sendRaw(from, to, { path, bytes })).toMatchObject({ bytes });
  });

  test('killed with -9 at any moment, or called off, is finished by the next: whole, with no half left beside', async () => {
    let killed = 0;
    // At another moment each time, after it has sent something: how fast the machine is does not matter.
    for (let round = 0; round < 8; round += 1) if (await killedAfterFirst(3 * round)) killed += 1;
    expect(killed).toBeGreaterThan(2);
    const stop = new AbortController();
    const begun = runCopy(request(), { signal: stop.signal, report: () => stop.abort() });
    await begun.catch((error: unknown) => expect(error).toBe(stop.signal.reason));
    await runCopy(request());
    await expectWhole();
    expect(await readdir(join(root, 'archives'))).toEqual([]);
  });

  /** Files at the target that are not to the bit what they are at the source. */
  async function alteredAt(paths: readonly string[]): Promise<readonly string[]> {
    const inBoth = async (path: string) =>
      Promise.all([cluster.repositoryDirectory, target].map((directory) => readFile(join(directory, path))));
    const same = await Promise.all(
      paths.map(async (path) => inBoth(path).then(([one, other]) => one?.equals(other ?? new Uint8Array()) === true)),
    );
    return paths.filter((_, at) => same[at] !== true);
  }

  /** A copy that was killed while it read back what it had sent, all of which arrived as something else; `isNoted`: it says so. */
  async function killedInReadBack({ isNoted }: { readonly isNoted: boolean }): Promise<readonly string[]> {
    await killedAfterFirst(0);
    const note = join(target, 'archive/acme/plimsoll.sending');
    const sending = (await readFile(note, 'utf8')).split('\n').filter((line) => line !== '');
    const [here, there] = [await filesOf(cluster.repositoryDirectory), await filesOf(target)];
    const arrived = sending.filter((path) => there.get(`/${path}`) === here.get(`/${path}`));
    for (const path of arrived) {
      const body = await readFile(join(target, path));
      body.writeUInt8(body.readUInt8(body.length - 1) ^ 1, body.length - 1);
      await writeFile(join(target, path), body);
    }
    if (!isNoted) await rm(note);
    expect(arrived.length).toBeGreaterThan(0);
    return arrived;
  }

  test('killed in its read-back, is read back by the next: what arrived as something else is sent again', async () => {
    const arrived = await killedInReadBack({ isNoted: true });
    expect(await alteredAt(arrived)).toEqual(arrived);
    await runCopy(request());
    expect(await alteredAt(arrived)).toEqual([]);
    await expectWhole();
    // And once all was read back, nothing is left to be.
    expect((await readFile(join(target, 'archive/acme/plimsoll.sending'), 'utf8')).trim()).toBe('');
  });

  test('without a note of what was being sent, the next takes it for proven, and it stays altered', async () => {
    const arrived = await killedInReadBack({ isNoted: false });
    await runCopy(request());
    expect(await alteredAt(arrived)).toEqual(arrived);
  });

  test('takes an info that a killed one left empty for what it is, and another archive never for its own', async () => {
    await runCopy(request());
    const info = join(target, 'archive/acme/archive.info');
    await writeFile(info, '');
    await runCopy(request());
    await expectWhole();
    // Both empty: the very first copy was killed.
    for (const file of [info, `${info}.copy`]) await writeFile(file, '');
    await runCopy(request());
    await expectWhole();
    for (const file of [info, `${info}.copy`]) await writeFile(file, 'of somebody else');
    await expect(runCopy(request())).rejects.toMatchObject({ code: 'REPOSITORY_INVALID' });
  });
});

test('a copy to a full disk fails with a fault, in the words of pgBackRest, and the next one is whole once there is room', {
  timeout: 300_000,
}, async () => {
  const mount = (...args: readonly string[]) => runCommand({ command: ['mount', ...args, target], timeoutSeconds: 10 });
  await mkdir(target);
  await mount('-t', 'tmpfs', '-o', 'size=300k,mode=0777', 'plimsoll-small');
  try {
    const failure = await runCopy(request()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Fault);
    expect(String(failure)).toContain('pgBackRest could not do repo-put');
    await mount('-o', 'remount,size=1g');
    await runCopy(request());
    await expectWhole();
  } finally {
    await runCommand({ command: ['umount', '--lazy', target], timeoutSeconds: 10 });
  }
});

test('a backup into a repository without room fails with REPOSITORY_FULL, counts nowhere, and with room again the next one is whole', {
  timeout: 120_000,
}, async () => {
  const kept = join(cluster.repositoryDirectory, 'backup/acme');
  const run = (...command: readonly string[]) => runCommand({ command, timeoutSeconds: 30 });
  const { uid } = await stat(kept);
  await run('cp', '-a', kept, join(root, 'aside'));
  const files = [...(await filesOf(kept))].filter(([path]) => !path.startsWith('/latest'));
  const bytes = files.reduce((sum, [, each]) => sum + each, 0);
  // Its earlier backup and nearly all of another have room in it: pgBackRest tries for long where a file of the cluster has none.
  const size = Math.ceil(bytes * 1.9);
  await run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0750,uid=${uid}`, 'plimsoll-small', kept);
  try {
    await run('cp', '-a', `${join(root, 'aside')}/.`, kept);
    const before = await cluster.backups.list();
    await expect(cluster.backups.take('full', quiet)).rejects.toMatchObject({ code: 'REPOSITORY_FULL' });
    expect(await cluster.backups.list()).toEqual(before);
    await run('mount', '-o', 'remount,size=1g', kept);
    const taken = await cluster.backups.take('full', quiet);
    expect(await cluster.backups.verify()).toEqual([]);
    expect((await cluster.backups.list()).map(({ label }) => label)).toEqual([point.label, taken.label]);
  } finally {
    await run('umount', '--lazy', kept);
  }
});

test('a database whose name pgBackRest could not read again is refused before a backup; without that, one is taken that nobody can use', {
  timeout: 120_000,
}, async () => {
  const name = 'two\nlines';
  await asSuperuser(cluster.layout, (sql) => executeFormatted(sql, 'create database %I template template0', name));
  try {
    const before = await cluster.backups.list();
    await expect(cluster.backups.take('full', quiet)).rejects.toMatchObject({
      code: 'BACKUP_FAILED',
      message: expect.stringContaining('"two\\nlines"'),
    });
    expect(await cluster.backups.list()).toEqual(before);
    const run = (type: string) =>
      runPgbackrest({ stanza: 'acme', layout: cluster.layout }, ['backup', `--type=${type}`], {
        timeoutSeconds: 60,
        faultCode: 'BACKUP_FAILED',
      });
    await run('full');
    await expect(run('diff')).rejects.toThrow('manifest');
  } finally {
    await asSuperuser(cluster.layout, (sql) => executeFormatted(sql, 'drop database %I', name));
  }
});
