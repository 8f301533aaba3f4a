import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { takeLock } from '../../src/adapters/host/lock.ts';
import { createDirectoryObjectStore } from '../../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../../src/adapters/repository/backup-repository.ts';
import { generateKeys } from '../../src/adapters/repository/memory-repository.ts';
import { type LabDatabase, startLab } from '../lab/index.ts';
import { backUpLab } from './lab-backup.ts';

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
    env: { PATH: process.env['PATH'] ?? '', PLIMSOLL_STATE: join(directory, 'state') },
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
trustedSigners: ["file:${join(directory, 'signer.pem')}"]
---
kind: Environment
name: lab
stage: production
platform: host
lab: true
odoo: { version: "19.0", database: ${source.name} }
backup: { repository: main }
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
