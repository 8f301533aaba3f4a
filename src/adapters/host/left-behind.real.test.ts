import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quiet } from '../../../test/recovery/archived-cluster.ts';
import { eventually } from '../../../test/serve.ts';
import { compileHost, type HostLayout, hostPaths } from '../../core/compile/host/index.ts';
import { asSuperuser, createCluster, writeClusterConfiguration } from './cluster.ts';
import { runCommand } from './command.ts';
import { createComponentTable } from './component-table.ts';
import { freePort, isPortFree, postgresBinaries } from './places.ts';
import { isAlive, type ProcessRecord, readRecords, startProcess, startTicksOf, stopProcess } from './processes.ts';
import { stopRecorded } from './supervision.ts';

// The state directory of one environment, `acme`, with a cluster that nothing else uses.
let state = '';
let layout: HostLayout;
let directory = '';
const environment = {
  name: 'acme',
  database: 'acme',
  workers: { web: 1, gevent: 1, cron: 1 },
  memoryBytes: 2 ** 30,
  isDisposable: false,
};
const program = join(import.meta.dirname, '../../../test/recovery/doomed-start.ts');

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'plimsoll-left-behind-'));
  await chmod(state, 0o755);
  directory = join(state, 'acme/run');
  layout = {
    runtimeDirectory: join(state, 'acme'),
    softwareDirectory: '',
    launcherFile: '',
    postgresBinaries,
    ports: { postgres: await freePort(), web: 0, gevent: 0 },
  };
  await createCluster(layout, quiet);
  await writeClusterConfiguration(layout, compileHost(environment, layout).files[0]?.content ?? '');
  await mkdir(directory, { recursive: true });
}, 120_000);

afterAll(async () => {
  await stopRecorded(state);
  await rm(state, { recursive: true, force: true });
});

const table = () => createComponentTable({ directory, specifications: compileHost(environment, layout).processes });

/** The pid of the server that has the data directory, as it says itself. */
async function serverPid(): Promise<number | undefined> {
  const text = await readFile(join(hostPaths(layout).postgresData, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isNaN(pid) || (await startTicksOf(pid)) === undefined ? undefined : pid;
}

/** Starts the server by a process that is killed before it has recorded it: the record goes into a pipe that nobody reads. */
async function startAndKillStarter(): Promise<number> {
  const pipe = join(directory, 'postgres.json.new');
  await runCommand({ command: ['mkfifo', pipe], timeoutSeconds: 5 });
  const starter = spawn(process.execPath, [program, JSON.stringify({ layout, environment }), directory], {
    stdio: 'inherit',
  });
  const gone = once(starter, 'exit');
  const pid = await eventually(60, serverPid);
  starter.kill('SIGKILL');
  await gone;
  await rm(pipe);
  expect(await readRecords(directory)).toEqual([]);
  return pid;
}

describe('a PostgreSQL whose starter was killed before it was recorded', { timeout: 240_000 }, () => {
  test('is known again as what it is, and the next start takes it over', async () => {
    const pid = await startAndKillStarter();
    await table().start('postgres');
    expect(await readRecords(directory)).toMatchObject([{ name: 'postgres', pid }]);
    expect((await table().list())[0]).toMatchObject({ component: 'postgres', isAlive: true, pid });
    await asSuperuser(layout, (sql) => sql`select 1`);
    expect(await table().stop('postgres')).toBe('stopped');
    expect(await isPortFree(layout.ports.postgres)).toBe(true);
  });

  test('is stopped by whoever stops everything, before its data is moved', async () => {
    const pid = await startAndKillStarter();
    expect(await stopRecorded(state)).toEqual([{ component: 'postgres', pid, how: 'stopped' }]);
    expect(await serverPid()).toBeUndefined();
    await startAndKillStarter();
    expect(await table().stop('postgres')).toBe('stopped');
    expect(await serverPid()).toBeUndefined();
  });

  test("without our mark it is somebody's own, even on the same data: it is neither taken for ours nor signalled", async () => {
    const [specification] = compileHost(environment, layout).processes;
    if (specification === undefined) throw new Error('the compiled environment has a database');
    const { record } = await startProcess({ ...specification, name: 'postgres' });
    await expectUntouched(record);
  });

  test("with the mark of another directory it is that one's", async () => {
    const elsewhere = createComponentTable({
      directory: join(state, 'other/run'),
      specifications: compileHost(environment, layout).processes,
    });
    await elsewhere.start('postgres');
    const [record] = await readRecords(join(state, 'other/run'));
    if (record === undefined) throw new Error('it was recorded there');
    await expectUntouched(record);
  });
});

async function expectUntouched(record: ProcessRecord): Promise<void> {
  await eventually(60, serverPid);
  try {
    expect((await table().list())[0]).toMatchObject({ isAlive: false });
    expect(await table().stop('postgres')).toBe('was-gone');
    expect(await isAlive(record)).toBe(true);
  } finally {
    await stopProcess(record);
  }
}
