import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../test/serve.ts';
import { createRandom, createSecret, Fault } from '../../core/kernel/index.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createDirectoryObjectStore } from '../object-store/directory-object-store.ts';
import { createBackupRepository } from './backup-repository.ts';
import { createFileKeyRing } from './file-key-ring.ts';

const program = join(import.meta.dirname, '../../../test/doomed-repository.ts');
const rounds = 6;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plimsoll-doomed-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Starts the program and answers once it has done something. */
async function start(role: string, seed: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, role, join(root, 'backups'), join(root, 'keys'), String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += String(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`${role} ended with ${code}: ${complaint}`)));
  });
  child.removeAllListeners('exit');
  child.once('exit', (code) => {
    if (code !== null) failures.push(`${role} ended with ${code}: ${complaint}`);
  });
  return child;
}

const failures: string[] = [];

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

test('writers and collectors are killed at any moment: what is listed is whole, and what is left is collected', {
  timeout: 400_000,
}, async () => {
  const ring = createFileKeyRing(join(root, 'keys'));
  await ring.create(Temporal.Now.instant());
  const random = createRandom(26);
  for (let round = 0; round < rounds; round += 1) {
    const [writer, collector] = await Promise.all([start('write', round), start('collect', 100 + round)]);
    await sleep(200 + random.integer(900));
    await kill(random.integer(2) === 0 ? writer : collector);
    await sleep(random.integer(300));
    await Promise.all([kill(writer), kill(collector)]);
  }
  expect(failures).toEqual([]);
  const repository = createBackupRepository({
    name: 'after',
    store: createDirectoryObjectStore(join(root, 'backups')),
    clock: systemClock,
    terms: { suspectSeconds: 3, renewSeconds: 0.3, watchSeconds: 0.5 },
    graceSeconds: 0,
    recipients: [await readFile(ring.files.recipients, 'utf8')],
    identities: [createSecret('identity', await readFile(ring.files.identity, 'utf8'))],
    signingKey: createSecret('signing key', await readFile(ring.files.signingKey, 'utf8')),
  });
  const { good, bad } = await repository.list('acme-prod');
  expect(bad).toEqual([]);
  expect(good.length).toBeGreaterThan(0);
  for (const { manifest } of good) {
    const dump = manifest.database.method === 'logical' ? manifest.database.files : [];
    for (const file of [...dump, manifest.filestore.index, ...manifest.configuration]) {
      for (const piece of file.pieces) expect(await repository.checkPiece(piece)).toBe('intact');
    }
  }
  for (const { manifest } of good) await repository.withdraw('acme-prod', manifest.id);
  // Until then the claims of the writer and of the collector that were killed last keep collection away.
  const collected = await eventually(30, async () => {
    const report = await repository.collect({ dryRun: false }).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'BACKUP_UNDER_WAY') return undefined;
      throw error;
    });
    return report?.isComplete === true ? report : undefined;
  });
  expect(collected.kept).toBe(0);
  expect(await Array.fromAsync(repository.listPieces())).toEqual([]);
  const store = createDirectoryObjectStore(join(root, 'backups'));
  await store.sweep(Temporal.Now.instant().add({ hours: 1 }));
  expect(await readdir(join(root, 'backups', '.drafts'))).toEqual([]);
  const left = await Array.fromAsync(store.list(''));
  expect(left.filter(({ key }) => key.startsWith('backups/'))).toEqual([]);
  expect(left.length).toBeLessThan(20);
});
