import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Fault, type Secret } from '../../core/kernel/index.ts';

/** An Ed25519 key whose signatures are believed. */
export interface Verifier {
  readonly id: string;
  holds(text: Uint8Array, signature: Uint8Array): boolean;
}

/** An Ed25519 key that signs. */
export interface Signer extends Verifier {
  sign(text: Uint8Array): Uint8Array;
}

function verifierOf(key: KeyObject): Verifier {
  const der = key.export({ format: 'der', type: 'spki' });
  return {
    id: `ed25519-${createHash('sha256').update(der).digest('hex').slice(0, 16)}`,
    holds: (text, signature) => verify(null, text, key, signature),
  };
}

const readKey = (read: () => KeyObject): KeyObject | undefined => {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
};

function readVerifier(pem: string): Verifier {
  // A private key would be read as its public half: it does not belong where public keys are written.
  const key = pem.includes('PRIVATE') ? undefined : readKey(() => createPublicKey(pem));
  if (key === undefined) throw new Fault('REQUEST_INVALID', 'A trusted signer is not a public Ed25519 key in PEM.');
  return verifierOf(key);
}

/** Reads every key of a text of PEM blocks; what stands between them is skipped. Throws REQUEST_INVALID where there is none. */
export function readVerifiers(text: string): readonly Verifier[] {
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [text];
  return blocks.map(readVerifier);
}

/** Reads a private Ed25519 key in PEM. Never says what it read. */
export function readSigner(secret: Secret): Signer {
  const key = readKey(() => createPrivateKey(secret.reveal()));
  if (key === undefined) {
    throw new Fault('SECRET_UNRESOLVED', `${secret.origin} does not hold a private Ed25519 key in PEM.`);
  }
  return { ...verifierOf(createPublicKey(key)), sign: (text) => new Uint8Array(sign(null, text, key)) };
}
