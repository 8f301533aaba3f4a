import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { setFree } from '../host/buffers.ts';

// The payload of an age file (C2SP age, "Payload"): ChaCha20-Poly1305 over chunks of 64 KiB, by Node's own cipher.
// docs/decisions/0078 says why it is here; seal.test.ts holds it against the age library, by-hand.real.test.ts against age.

const cipher = 'chacha20-poly1305';
const chunkBytes = 64 * 1024;
const nonceBytes = 16;
const tagBytes = 16;
const sealedChunkBytes = chunkBytes + tagBytes;

const payloadKey = (fileKey: Uint8Array, nonce: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));

/** Eleven bytes count the chunks, the twelfth says that it is the last. */
function chunkNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Puts the sealed payload behind a header. The file key must be of this file alone. */
export function sealPayload(header: Uint8Array, fileKey: Uint8Array, plain: Uint8Array): Uint8Array {
  const chunks = Math.max(1, Math.ceil(plain.length / chunkBytes));
  const file = new Uint8Array(header.length + nonceBytes + plain.length + chunks * tagBytes);
  const nonce = randomBytes(nonceBytes);
  const key = payloadKey(fileKey, nonce);
  file.set(header);
  file.set(nonce, header.length);
  let at = header.length + nonceBytes;
  for (let index = 0; index < chunks; index += 1) {
    const sealing = createCipheriv(cipher, key, chunkNonce(index, index === chunks - 1), { authTagLength: tagBytes });
    const chunk = sealing.update(plain.subarray(index * chunkBytes, (index + 1) * chunkBytes));
    sealing.final();
    file.set(chunk, at);
    file.set(sealing.getAuthTag(), at + chunk.length);
    at += chunk.length + tagBytes;
    setFree(chunk);
  }
  return file;
}

/** Opens a payload. Throws where a bit of it was changed, it is cut off, or something was put behind it. */
export function openPayload(fileKey: Uint8Array, payload: Uint8Array): Uint8Array {
  const sealed = payload.subarray(nonceBytes);
  const chunks = Math.max(1, Math.ceil(sealed.length / sealedChunkBytes));
  const plainBytes = sealed.length - chunks * tagBytes;
  // Only a file without content may end in an empty chunk.
  if (plainBytes < 0 || (chunks > 1 && plainBytes <= (chunks - 1) * chunkBytes)) throw new Error('payload is cut off');
  const key = payloadKey(fileKey, payload.subarray(0, nonceBytes));
  const plain = Buffer.allocUnsafeSlow(plainBytes);
  for (let index = 0; index < chunks; index += 1) {
    const chunk = sealed.subarray(index * sealedChunkBytes, (index + 1) * sealedChunkBytes);
    const nonce = chunkNonce(index, index === chunks - 1);
    const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
    opening.setAuthTag(chunk.subarray(chunk.length - tagBytes));
    const opened = opening.update(chunk.subarray(0, chunk.length - tagBytes));
    plain.set(opened, index * chunkBytes);
    opening.final();
    setFree(opened);
  }
  return plain;
}
