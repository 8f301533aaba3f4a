import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { bech32 } from '@scure/base';
import { type Identity, type Recipient, Stanza } from 'age-encryption';

// The X25519 stanza of an age header (C2SP age, "X25519 recipient type"), by Node's own X25519: docs/decisions/0078.

const cipher = 'chacha20-poly1305';
const stanzaName = 'X25519';
const tagBytes = 16;
const keyBytes = 32;
// A wrapping key wraps one file key: its nonce is zero.
const zeroNonce = Buffer.alloc(12);

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
const rawPublic = (key: KeyObject): Buffer => key.export({ format: 'raw-public' });
const readPublic = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: raw, format: 'raw-public', asymmetricKeyType: 'x25519' });

function wrappingKey(secret: Uint8Array, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  const salt = Buffer.concat([share, recipient]);
  return new Uint8Array(hkdfSync('sha256', secret, salt, 'age-encryption.org/v1/X25519', keyBytes));
}

/** `age1…`, wrapping with a share of its own each time. The age library has checked the text before. */
export function createX25519Recipient(text: string): Recipient {
  const recipient = bech32.decodeToBytes(text).bytes;
  const publicKey = readPublic(recipient);
  return {
    wrapFileKey(fileKey) {
      const ephemeral = generateKeyPairSync('x25519');
      const share = rawPublic(ephemeral.publicKey);
      const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey });
      const sealing = createCipheriv(cipher, wrappingKey(secret, share, recipient), zeroNonce, {
        authTagLength: tagBytes,
      });
      const body = Buffer.concat([sealing.update(fileKey), sealing.final(), sealing.getAuthTag()]);
      return [new Stanza([stanzaName, toBase64(share)], new Uint8Array(body))];
    },
  };
}

function unwrap(privateKey: KeyObject, recipient: Uint8Array, stanza: Stanza): Uint8Array | null {
  const share = Buffer.from(stanza.args[1] ?? '', 'base64');
  const isWellFormed = stanza.args.length === 2 && share.length === keyBytes && toBase64(share) === stanza.args[1];
  if (!isWellFormed || stanza.body.length !== keyBytes) throw new Error('invalid X25519 stanza');
  const secret = diffieHellman({ privateKey, publicKey: readPublic(share) });
  const opening = createDecipheriv(cipher, wrappingKey(secret, share, recipient), zeroNonce, {
    authTagLength: tagBytes,
  });
  opening.setAuthTag(stanza.body.subarray(-tagBytes));
  const fileKey = opening.update(stanza.body.subarray(0, -tagBytes));
  try {
    opening.final();
    return new Uint8Array(fileKey);
  } catch {
    // It is sealed to another recipient: the next stanza may be ours.
    return null;
  }
}

/** `AGE-SECRET-KEY-1…`. The age library has checked the text before. */
export function createX25519Identity(text: string): Identity {
  const raw = bech32.decodeToBytes(text).bytes;
  const privateKey = createPrivateKey({ key: raw, format: 'raw-private', asymmetricKeyType: 'x25519' });
  const recipient = rawPublic(createPublicKey(privateKey));
  return {
    unwrapFileKey(stanzas) {
      for (const stanza of stanzas.filter(({ args }) => args[0] === stanzaName)) {
        const fileKey = unwrap(privateKey, recipient, stanza);
        if (fileKey !== null) return fileKey;
      }
      return null;
    },
  };
}
