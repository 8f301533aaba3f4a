import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';

/** Replaces a file whole, durably: a reader sees the old one or the new one, also after a loss of power. */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
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

/** The text of a file; empty where there is none, or none is named. */
export async function readText(file: string | undefined): Promise<string> {
  if (file === undefined) return '';
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

/** A key as its file holds it. */
export interface KeyEntry {
  readonly createdAt: Temporal.Instant | undefined;
  /** The age recipient, or the public key in PEM. */
  readonly publicKey: string;
  /** Its own lines, to be written again. */
  readonly text: string;
}

const createdLine = '# created: ';
/** Also as files of earlier versions say it: `# identity age-…; created 2026-…`. */
const createdWords = /^#.*\bcreated:? (\S+)$/m;

function createdAtOf(text: string): Temporal.Instant | undefined {
  const [, written] = createdWords.exec(text) ?? [];
  if (written === undefined) return undefined;
  try {
    return Temporal.Instant.from(written);
  } catch {
    // A person may have written the comment anew: the key is none the worse for it.
    return undefined;
  }
}

/** The identities of a file, each with the comments before it. */
export async function readIdentityEntries(text: string): Promise<readonly KeyEntry[]> {
  const entries: KeyEntry[] = [];
  let lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    lines.push(line);
    if (line.startsWith('#')) continue;
    const own = `${lines.join('\n')}\n`;
    entries.push({ createdAt: createdAtOf(own), publicKey: await identityToRecipient(line.trim()), text: own });
    lines = [];
  }
  return entries;
}

const publicBlock = /(?:^#[^\n]*\n)*-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----\n?/gm;

/** The public signing keys of a file, each with the comments before it. */
export function readSignerEntries(text: string): readonly KeyEntry[] {
  return (text.match(publicBlock) ?? []).map((block) => ({
    createdAt: createdAtOf(block),
    publicKey: `${block.slice(block.indexOf('-----BEGIN')).trimEnd()}\n`,
    text: `${block.trimEnd()}\n`,
  }));
}

/** The recipients of a file, without what is said about them. */
export const readRecipientLines = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Draws a key pair that content is sealed to. */
export async function newIdentity(now: Temporal.Instant): Promise<KeyEntry> {
  const identity = await generateIdentity();
  const publicKey = await identityToRecipient(identity);
  return { createdAt: now, publicKey, text: `${createdLine}${now}\n# public key: ${publicKey}\n${identity}\n` };
}

const publicPem = (privatePem: string): string =>
  createPublicKey(createPrivateKey(privatePem)).export({ format: 'pem', type: 'spki' }).toString();

/** Draws an Ed25519 key that signs. */
export function newSigner(now: Temporal.Instant): KeyEntry & { readonly privateKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicKey = publicPem(pem);
  return { createdAt: now, publicKey, text: `${createdLine}${now}\n${publicKey}`, privateKey: pem };
}

/** The public half of the key that signs now; after a kill between two files it need not be the newest. */
export async function currentSigner(file: string | undefined): Promise<string | undefined> {
  const pem = await readText(file);
  return pem === '' ? undefined : publicPem(pem);
}
