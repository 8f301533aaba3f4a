import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { runCommand } from '../../src/adapters/host/command.ts';
import { takeLock } from '../../src/adapters/host/lock.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { createApiClient, routes } from '../../src/apps/contract/index.ts';
import { readOperatorToken } from '../../src/apps/wire-tokens.ts';
import { type LabDatabase, startLab } from '../lab/index.ts';
import { eventually, startServe } from '../serve.ts';
import { holdDump } from './held-dump.ts';
import { backUpLab } from './lab-backup.ts';
import { alwaysPeak } from './restore-api.ts';

const main = join(import.meta.dirname, '../../src/apps/cli/main.ts');
let directory = '';
let source: LabDatabase;

beforeAll(async () => {
  source = await (await startLab()).createDatabase();
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-drill-cli-'));
});
afterAll(async () => {
  await source.drop();
  await rm(directory, { recursive: true, force: true });
});

function startPlimsoll(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', PLIMSOLL_STATE: join(directory, 'state'), LAB_BACKUP: source.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { ended, told: () => out + err };
}

const plimsoll = (...args: readonly string[]) => startPlimsoll(...args).ended;

test('a declared environment is drilled from the command line, and the drill is listed with its figures', {
  timeout: 300_000,
}, async () => {
  const { publicSigningKey, ...keys } = await generateKeys();
  const backups = join(directory, 'backups');
  const repository = createBackupRepository({
    name: 'main',
    store: createDirectoryObjectStore(backups),
    clock: systemClock,
    ...keys,
  });
  const manifest = await backUpLab(repository, source);
  await mkdir(join(directory, 'estate'));
  await writeFile(join(directory, 'key.txt'), `${keys.identities[0]?.reveal()}\n`);
  await writeFile(join(directory, 'signer.pem'), publicSigningKey);
  await writeFile(join(directory, 'signing-key.pem'), keys.signingKey.reveal());
  await writeFile(
    join(directory, 'estate', 'estate.yaml'),
    `kind: Estate
name: lab
---
kind: Repository
name: main
directory: ${backups}
sealedTo: [${keys.recipients[0]}]
identity: file:${join(directory, 'key.txt')}
signingKey: file:${join(directory, 'signing-key.pem')}
trustedSigners: ["file:${join(directory, 'signer.pem')}"]
---
kind: Environment
name: lab
stage: production
platform: host
lab: true
odoo: { version: "19.0", database: ${source.name} }
backup: { repository: main, method: logical }
connect: { backup: { url: "env:LAB_BACKUP" }, filestore: { directory: ${source.filestoreDirectory} } }
`,
  );
  // DRP-02: another drill on this machine is told by its name, and nothing is begun; what has died holds nothing.
  const machine = await takeLock('drill', { waitSeconds: 1_200, what: 'a drill of the test' });
  const refused = await plimsoll('drill', 'run', 'lab', '--estate', 'estate', '--json');
  expect(JSON.parse(refused.out)).toMatchObject({ fault: { code: 'DRILL_UNDER_WAY' } });
  expect(refused.out).toContain(`process ${process.pid}, a drill of the test`);
  expect(JSON.parse((await plimsoll('drill', 'list', '--json')).out)).toEqual({ drills: [] });
  const waiting = startPlimsoll('drill', 'run', 'lab', '--estate', 'estate', '--json', '--wait', '30m');
  await expect.poll(waiting.told, { timeout: 120_000 }).toContain('waiting for another drill');
  await machine.release();
  const run = await waiting.ended;
  expect(run.code, run.err + run.out).toBe(0);
  expect(JSON.parse(run.out)).toMatchObject({ verdict: 'verified', backup: manifest.id });
  const listed = await plimsoll('drill', 'list', 'lab', '--json');
  const [drill] = (JSON.parse(listed.out) as { drills: Record<string, unknown>[] }).drills;
  expect(drill).toMatchObject({ verdict: 'verified', backup: manifest.id, environment: 'lab' });
  expect(drill?.['rtoAchievedSeconds']).toBeGreaterThan(1);
  expect(drill?.['rpoAchievedSeconds']).toBeGreaterThan(0);
  const ledger = await plimsoll('ledger', 'tail', '--json');
  expect(ledger.out).toContain('drill.verified');
  expect(ledger.out).toContain('signature');
});

/** `plimsoll serve` on the estate and the records of the test above, as on the machine that runs the environment. */
async function serveLab(estate = 'estate') {
  const state = join(directory, 'state');
  await mkdir(join(state, 'lab', 'etc'), { recursive: true });
  await writeFile(join(state, 'lab', 'etc', 'web.conf'), '');
  const serve = await startServe({ estate: join(directory, estate), state, environment: { LAB_BACKUP: source.url } });
  const token = await readOperatorToken(state);
  const api = createApiClient({ baseUrl: serve.url, ...(token === undefined ? {} : { token }) });
  const taskIn = (id: string, state: 'running' | 'cancelled' | 'succeeded') =>
    eventually(90, async () => {
      const task = await api.call(routes.getRecoveryTask, { params: { id } });
      return task.state === state ? task : undefined;
    });
  return { serve, api, taskIn };
}

