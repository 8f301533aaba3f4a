import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureRepositoryTools } from '../../../test/lab/s3.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { environment, idOf, publishExample } from '../../ports/backup-repository.fixture.ts';
import { systemClock } from '../clock/system-clock.ts';
import { runCommand } from '../host/command.ts';
import { createDirectoryObjectStore } from '../object-store/directory-object-store.ts';
import { createBackupRepository } from './backup-repository.ts';
import { createFileKeyRing } from './file-key-ring.ts';

let root: string;
let published: Awaited<ReturnType<typeof publishExample>>;
const shell = (script: string, ...args: readonly string[]) =>
  runCommand({ command: ['/bin/bash', '-o', 'pipefail', '-c', script, 'by-hand', ...args], timeoutSeconds: 60 });
const ring = () => createFileKeyRing(join(root, 'keys'));
const pieceFile = (sha256: string): string => join(root, 'backups', 'pieces', sha256.slice(0, 2), sha256);
const folder = () => join(root, 'backups', 'backups', environment, idOf(8));

beforeAll(async () => {
  await ensureRepositoryTools();
  root = await mkdtemp(join(tmpdir(), 'plimsoll-by-hand-'));
  await ring().create(Temporal.Instant.from('2026-11-21T08:00:00Z'));
  await ring().rotate('seal', Temporal.Instant.from('2026-11-21T09:00:00Z'));
  const { files } = ring();
  const repository = createBackupRepository({
    name: 'main',
    store: createDirectoryObjectStore(join(root, 'backups')),
    clock: systemClock,
    recipients: [await readFile(files.recipients, 'utf8')],
    signingKey: createSecret('signing key', await readFile(files.signingKey, 'utf8')),
  });
  published = await publishExample(repository, 8, [new Uint8Array(0), new Uint8Array(3 * 1024 * 1024)]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a backup is opened without Plimsoll', () => {
  test('age and zstd give back the content that the name promises', async () => {
    const { dump, index, pieces } = published;
    for (const { sha256 } of [dump, index, ...pieces]) {
      const script = 'age -d -i "$1" "$2" | zstd -dcq | sha256sum | cut -c1-64';
      expect(await shell(script, ring().files.identity, pieceFile(sha256))).toEqual([sha256]);
    }
  });

  test('either of two identities alone opens it', async () => {
    const identities = (await readFile(ring().files.identity, 'utf8')).match(/AGE-SECRET-KEY-1\w+/g) ?? [];
    expect(identities).toHaveLength(2);
    for (const [at, identity] of identities.entries()) {
      const file = join(root, `identity-${at}.txt`);
      await writeFile(file, `${identity}\n`, { mode: 0o600 });
      const script = 'age -d -i "$1" "$2" | zstd -dcq | sha256sum | cut -c1-64';
      expect(await shell(script, file, pieceFile(published.dump.sha256))).toEqual([published.dump.sha256]);
    }
  });

  test('without the identity age opens nothing', async () => {
    await shell('age-keygen -o "$1" 2>/dev/null', join(root, 'stranger.txt'));
    const opened = shell('age -d -i "$1" "$2"', join(root, 'stranger.txt'), pieceFile(published.dump.sha256));
    await expect(opened).rejects.toMatchObject({
      details: { lastLines: expect.stringContaining('no identity matched') },
    });
  });

  test('openssl holds the signature over the manifest, and refuses it over another text', async () => {
    const [signature = ''] = (await readdir(folder())).filter((name) => name.endsWith('.sig'));
    const script = 'openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3"';
    const args = [ring().files.signers, join(folder(), 'manifest.json'), join(folder(), signature)] as const;
    expect(await shell(script, ...args)).toEqual(['Signature Verified Successfully']);
    await writeFile(join(root, 'edited.json'), `${await readFile(args[1], 'utf8')} `);
    await expect(shell(script, args[0], join(root, 'edited.json'), args[2])).rejects.toThrow();
  });

  test('the list of pieces is text whose SHA-256 the manifest holds', async () => {
    const manifest = JSON.parse(await readFile(join(folder(), 'manifest.json'), 'utf8'));
    const [list = ''] = (await readdir(folder())).filter((name) => name.startsWith('pieces-'));
    const [digest] = await shell('zstd -dcq "$1" | sha256sum | cut -c1-64', join(folder(), list));
    expect(digest).toBe(manifest.pieces.sha256);
    expect(await shell('zstd -dcq "$1"', join(folder(), list))).toHaveLength(manifest.pieces.count);
  });
});
