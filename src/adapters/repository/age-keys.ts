import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import { decodeBech32 } from './bech32.ts';

/** A public key that content is sealed to. */
export interface AgeRecipient {
  /** `age1…` as people write it. */
  readonly text: string;
  readonly id: string;
  readonly publicKey: KeyObject;
}

/** A private key that opens content. */
export interface AgeIdentity {
  readonly id: string;
  readonly privateKey: KeyObject;
  /** The raw public key, which the file key is bound to. */
  readonly publicBytes: Uint8Array;
}

// DER of a raw X25519 key (RFC 8410): everything before its 32 bytes.
const publicHeader = Buffer.from('302a300506032b656e032100', 'hex');
const privateHeader = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Raw X25519 public key as a key object. */
export const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicHeader, raw]), format: 'der', type: 'spki' });

/** The raw bytes of an X25519 public key. */
export const rawPublicKey = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(publicHeader.length));

const idOf = (raw: Uint8Array): string => `age-${createHash('sha256').update(raw).digest('hex').slice(0, 16)}`;

/** Reads `age1…`. Throws REQUEST_INVALID for anything else. */
export function readRecipient(text: string): AgeRecipient {
  const decoded = decodeBech32(text.trim());
  if (decoded?.prefix !== 'age' || decoded.bytes.length !== 32) {
    throw new Fault('REQUEST_INVALID', `${JSON.stringify(text.slice(0, 80))} is not an age recipient (age1…).`);
  }
  return { text: text.trim(), id: idOf(decoded.bytes), publicKey: publicKeyOf(decoded.bytes) };
}

/** Reads the lines of an identity file (`AGE-SECRET-KEY-1…`; `#` begins a comment). Never says what it read. */
export function readIdentities(secret: Secret): readonly AgeIdentity[] {
  const lines = secret
    .reveal()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const identities = lines.map((line) => {
    const decoded = decodeBech32(line);
    if (decoded?.prefix !== 'age-secret-key-' || decoded.bytes.length !== 32) {
      throw new Fault('SECRET_UNRESOLVED', `${secret.origin} does not hold an age identity (AGE-SECRET-KEY-1…).`);
    }
    const key = Buffer.concat([privateHeader, decoded.bytes]);
    const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    const publicBytes = rawPublicKey(createPublicKey(privateKey));
    return { id: idOf(publicBytes), privateKey, publicBytes };
  });
  if (identities.length === 0) throw new Fault('SECRET_UNRESOLVED', `${secret.origin} holds no age identity.`);
  return identities;
}