test('a real drill and a real backup are cancelled by the API of a server that runs them, and nothing of them is left', {
  timeout: 400_000,
}, async () => {
  expect((await plimsoll('backup', 'run', 'lab', '--estate', 'estate', '--json')).code).toBe(0);
  const { serve, api, taskIn } = await serveLab();
  const params = { name: 'lab' };
  const { task: drill } = await api.call(routes.startDrill, { params, body: {} });
  expect(await taskIn(drill, 'running')).toMatchObject({
    kind: 'drill',
    requestedBy: { kind: 'cli' },
    canCancel: true,
  });
  await api.call(routes.cancelRecoveryTask, { params: { id: drill } });
  expect((await taskIn(drill, 'cancelled')).outcome).toMatch(/^Cancelled by /);
  const { items: drills } = await api.call(routes.listDrills, { query: { environment: 'lab', limit: 1 } });
  expect(drills).toMatchObject([{ verdict: 'inconclusive', reasons: [expect.stringContaining('cancelled')] }]);
  expect(JSON.parse((await plimsoll('drill', 'sweep', '--json')).out)).toMatchObject({ removed: [] });
  await (await takeLock('drill', { waitSeconds: 60, what: 'a test' })).release();

  const held = await holdDump(source.url, source.name);
  const { id } = await api.call(routes.startBackup, { params });
  await held.untilWaiting();
  expect(await taskIn(id, 'running')).toMatchObject({ kind: 'backup', backup: id });
  await api.call(routes.cancelRecoveryTask, { params: { id } });
  // While the dump still waits: nobody else ends it.
  await taskIn(id, 'cancelled');
  await held.end();
  const listed = JSON.parse((await plimsoll('backup', 'list', 'lab', '--estate', 'estate', '--json')).out);
  expect(listed).toMatchObject({ bad: [] });
  expect(listed.backups.map((each: { id: string }) => each.id)).not.toContain(id);
  // Its claim was given up: the next one is taken at once.
  const next = await plimsoll('backup', 'run', 'lab', '--estate', 'estate', '--wait', '10s', '--json');
  expect(next.code, next.err + next.out).toBe(0);
  const entries = (await plimsoll('ledger', 'tail', '--json')).out;
  expect(entries.match(/recovery-task\.cancel-requested/g)).toHaveLength(2);
  await serve.kill('SIGTERM');
});

interface Listed {
  readonly backups: readonly { readonly id: string }[];
  readonly bad: readonly unknown[];
}

/** Files in whose place whoever reads stands still, until they are put back. */
async function holdReaders(files: readonly string[]) {
  for (const [at, file] of files.entries()) {
    await rename(file, join(directory, `held-${at}`));
    await runCommand({ command: ['mkfifo', file], timeoutSeconds: 5 });
  }
  return async (): Promise<void> => {
    for (const [at, file] of files.entries()) await rename(join(directory, `held-${at}`), file);
  };
}

test('kill -9 of the controller in the middle of a check and a prune that were asked for: both are begun again, and nothing half-done counts', {
  timeout: 400_000,
}, async () => {
  const listed = async () =>
    JSON.parse((await plimsoll('backup', 'list', 'lab', '--estate', 'estate', '--json')).out) as Listed;
  // In a peak a controller begins nothing by itself.
  await mkdir(join(directory, 'busy'));
  const declared = await readFile(join(directory, 'estate', 'estate.yaml'), 'utf8');
  const kept = 'method: logical, retain: { daily: 1 }, immutableFor: 1s';
  const busy = declared.replace('lab: true', 'sites: [quay]').replace('method: logical', kept);
  await writeFile(join(directory, 'busy', 'estate.yaml'), busy + alwaysPeak);
  const before = (await listed()).backups.map(({ id }) => id);
  const newest = before.at(-1) ?? '';
  const folder = join(directory, 'backups', 'backups', 'lab', newest);
  const { manifest } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    manifest: { filestore: { index: { pieces: readonly { sha256: string }[] } } };
  };
  const piece = manifest.filestore.index.pieces[0]?.sha256 ?? '';
  const list = (await readdir(folder)).find((name) => name.startsWith('pieces-')) ?? '';
  const release = await holdReaders([
    join(directory, 'backups', 'pieces', piece.slice(0, 2), piece),
    join(folder, list),
  ]);

  const checks = async () =>
    (await plimsoll('ledger', 'tail', '--json', '--limit', '500')).out.match(/"backup\.checked"/g)?.length ?? 0;
  const earlier = await checks();
  const { serve, api, taskIn } = await serveLab('busy');
  const params = { name: 'lab' };
  const { id: check } = await api.call(routes.startVerification, { params, body: { backup: newest } });
  const { id: prune } = await api.call(routes.startPruning, { params, body: { confirm: 'lab' } });
  await taskIn(check, 'running');
  await eventually(90, async () => {
    const { step } = await api.call(routes.getRecoveryTask, { params: { id: prune } });
    return step?.startsWith('Free in') === true ? true : undefined;
  });
  await serve.kill('SIGKILL');
  await release();
  expect(await checks()).toBe(earlier);

  const after = await serveLab('busy');
  expect((await after.taskIn(check, 'succeeded')).outcome).toContain(`${newest} is whole`);
  expect((await after.taskIn(prune, 'succeeded')).outcome).toContain('withdrawn');
  await after.serve.kill('SIGTERM');
  expect(await checks()).toBe(earlier + 1);
  // What was withdrawn before the kill is gone for good, and what is listed is whole.
  const { backups, bad } = await listed();
  expect(bad).toEqual([]);
  expect(backups.length).toBeLessThan(before.length);
  // The first is of a dump of some tables, which a check does not take for whole.
  for (const { id } of backups.filter((each) => each.id !== before[0])) {
    const verified = await plimsoll('backup', 'verify', 'lab', id, '--estate', 'estate', '--json');
    expect(verified.code, verified.out + verified.err).toBe(0);
  }
});
