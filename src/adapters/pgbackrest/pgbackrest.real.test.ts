import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ArchivedCluster,
  openArchivedCluster,
  quiet,
  startServer,
} from '../../../test/recovery/archived-cluster.ts';
import { compileHost, type HostLayout, hostPaths, hostUsers } from '../../core/compile/host/index.ts';
import { createSecret, Fault } from '../../core/kernel/index.ts';
import { comesFrom, lineAt, type WalState } from '../../core/recovery/index.ts';
import type { PhysicalBackups, PhysicalRestorePoint } from '../../ports/physical-backup.ts';
import { asSuperuser, ownedFile, writeClusterConfiguration } from '../host/cluster.ts';
import { identityOf, runCommand } from '../host/command.ts';
import { announceHistory } from '../host/log-history.ts';
import { freePort } from '../host/places.ts';
import { isAlive, type ProcessRecord, stopProcess } from '../host/processes.ts';

let cluster: ArchivedCluster;
let backups: PhysicalBackups;
let layout: HostLayout;
const others: ProcessRecord[] = [];

beforeAll(async () => {
  cluster = await openArchivedCluster('acme');
  ({ backups, layout } = cluster);
  await asSuperuser(layout, (sql) => sql`create table movement (id int primary key, note text)`);
}, 600_000);

afterAll(async () => {
  for (const record of others) await stopProcess(record);
  await cluster?.remove();
}, 120_000);

const insert = (id: number): Promise<unknown> =>
  asSuperuser(layout, (sql) => sql`insert into movement values (${id}, ${'moved'})`);

interface Target {
  readonly label?: string;
  readonly at?: Temporal.Instant;
  readonly timeline?: number;
}

/** Restores into a cluster of its own, which is stopped again. */
async function recover(target: Target): Promise<{ readonly rows: readonly number[]; readonly dataDirectory: string }> {
  const copy: HostLayout = {
    ...layout,
    runtimeDirectory: await mkdtemp(join(cluster.root, 'copy-')),
    ports: { postgres: await freePort(), web: 0, gevent: 0 },
  };
  await chmod(copy.runtimeDirectory, 0o755);
  const paths = hostPaths(copy);
  await mkdir(join(copy.runtimeDirectory, 'postgres'), { mode: 0o755 });
  await mkdir(paths.logDirectory);
  const { label, at, timeline } = target;
  await backups.fill({ label, at, timeline, dataDirectory: paths.postgresData }, quiet);
  const { archive: _, ...plain } = cluster.environment;
  await writeClusterConfiguration(copy, compileHost(plain, copy).files[0]?.content ?? '');
  await writeFile(paths.superuserPasswordFile, await passwordOf());
  const record = await startServer(copy, plain);
  others.push(record);
  for (;;) {
    const [row] = await asSuperuser(copy, (sql) => sql<{ busy: boolean }[]>`select pg_is_in_recovery() as busy`);
    if (row?.busy === false) break;
    if (!(await isAlive(record))) throw new Error('the restored cluster has ended');
    await sleep(200);
  }
  const rows = await asSuperuser(copy, (sql) => sql<{ id: number }[]>`select id from movement order by id`);
  await stopProcess(record);
  return { rows: rows.map(({ id }) => id), dataDirectory: paths.postgresData };
}

/** The movements that a restored cluster has. */
const restored = async (target: Target): Promise<readonly number[]> => (await recover(target)).rows;

/** Puts a restored cluster in the place of the one that runs. */
async function putInPlace(dataDirectory: string, since: Temporal.Instant): Promise<void> {
  await cluster.stop();
  const inPlace = hostPaths(layout).postgresData;
  await rename(inPlace, `${inPlace}-before`);
  await rename(dataDirectory, inPlace);
  await writeClusterConfiguration(layout, compileHost(cluster.environment, layout).files[0]?.content ?? '');
  // What pgBackRest has left there says that nothing is archived.
  await ownedFile(join(inPlace, 'postgresql.auto.conf'), '', hostUsers.postgres);
  await announceHistory(inPlace, since);
  await cluster.start();
}

/** The state of the log once all of it is archived; as it is after a minute otherwise. */
async function untilNothingWaits(from: string | undefined): Promise<WalState> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const state = await backups.walState(from);
    if (state.waitingSegments === 0 || performance.now() > deadline) return state;
    await sleep(500);
  }
}

