import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import type { EvidenceSigner } from '../../ports/evidence-signer.ts';

/** Makes the key where there is none; of two that make one at once, both end with the same. */
async function makeKey(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const building = `${file}.${randomUUID()}`;
  await writeFile(building, pem, { mode: 0o600 });
  // A link, unlike a rename, never replaces the key that another has just put there.
  await link(building, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(building, { force: true });
}

async function readKey(file: string): Promise<KeyObject> {
  const pem = await readFile(file, 'utf8');
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below, without the words of the parser: they may hold what it read.
  }
  throw new Fault('KEY_UNUSABLE', `${file} does not hold a private Ed25519 key in PEM.`);
}

/** This installation's own key, made at its first use and readable by its owner alone. */
export async function createFileSigner(file: string): Promise<EvidenceSigner> {
  const key = await readKey(file).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeKey(file);
    return readKey(file);
  });
  const publicKey = createPublicKey(key);
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return {
    keyId: `ed25519-${createHash('sha256').update(der).digest('hex').slice(0, 16)}`,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64'),
    isSignedBy: (text, signature) =>
      verify(null, Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64')),
  };
}
