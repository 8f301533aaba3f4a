import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import type { BackupKey, BackupKeyRing, KeyRingFiles, PartialRingFiles } from '../../ports/backup-keys.ts';
import { readRecipient } from './age-keys.ts';
import {
  currentSigner,
  type KeyEntry,
  newIdentity,
  newSigner,
  readIdentityEntries,
  readRecipientLines,
  readSignerEntries,
  readText,
  replaceFile,
} from './key-files.ts';
import { readVerifiers } from './signing.ts';

const ownerOnly = 0o600;
const forAll = 0o644;

/** The signers that are believed: those of the file, and the one that signs now where the file does not have it. */
async function signersOf(files: PartialRingFiles, current: string | undefined): Promise<readonly KeyEntry[]> {
  const entries = readSignerEntries(await readText(files.signers));
  const isMissing = current !== undefined && !entries.some(({ publicKey }) => publicKey.trim() === current.trim());
  return isMissing ? [{ createdAt: undefined, publicKey: current, text: current }, ...entries] : entries;
}

async function list(files: PartialRingFiles): Promise<readonly BackupKey[]> {
  const recipients = readRecipientLines(await readText(files.recipients));
  const signer = await currentSigner(files.signingKey);
  const seals = (await readIdentityEntries(await readText(files.identity))).map(
    ({ createdAt, publicKey }): BackupKey => ({
      kind: 'seal',
      id: readRecipient(publicKey).id,
      publicKey,
      createdAt,
      isCurrent: recipients.includes(publicKey),
    }),
  );
  const signs = (await signersOf(files, signer)).map(
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

function demand(file: string | undefined, name: keyof KeyRingFiles): string {
  if (file !== undefined) return file;
  const words = {
    identity: '`identity:`',
    recipients: '`sealedTo:`',
    signingKey: '`signingKey:`',
    signers: '`trustedSigners:`',
  };
  throw new Fault(
    'KEY_UNUSABLE',
    `The Repository names no file under ${words[name]}; such a key is not rotated here. Write \`file:state/keys/…\` there first.`,
  );
}

const lines = (recipients: readonly string[]): string => [...new Set(recipients)].map((line) => `${line}\n`).join('');

/** The identity of a file, or a new one in it; `made` learns of the file where it was made. */
async function identityIn(file: string, now: Temporal.Instant, made: string[]): Promise<readonly KeyEntry[]> {
  const there = await readIdentityEntries(await readText(file));
  if (there.length > 0) return there;
  const entry = await newIdentity(now);
  await replaceFile(file, entry.text, ownerOnly);
  made.push(file);
  return [entry];
}

/** What must be readable later is written first: an identity before anything is sealed to it, a signer before it signs. */
async function create(files: PartialRingFiles, now: Temporal.Instant): Promise<readonly string[]> {
  const made: string[] = [];
  const { identity, recipients, recovery, signingKey, signers } = files;
  const isSealed = readRecipientLines(await readText(recipients)).length > 0;
  if (identity !== undefined && recipients !== undefined && !isSealed) {
    const own = await identityIn(identity, now, made);
    const spare = recovery === undefined ? [] : await identityIn(recovery, now, made);
    await replaceFile(recipients, lines([...own, ...spare].map(({ publicKey }) => publicKey)), forAll);
    made.push(recipients);
  }
  const current = await currentSigner(signingKey);
  if (current !== undefined && signers !== undefined && (await readText(signers)) === '') {
    await replaceFile(signers, current, forAll);
    made.push(signers);
  }
  if (signingKey !== undefined && current === undefined) {
    const signer = newSigner(now);
    if (signers !== undefined) {
      await replaceFile(signers, `${signer.text}${await readText(signers)}`, forAll);
      made.push(signers);
    }
    await replaceFile(signingKey, signer.privateKey, ownerOnly);
    made.push(signingKey);
  }
  return made;
}

async function rotateSeal(files: PartialRingFiles, now: Temporal.Instant, retire: boolean): Promise<void> {
  const [identity, recipients] = [demand(files.identity, 'identity'), demand(files.recipients, 'recipients')];
  const there = await readText(identity);
  const own = (await readIdentityEntries(there)).map(({ publicKey }) => publicKey);
  if (own.length === 0)
    throw new Fault('KEY_UNUSABLE', `${identity} holds no identity to rotate. Create the keys first.`);
  const current = readRecipientLines(await readText(recipients));
  // Those kept elsewhere stay: nobody here could make them anew.
  const kept = current.filter((line) => !retire || !own.includes(line));
  const entry = await newIdentity(now);
  await replaceFile(identity, `${entry.text}${there}`, ownerOnly);
  await replaceFile(recipients, lines([entry.publicKey, ...kept]), forAll);
}

async function rotateSigner(files: PartialRingFiles, now: Temporal.Instant): Promise<void> {
  const [signingKey, signers] = [demand(files.signingKey, 'signingKey'), demand(files.signers, 'signers')];
  const current = await currentSigner(signingKey);
  if (current === undefined) throw new Fault('KEY_UNUSABLE', `${signingKey} is not there. Create the keys first.`);
  const entry = newSigner(now);
  const believed = (await signersOf(files, current)).map(({ text }) => text);
  await replaceFile(signers, [entry.text, ...believed].join(''), forAll);
  await replaceFile(signingKey, entry.privateKey, ownerOnly);
}

async function drop(files: PartialRingFiles, id: string): Promise<void> {
  const identity = demand(files.identity, 'identity');
  const key = (await list(files)).find((each) => each.kind === 'seal' && each.id === id);
  if (key === undefined) throw new Fault('KEY_UNUSABLE', `${identity} holds no identity ${id}.`);
  if (key.isCurrent) throw new Fault('KEY_UNUSABLE', `Content is sealed to ${id} now: rotate first.`);
  const entries = await readIdentityEntries(await readText(identity));
  const kept = entries.filter(({ publicKey }) => publicKey !== key.publicKey).map(({ text }) => text);
  await replaceFile(identity, kept.join(''), ownerOnly);
}

/** A key ring in the files that a Repository names. */
export function createKeyRing<Files extends PartialRingFiles>(files: Files): BackupKeyRing<Files> {
  return {
    files,
    list: () => list(files),
    create: (now) => create(files, now),
    rotate: async (kind, now, { retire = false } = {}) => {
      if (kind === 'sign') await rotateSigner(files, now);
      else await rotateSeal(files, now, retire);
      const made = (await list(files)).find((key) => key.kind === kind);
      if (made === undefined) throw new Fault('DEFECT', 'The new key is not in its file.');
      return made;
    },
    drop: (id) => drop(files, id),
  };
}

/** A key ring as files in a directory that only their owner can enter. */
export function createFileKeyRing(directory: string): BackupKeyRing<KeyRingFiles> {
  return createKeyRing({
    identity: join(directory, 'identity.txt'),
    recipients: join(directory, 'recipients.txt'),
    signingKey: join(directory, 'signing-key.pem'),
    signers: join(directory, 'signers.pem'),
  });
}