async function passwordOf(): Promise<string> {
  const lines = await runCommand({ command: ['/bin/cat', hostPaths(layout).superuserPasswordFile], timeoutSeconds: 5 });
  return lines.join('');
}

describe('BKP-02, BKP-03: physical backups and archived WAL', () => {
  let full: PhysicalRestorePoint;
  let between: Temporal.Instant;

  test('a full one says what it is, and a differential one what it needs', { timeout: 180_000 }, async () => {
    await insert(1);
    const ratios: number[] = [];
    full = await backups.take('full', { report: ({ ratio }) => ratios.push(ratio) });
    expect(full).toMatchObject({ kind: 'full', needs: [], timeline: 1, hasError: false });
    expect(full.label).toMatch(/^\d{8}-\d{6}F$/);
    const [row] = await asSuperuser(
      layout,
      (sql) => sql<{ id: string }[]>`select system_identifier::text as id from pg_control_system()`,
    );
    expect(full.systemIdentifier).toBe(row?.id);
    expect(ratios.at(-1)).toBeCloseTo(1, 1);
    await insert(2);
    const differential = await backups.take('differential', quiet);
    expect(differential).toMatchObject({ kind: 'differential', needs: [full.label] });
    expect(differential.addedBytes).toBeLessThan(full.addedBytes);
    expect((await backups.list()).map(({ label }) => label)).toEqual([full.label, differential.label]);
  });

  test('to the second: a record after the instant is absent, one before is present', { timeout: 180_000 }, async () => {
    await insert(3);
    await sleep(1_100);
    between = Temporal.Now.instant();
    await sleep(1_100);
    await insert(4);
    await backups.mark();
    expect(await restored({ at: between })).toEqual([1, 2, 3]);
    expect(await restored({})).toEqual([1, 2, 3, 4]);
    expect(await restored({ label: full.label, at: between })).toEqual([1, 2, 3]);
  });

  test('a mark makes the present instant reachable on a database where nothing happens', {
    timeout: 120_000,
  }, async () => {
    const { at } = await backups.mark();
    expect(await restored({ at })).toEqual([1, 2, 3, 4]);
  });

  test('all is well: the chain has no gap, and nothing waits', { timeout: 60_000 }, async () => {
    // What the repository has already, PostgreSQL notes as archived a moment later.
    const state = await untilNothingWaits(full.walStart);
    expect(state).toMatchObject({ isArchiving: true, gaps: [], waitingSegments: 0 });
    expect(state.reaches).toBeDefined();
    expect(await backups.verify()).toEqual([]);
  });

  test('a corrupt segment is named by verify', { timeout: 120_000 }, async () => {
    const directory = join(cluster.repositoryDirectory, 'archive/acme/15-1/0000000100000000');
    const name = (await readdir(directory)).filter((each) => /^[0-9A-F]{24}-/.test(each)).toSorted()[1] ?? '';
    await runCommand({
      command: ['/bin/sh', '-c', 'printf X | dd of="$1" bs=1 seek=100 conv=notrunc', 'sh', join(directory, name)],
      timeoutSeconds: 10,
    });
    expect((await backups.verify()).join()).toContain(name);
  });

  test('a lost segment is a gap, and shortens what can be reached', { timeout: 120_000 }, async () => {
    const directory = join(cluster.repositoryDirectory, 'archive/acme/15-1/0000000100000000');
    const { reaches } = await backups.walState(full.walStart);
    await insert(5);
    await backups.mark();
    await insert(6);
    await backups.mark();
    const segments = (await readdir(directory)).filter((each) => /^[0-9A-F]{24}-/.test(each)).toSorted();
    const lost = segments.find((each) => each.slice(0, 24) > (reaches ?? '')) ?? '';
    await rm(join(directory, lost));
    const state = await backups.walState(full.walStart);
    expect(state.gaps).toEqual([{ first: lost.slice(0, 24), last: lost.slice(0, 24), segments: 1 }]);
    expect(state.reaches).toBe(reaches);
    await backups.take('full', quiet);
    const [newest] = (await backups.list()).toReversed();
    expect((await backups.walState(newest?.walStart)).gaps).toEqual([]);
  });

  test('a backup that is withdrawn takes those with it that need it, and the log that no other needs', {
    timeout: 60_000,
  }, async () => {
    expect(await backups.segments()).toContain(full.walStart);
    await backups.withdraw(full.label);
    const [left, ...others] = await backups.list();
    expect([left?.kind, others]).toEqual(['full', []]);
    expect((await backups.segments())[0]).toBe(left?.walStart);
  });
});

