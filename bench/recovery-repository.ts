import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { runCommand } from '../src/adapters/host/command.ts';
import { createDirectoryObjectStore } from '../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../src/adapters/repository/backup-repository.ts';
import { forEachOf } from '../src/adapters/repository/budget.ts';
import { createMemoryBackupRepository, generateKeys } from '../src/adapters/repository/memory-repository.ts';
import type { BackupRepository } from '../src/ports/backup-repository.ts';
import { ensureRepositoryTools } from '../test/lab/s3.ts';

const smallFiles = 10_000;
const mebibyte = 1024 * 1024;

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

const line = (name: string, value: string, beside = ''): void =>
  console.log(`${name.padEnd(52)} ${value.padStart(14)}   ${beside}`);

/** Large pieces of random bytes: nothing to compress, all to seal. Beside it, age alone on one thread. */
async function sealing(): Promise<void> {
  const repository = await createMemoryBackupRepository(systemClock);
  const plains = Array.from({ length: 8 }, () => new Uint8Array(randomBytes(16 * mebibyte)));
  const pieces: Awaited<ReturnType<BackupRepository['putPiece']>>['piece'][] = [];
  const put = await secondsOf(() =>
    forEachOf(plains, 4, async (plain) => void pieces.push((await repository.putPiece(plain)).piece)),
  );
  const read = await secondsOf(() => forEachOf(pieces, 4, async (piece) => void (await repository.readPiece(piece))));
  const { recipients, identities } = await generateKeys();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipients[0] ?? '');
  const decrypter = new Decrypter();
  decrypter.addIdentity(identities[0]?.reveal() ?? '');
  let sealed = new Uint8Array(0) as Uint8Array;
  const sealTheirs = await secondsOf(async () => {
    sealed = await encrypter.encrypt(plains[0] ?? new Uint8Array(0));
  });
  const openTheirs = await secondsOf(() => decrypter.decrypt(sealed));
  const rate = (bytes: number, seconds: number): string => `${Math.round(bytes / mebibyte / seconds)} MiB/s`;
  const all = 8 * 16 * mebibyte;
  line('hash, compress and seal, 16 MiB pieces', rate(all, put));
  line(
    '  age alone, on one thread',
    rate(16 * mebibyte, sealTheirs),
    `${((sealTheirs * 8) / put).toFixed(1)} x our time`,
  );
  line('open, unpack and prove, 16 MiB pieces', rate(all, read));
  line(
    '  age alone, on one thread',
    rate(16 * mebibyte, openTheirs),
    `${((openTheirs * 8) / read).toFixed(1)} x our time`,
  );
}

/** A filestore of small attachments: half of them compress, half do not. */
async function writeSmallFiles(directory: string): Promise<void> {
  for (let folder = 0; folder < 100; folder += 1) {
    const place = join(directory, folder.toString().padStart(2, '0'));
    await mkdir(place, { recursive: true });
    for (let index = 0; index < smallFiles / 100; index += 1) {
      const text = Buffer.alloc(20_000, `delivery slip ${folder}-${index}, line after line; `);
      await writeFile(join(place, `file-${index}`), index % 2 === 0 ? randomBytes(20_000) : text);
    }
  }
}

async function putAll(repository: BackupRepository, directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await forEachOf(files, 16, async (file) => void (await repository.putPiece(new Uint8Array(await readFile(file)))));
}

async function smallPuts(root: string): Promise<void> {
  const source = join(root, 'filestore');
  await writeSmallFiles(source);
  const store = createDirectoryObjectStore(join(root, 'ours'));
  const repository = createBackupRepository({
    name: 'bench',
    store,
    clock: systemClock,
    ...(await generateKeys()),
  });
  const environment = { RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: join(root, 'cache'), HOME: root };
  const run = (...command: readonly string[]) => runCommand({ command, environment, timeoutSeconds: 600 });
  const theirs = ['restic', '--quiet', '--repo', join(root, 'restic')];
  await run(...theirs, 'init');
  const copy = await secondsOf(async () => {
    await run('cp', '-r', source, join(root, 'copy'));
    await run('sync', '--file-system', join(root, 'copy'));
  });
  const ours = await secondsOf(async () => {
    await putAll(repository, source);
    await store.settle('');
  });
  const restic = await secondsOf(() => run(...theirs, 'backup', source));
  const again = await secondsOf(() => putAll(repository, source));
  const resticAgain = await secondsOf(() => run(...theirs, 'backup', '--force', source));
  const show = (name: string, seconds: number): void =>
    line(name, `${seconds.toFixed(2)} s`, `${(seconds / ours).toFixed(2)} x ours`);
  line(
    `${smallFiles} files of 20 kB, sealed and durable`,
    `${ours.toFixed(2)} s`,
    `${Math.round(smallFiles / ours)} files/s`,
  );
  show('  restic backup of the same directory', restic);
  show('  cp -r and sync', copy);
  line('the same again, every file read and hashed', `${again.toFixed(2)} s`);
  line('  restic backup --force of it', `${resticAgain.toFixed(2)} s`, `${(resticAgain / again).toFixed(2)} x ours`);
}

/** What sealing costs, and what a repository of many small files costs beside restic and a plain copy. */
export async function run(): Promise<void> {
  await ensureRepositoryTools();
  await sealing();
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-bench-repository-'));
  try {
    await smallPuts(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
