import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const cipher = 'chacha20-poly1305';
const tagLength = 16;
const chunkLength = 64 * 1024;

/** One ChaCha20-Poly1305 box: the sealed bytes, then the tag. */
export function sealChunk(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagLength });
  const body = sealing.update(plain);
  sealing.final();
  return new Uint8Array(Buffer.concat([body, sealing.getAuthTag()]));
}

/** Opens a box. Throws where a bit of it was changed or the key is another's. */
export function openChunk(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (sealed.byteLength < tagLength) throw new Error('it is cut off');
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength });
  opening.setAuthTag(sealed.subarray(sealed.byteLength - tagLength));
  const body = opening.update(sealed.subarray(0, sealed.byteLength - tagLength));
  opening.final();
  return body;
}

/** Eleven bytes of counter, most significant first, then whether it is the last chunk: so none can be moved or cut off. */
function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(7, index);
  view.setUint8(11, isLast ? 1 : 0);
  return nonce;
}

const payloadKey = (fileKey: Uint8Array, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', fileKey, salt, 'payload', 32));

/** The payload of an age file (its STREAM construction), written into `into` from `offset` on; answers where it ends. */
export function sealPayload(
  fileKey: Uint8Array,
  salt: Uint8Array,
  plain: Uint8Array,
  into: Uint8Array,
  offset: number,
): number {
  const key = payloadKey(fileKey, salt);
  let at = offset;
  const chunks = Math.max(1, Math.ceil(plain.byteLength / chunkLength));
  for (let index = 0; index < chunks; index += 1) {
    const nonce = nonceOf(index, index === chunks - 1);
    const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagLength });
    const body = sealing.update(plain.subarray(index * chunkLength, (index + 1) * chunkLength));
    sealing.final();
    into.set(body, at);
    into.set(sealing.getAuthTag(), at + body.byteLength);
    at += body.byteLength + tagLength;
  }
  return at;
}

/** How long a payload of that many plain bytes is. */
export const payloadLength = (plainBytes: number): number =>
  plainBytes + tagLength * Math.max(1, Math.ceil(plainBytes / chunkLength));

/** Opens a payload whole. Throws where any of it was changed, moved or cut off. */
export function openPayload(fileKey: Uint8Array, salt: Uint8Array, sealed: Uint8Array): Uint8Array {
  const key = payloadKey(fileKey, salt);
  const step = chunkLength + tagLength;
  const chunks = Math.max(1, Math.ceil(sealed.byteLength / step));
  const plain = new Uint8Array(Math.max(0, sealed.byteLength - chunks * tagLength));
  for (let index = 0; index < chunks; index += 1) {
    const nonce = nonceOf(index, index === chunks - 1);
    const body = openChunk(key, nonce, sealed.subarray(index * step, (index + 1) * step));
    if (body.byteLength === 0 && index > 0) throw new Error('its last chunk is empty');
    plain.set(body, index * chunkLength);
  }
  return plain;
}
