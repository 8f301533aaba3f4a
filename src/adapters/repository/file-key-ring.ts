import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { Fault } from '../../core/kernel/index.ts';
import type { BackupKey, BackupKeyRing, KeyRingFiles } from '../../ports/backup-keys.ts';
import { readRecipient } from './age-keys.ts';
import { readVerifiers } from './signing.ts';

/** Replaces a file whole, durably: a reader sees the old one or the new one, also after a loss of power. */
async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
  const directory = await open(dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

const createdLine = '# created: ';
const publicLine = '# public key: ';

interface Entry {
  readonly createdAt: Temporal.Instant;
  readonly publicKey: string;
  readonly text: string;
}

/** Blocks of a file, each beginning with the line that says when it was made. */
function entriesOf(text: string, publicKeyOf: (block: string) => string): readonly Entry[] {
  return text
    .split(new RegExp(`^(?=${createdLine})`, 'm'))
    .filter((block) => block.startsWith(createdLine))
    .map((block) => ({
      createdAt: Temporal.Instant.from(block.slice(createdLine.length, block.indexOf('\n')).trim()),
      publicKey: publicKeyOf(block),
      text: block,
    }));
}

const sealEntries = (text: string) =>
  entriesOf(
    text,
    (block) =>
      block
        .split('\n')
        .find((line) => line.startsWith(publicLine))
        ?.slice(publicLine.length)
        .trim() ?? '',
  );
const signEntries = (text: string) => entriesOf(text, (block) => block.slice(block.indexOf('-----BEGIN')));

async function newIdentity(now: Temporal.Instant): Promise<Entry> {
  const identity = await generateIdentity();
  const publicKey = await identityToRecipient(identity);
  return { createdAt: now, publicKey, text: `${createdLine}${now}\n${publicLine}${publicKey}\n${identity}\n` };
}

function newSigner(now: Temporal.Instant): Entry & { readonly privateKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return {
    createdAt: now,
    publicKey: pem,
    text: `${createdLine}${now}\n${pem}`,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** Which signer the private key belongs to; after a kill between two files it need not be the newest. */
async function currentSigner(files: KeyRingFiles): Promise<string | undefined> {
  const pem = await readText(files.signingKey);
  if (pem === '') return undefined;
  return createPublicKey(createPrivateKey(pem)).export({ format: 'pem', type: 'spki' }).toString();
}

async function list(files: KeyRingFiles): Promise<readonly BackupKey[]> {
  const recipients = (await readText(files.recipients)).split('\n').filter((line) => line !== '');
  const signer = await currentSigner(files);
  const seals = sealEntries(await readText(files.identity)).map(
    ({ createdAt, publicKey }): BackupKey => ({
      kind: 'seal',
      id: readRecipient(publicKey).id,
      publicKey,
      createdAt,
      isCurrent: recipients.includes(publicKey),
    }),
  );
  const signs = signEntries(await readText(files.signers)).map(
    ({ createdAt, publicKey }): BackupKey => ({
      kind: 'sign',
      id: readVerifiers(publicKey)[0]?.id ?? '',
      publicKey,
      createdAt,
      isCurrent: signer?.trim() === publicKey.trim(),
    }),
  );
  return [...seals, ...signs];
}

/** What must be readable later is written first: an identity before anything is sealed to it, a signer before it signs. */
async function addIdentity(files: KeyRingFiles, entry: Entry, keep: readonly string[]): Promise<void> {
  await replaceFile(files.identity, `${entry.text}${await readText(files.identity)}`, 0o600);
  await replaceFile(files.recipients, [entry.publicKey, ...keep].map((line) => `${line}\n`).join(''), 0o644);
}

async function addSigner(files: KeyRingFiles, entry: ReturnType<typeof newSigner>): Promise<void> {
  await replaceFile(files.signers, `${entry.text}${await readText(files.signers)}`, 0o644);
  await replaceFile(files.signingKey, entry.privateKey, 0o600);
}

/** A key ring as files in a directory that only their owner can enter. */
export function createFileKeyRing(directory: string): BackupKeyRing {
  const files: KeyRingFiles = {
    identity: join(directory, 'identity.txt'),
    recipients: join(directory, 'recipients.txt'),
    signingKey: join(directory, 'signing-key.pem'),
    signers: join(directory, 'signers.pem'),
  };
  return {
    files,
    list: () => list(files),
    create: async (now) => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const there = await list(files);
      if (there.some(({ kind }) => kind === 'sign')) {
        throw new Fault('REQUEST_INVALID', `There are keys in ${directory} already. Rotate them instead.`);
      }
      // A kill in the middle of the first creation left an identity: it is kept, and the rest is made.
      if (there.length === 0) await addIdentity(files, await newIdentity(now), []);
      else await replaceFile(files.recipients, there.map(({ publicKey }) => `${publicKey}\n`).join(''), 0o644);
      await addSigner(files, newSigner(now));
      return list(files);
    },
    rotate: async (kind, now, { retire = false } = {}) => {
      const there = await list(files);
      if (there.length === 0)
        throw new Fault('REQUEST_INVALID', `There are no keys in ${directory}. Create them first.`);
      if (kind === 'sign') await addSigner(files, newSigner(now));
      else {
        const current = there.filter((key) => key.kind === 'seal' && key.isCurrent).map(({ publicKey }) => publicKey);
        await addIdentity(files, await newIdentity(now), retire ? [] : current);
      }
      const made = (await list(files)).find((key) => key.kind === kind);
      if (made === undefined) throw new Fault('DEFECT', `The new key is not in ${directory}.`);
      return made;
    },
  };
}
