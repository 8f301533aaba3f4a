import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createSecret } from '../../core/kernel/index.ts';
import type { BackupKeyRing, KeyRingFiles } from '../../ports/backup-keys.ts';
import { environment, idOf, publishExample } from '../../ports/backup-repository.fixture.ts';
import { systemClock } from '../clock/system-clock.ts';
import { createMemoryObjectStore } from '../object-store/memory-object-store.ts';
import { createBackupRepository } from './backup-repository.ts';
import { createFileKeyRing, createKeyRing } from './file-key-ring.ts';

const created: string[] = [];
const now = Temporal.Instant.from('2026-11-21T08:00:00Z');
const later = now.add({ hours: 24 * 90 });

async function prepare() {
  const parent = await mkdtemp(join(tmpdir(), 'plimsoll-key-ring-'));
  created.push(parent);
  const directory = join(parent, 'main');
  return { directory, ring: createFileKeyRing(directory) };
}

afterEach(async () => {
  await Promise.all(created.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
});

const store = createMemoryObjectStore(systemClock);

/** As the Repository document would open it: from the files that the ring names. */
async function open(ring: BackupKeyRing<KeyRingFiles>, over = store) {
  const { files } = ring;
  return createBackupRepository({
    name: 'main',
    store: over,
    clock: systemClock,
    recipients: [await readFile(files.recipients, 'utf8')],
    identities: [createSecret('file:identity', await readFile(files.identity, 'utf8'))],
    signingKey: createSecret('file:signing-key', await readFile(files.signingKey, 'utf8')),
    trustedSigners: [await readFile(files.signers, 'utf8')],
  });
}

describe('a key ring in files', () => {
  test('private keys are for their owner alone, and no draft is left', async () => {
    const { directory, ring } = await prepare();
    await ring.create(now);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    for (const file of [ring.files.identity, ring.files.signingKey])
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).sort()).toEqual([
      'identity.txt',
      'recipients.txt',
      'signers.pem',
      'signing-key.pem',
    ]);
  });

  test('what it lists holds no private half', async () => {
    const { ring } = await prepare();
    expect(await ring.list()).toEqual([]);
    await ring.create(now);
    const keys = await ring.list();
    expect(keys.map(({ kind, isCurrent }) => [kind, isCurrent])).toEqual([
      ['seal', true],
      ['sign', true],
    ]);
    expect(JSON.stringify(keys)).not.toMatch(/SECRET|PRIVATE/);
    expect(keys.map(({ createdAt }) => createdAt)).toEqual([now, now]);
  });

  test('keys are never overwritten', async () => {
    const { ring } = await prepare();
    expect(await ring.create(now)).toHaveLength(4);
    const keys = await ring.list();
    expect(await ring.create(later)).toEqual([]);
    expect(await ring.list()).toEqual(keys);
  });

  test('a creation that was killed half-way is finished by the next', async () => {
    const { ring } = await prepare();
    await ring.create(now);
    const [seal] = await ring.list();
    for (const file of [ring.files.recipients, ring.files.signers, ring.files.signingKey]) await rm(file);
    expect(await ring.create(later)).toHaveLength(3);
    const keys = await ring.list();
    expect(keys[0]).toEqual(seal);
    expect(keys.map(({ isCurrent }) => isCurrent)).toEqual([true, true]);
  });

  test('rotating without keys is refused', async () => {
    const { ring } = await prepare();
    for (const kind of ['seal', 'sign'] as const) {
      await expect(ring.rotate(kind, now)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
    }
  });
});