describe('when the repository is away', () => {
  const away = () => `${cluster.repositoryDirectory}.away`;

  test('a failing archive is seen, and PostgreSQL still stops in time', { timeout: 180_000 }, async () => {
    await runCommand({ command: ['/bin/mv', cluster.repositoryDirectory, away()], timeoutSeconds: 10 });
    await writeFile(cluster.repositoryDirectory, 'not a directory');
    await insert(7);
    await asSuperuser(layout, (sql) => sql`select pg_switch_wal()`);
    const deadline = performance.now() + 60_000;
    let state = await backups.walState(undefined);
    while (state.failedCount === 0 && performance.now() < deadline) {
      await sleep(500);
      state = await backups.walState(undefined);
    }
    expect(state.failedCount).toBeGreaterThan(0);
    expect(state.waitingSegments).toBeGreaterThan(0);
    const began = performance.now();
    expect(await cluster.stop()).toBe('stopped');
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  test('a backup fails with a code and words, and nothing is listed that was not there', {
    timeout: 120_000,
  }, async () => {
    await cluster.start();
    const failure = await backups.take('full', quiet).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Fault);
    await rm(cluster.repositoryDirectory);
    await runCommand({ command: ['/bin/mv', away(), cluster.repositoryDirectory], timeoutSeconds: 10 });
    expect(await backups.list()).toHaveLength(1);
    await backups.take('incremental', quiet);
    const { waitingSegments } = await untilNothingWaits(undefined);
    expect(waitingSegments).toBe(0);
  });

  test('another passphrase opens nothing', { timeout: 60_000 }, async () => {
    const stranger = cluster.openWith(createSecret('test', 'another one'));
    await expect(stranger.prepare()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    await backups.prepare();
  });
});

describe('RST-05: after a restore in place', () => {
  test('what it gave up is told from what is there now, and every instant of both comes back', {
    timeout: 240_000,
  }, async () => {
    const full = await backups.take('full', quiet);
    const { at: target } = await backups.mark();
    await insert(8);
    const { at: inGivenUp } = await backups.mark();
    const givenUp = await backups.take('incremental', quiet);
    const { rows: before, dataDirectory } = await recover({ label: full.label, at: target });
    const { at: since } = await backups.mark();
    await putInPlace(dataDirectory, since);
    await insert(14);
    const next = await backups.take('incremental', quiet);
    const { at: inNew, timeline } = await backups.mark();
    await insert(15);
    const histories = await backups.histories();
    const { systemIdentifier } = full;
    expect(histories).toMatchObject([{ systemIdentifier, timeline, since, forks: [{ timeline: 1 }] }]);
    const lines = { points: await backups.list(), histories };
    const now = lineAt(lines) ?? expect.fail();
    expect([lineAt(lines, inGivenUp), now]).toMatchObject([{ timeline: 1 }, { timeline }]);
    expect([full, givenUp, next].map((each) => comesFrom(now, each, histories))).toEqual([false, false, true]);
    expect(await restored({ label: next.label, at: inNew, timeline })).toEqual([...before, 14]);
    expect(await restored({ label: givenUp.label, timeline: 1 })).toEqual([...before, 8]);
    expect(await restored({ label: full.label, at: inGivenUp, timeline: 1 })).toEqual([...before, 8]);
    // Without being told which line, PostgreSQL follows the newest, and that backup is not on it.
    await expect(restored({ label: givenUp.label, at: inGivenUp })).rejects.toThrow();
    expect(next).toMatchObject({ timeline });
    expect((await backups.walState(next.walStart)).gaps).toEqual([]);
  });
});

test("a lock of pgBackRest's own that somebody else holds is waited for, as long as was said", {
  timeout: 240_000,
}, async () => {
  const lock = `${hostPaths(layout).pgbackrest.lock}/acme-backup.lock`;
  // Only flock itself holds it, not what it runs.
  const hold = async (seconds: number) => {
    const args = ['-o', '-x', lock, 'sh', '-c', `echo held; sleep ${seconds}`];
    const child = spawn('flock', args, await identityOf(hostUsers.postgres));
    await once(child.stdout, 'data');
    return child;
  };
  const long = await hold(60);
  await expect(backups.take('full', { ...quiet, waitSeconds: 1 })).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
  long.kill('SIGKILL');
  await once(long, 'exit');
  await hold(3);
  expect((await backups.take('full', { ...quiet, waitSeconds: 180 })).kind).toBe('full');
});
