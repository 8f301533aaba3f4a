import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib';
import { Fault, formatBytes } from '../../core/kernel/index.ts';
import { findFileKey, formatHeader, parseHeader } from './age-header.ts';
import type { AgeIdentity, AgeRecipient } from './age-keys.ts';
import { openPayload, payloadLength, sealPayload } from './age-payload.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const options = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const saltLength = 16;
/** Below this, handing the bytes to another thread costs more than compressing them. */
const smallBytes = 32 * 1024;

/** Compresses (zstd) and then seals (age) to every recipient. */
export async function seal(plain: Uint8Array, recipients: readonly AgeRecipient[]): Promise<Uint8Array> {
  if (recipients.length === 0) {
    throw new Fault('REQUEST_INVALID', 'Nothing is written without an age recipient to seal it to.');
  }
  const packed = plain.byteLength < smallBytes ? zstdCompressSync(plain, options) : await compress(plain, options);
  const fileKey = randomBytes(16);
  const salt = randomBytes(saltLength);
  const header = formatHeader(recipients, fileKey);
  const sealed = new Uint8Array(header.byteLength + saltLength + payloadLength(packed.byteLength));
  sealed.set(header, 0);
  sealed.set(salt, header.byteLength);
  sealPayload(fileKey, salt, packed, sealed, header.byteLength + saltLength);
  return sealed;
}

/** Why sealed bytes could not be opened. */
export type Unopened = { readonly reason: 'wrong-key' | 'unreadable'; readonly detail: string };

function unsealed(sealed: Uint8Array, identities: readonly AgeIdentity[]): Uint8Array | Unopened {
  const header = parseHeader(sealed);
  const fileKey = findFileKey(header, identities);
  if (fileKey === undefined) {
    // The header says whom it is for: where that is us, it is not the key that is wrong.
    const isOurs = identities.some((identity) => header.keyIds.includes(identity.id));
    if (isOurs) return { reason: 'unreadable', detail: 'its header was changed after it was sealed' };
    const needed = header.keyIds.join(', ') || 'a key that it does not name';
    return { reason: 'wrong-key', detail: `it is sealed to ${needed}` };
  }
  const salt = sealed.subarray(header.length, header.length + saltLength);
  if (salt.byteLength < saltLength) return { reason: 'unreadable', detail: 'it is cut off' };
  return openPayload(fileKey, salt, sealed.subarray(header.length + saltLength));
}

/** Opens what `seal` made; at most `mostBytes`, so that a bomb stays small. */
export async function unseal(
  sealed: Uint8Array,
  identities: readonly AgeIdentity[],
  mostBytes: number,
): Promise<Uint8Array | Unopened> {
  try {
    const packed = unsealed(sealed, identities);
    if ('reason' in packed) return packed;
    return new Uint8Array(await decompress(packed, { maxOutputLength: Math.max(1, mostBytes) }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return { reason: 'unreadable', detail: `it holds more than ${formatBytes(mostBytes)}` };
    }
    return { reason: 'unreadable', detail: code === undefined ? (error as Error).message : 'a bit of it was changed' };
  }
}