describe('after a rotation', () => {
  test('old backups open and are believed, new ones are sealed to old and new, and signed by the new', async () => {
    const { ring } = await prepare();
    const over = createMemoryObjectStore(systemClock);
    await ring.create(now);
    const [oldSeal, oldSign] = await ring.list();
    const before = await publishExample(await open(ring, over), 8);
    const oldIdentity = createSecret('a copy in a safe', await readFile(ring.files.identity, 'utf8'));
    const newSeal = await ring.rotate('seal', later);
    const newSign = await ring.rotate('sign', later);
    const repository = await open(ring, over);
    expect(repository.sealedTo).toEqual([newSeal.id, oldSeal?.id]);
    const after = await publishExample(repository, 9);
    const { good, bad } = await repository.list(environment);
    expect(bad).toEqual([]);
    expect(good.map(({ signedBy }) => signedBy)).toEqual([oldSign?.id, newSign.id]);
    for (const piece of [before.dump, after.dump]) expect(await repository.checkPiece(piece)).toBe('intact');
    const fromTheSafe = createBackupRepository({
      name: 'main',
      store: over,
      clock: systemClock,
      recipients: [],
      identities: [oldIdentity],
    });
    expect(await fromTheSafe.checkPiece(after.dump)).toBe('intact');
  });

  test('a retired key opens nothing that is written from then on', async () => {
    const { ring } = await prepare();
    const over = createMemoryObjectStore(systemClock);
    await ring.create(now);
    const oldIdentity = createSecret('lost', await readFile(ring.files.identity, 'utf8'));
    await ring.rotate('seal', later, { retire: true });
    const after = await publishExample(await open(ring, over), 9);
    const finder = createBackupRepository({
      name: 'main',
      store: over,
      clock: systemClock,
      recipients: [],
      identities: [oldIdentity],
    });
    expect(await finder.checkPiece(after.dump)).toBe('wrong-key');
    expect((await ring.list()).map(({ kind, isCurrent }) => `${kind} ${isCurrent}`)).toEqual([
      'seal true',
      'seal false',
      'sign true',
    ]);
  });

  test('an id that is read from the repository is one that the ring lists', async () => {
    const { ring } = await prepare();
    await ring.create(now);
    const repository = await open(ring);
    await publishExample(repository);
    const { signedBy } = await repository.read(environment, idOf(8));
    expect((await ring.list()).map(({ id }) => id)).toEqual([...repository.sealedTo, signedBy]);
  });
});

describe('keys of which some are elsewhere', () => {
  test('a recovery key is made with the first one, and stays when the first is rotated', async () => {
    const { directory } = await prepare();
    const inside = (name: string): string => join(directory, name);
    const ring = createKeyRing({
      identity: inside('identity'),
      recipients: inside('recipients'),
      signingKey: inside('signing-key'),
      signers: undefined,
      recovery: inside('recovery-identity'),
    });
    expect(await ring.create(now)).toHaveLength(4);
    const before = (await readFile(inside('recipients'), 'utf8')).trim().split('\n');
    // Moved to a safe place.
    await rm(inside('recovery-identity'));
    const made = await ring.rotate('seal', later, { retire: true });
    const after = (await readFile(inside('recipients'), 'utf8')).trim().split('\n');
    expect(after).toEqual([made.publicKey, before[1]]);
    await expect(ring.rotate('sign', later)).rejects.toThrow('trustedSigners');
  });

  test('a file of an earlier version is rotated as well, its words kept', async () => {
    const { ring } = await prepare();
    await ring.create(now);
    const [own] = await ring.list();
    const bare = (await readFile(ring.files.identity, 'utf8')).split('\n').filter((line) => !line.startsWith('#'));
    const earlier = `# identity ${own?.id}; created 2026-11-21T08:00:00Z\n${bare.join('\n')}`;
    await writeFile(ring.files.identity, earlier);
    expect(await ring.list()).toContainEqual(own);
    await ring.rotate('seal', later, { retire: true });
    expect(await readFile(ring.files.identity, 'utf8')).toContain(earlier.trim());
    expect((await ring.list()).map(({ kind, isCurrent }) => `${kind} ${isCurrent}`)).toEqual([
      'seal true',
      'seal false',
      'sign true',
    ]);
  });

  test('an old identity can be dropped, the current one cannot', async () => {
    const { ring } = await prepare();
    await ring.create(now);
    const [old] = await ring.list();
    const made = await ring.rotate('seal', later, { retire: true });
    await expect(ring.drop(made.id)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
    await ring.drop(old?.id ?? '');
    expect((await ring.list()).map(({ id }) => id)).not.toContain(old?.id);
    await expect(ring.drop(old?.id ?? '')).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});
