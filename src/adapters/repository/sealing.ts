import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Identity } from 'age-encryption';
import { formatBytes } from '../../core/kernel/index.ts';
import { setFree } from '../host/buffers.ts';
import { openFile, sealFile } from './age-file.ts';
import { keyIdOf, keyIdsOf } from './age-keys.ts';

/** What was sealed, with the name that content has: hashed by the thread that has it in its cache. */
export interface Unsealed {
  readonly plain: Uint8Array;
  readonly sha256: string;
}

/** What is known of sealed bytes before they are opened. */
export interface Expectation {
  /** Nothing larger is opened, so that a bomb stays small. */
  readonly mostBytes: number;
  /** What it should come to, where that is known: a buffer of that size is then filled at once. */
  readonly bytes?: number | undefined;
}

/** Why sealed bytes could not be opened. */
export type Unopened = { readonly reason: 'wrong-key' | 'unreadable'; readonly detail: string };

/** What does not shrink is unpacked into one buffer of its size, instead of many small ones that are joined after. */
const smallestOutput = 64 * 1024;

/**
 * Knowing the length, zstd makes its tables no larger than needed: half the time for a small file. An output smaller than
 * this would lie in the buffer that Node shares out, which cannot be given back.
 */
const optionsFor = (bytes: number) => ({
  params: { [constants.ZSTD_c_compressionLevel]: 3 },
  pledgedSrcSize: bytes,
  chunkSize: Math.max(smallestOutput, bytes + Math.ceil(bytes / 128) + 512),
});
/** A remark in the header of who can open it; other programs skip stanzas that they do not know. */
export const keyIdsStanza = 'plimsoll-keys';

/** All that lies in the buffer of bytes which are nobody else's. */
const wholeOf = ({ buffer }: Uint8Array): Uint8Array => new Uint8Array(buffer);

/** Compresses (zstd) and seals (age); the plain bytes are gone then. Keeps its thread busy: `seal` asks another one. */
export async function sealHere(plain: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  const packed = zstdCompressSync(plain, optionsFor(plain.byteLength));
  const sealed = await sealFile(packed, [keyIdsStanza, ...recipients.map(keyIdOf)], recipients);
  setFree(wholeOf(plain), wholeOf(packed));
  return sealed;
}

/** A buffer that is filled to its last byte makes zlib take another one: so one byte is left. */
const outputFor = (packed: Uint8Array, { bytes, mostBytes }: Expectation): number =>
  bytes === undefined || bytes > mostBytes
    ? Math.max(smallestOutput, packed.byteLength)
    : Math.max(smallestOutput, bytes + 1);

/** Opens what `sealHere` made; the sealed bytes are gone then. */
export async function unsealHere(
  sealed: Uint8Array,
  identities: readonly string[],
  expected: Expectation,
): Promise<Unsealed | Unopened> {
  const { mostBytes } = expected;
  let namedIds: readonly string[] | undefined;
  let isOpened = false;
  const reader: Identity = {
    unwrapFileKey(stanzas) {
      namedIds = stanzas.find(({ args }) => args[0] === keyIdsStanza)?.args.slice(1) ?? [];
      return null;
    },
  };
  try {
    const packed = await openFile(sealed, reader, identities);
    isOpened = true;
    const limits = { maxOutputLength: Math.max(1, mostBytes), chunkSize: outputFor(packed, expected) };
    const unpacked = zstdDecompressSync(packed, limits);
    // Bytes that fill their buffer can be handed over and given back; zlib's never do.
    const plain = new Uint8Array(unpacked);
    setFree(sealed, packed, wholeOf(unpacked));
    return { plain, sha256: createHash('sha256').update(plain).digest('hex') };
  } catch (error) {
    if (!isOpened) return explain(error, namedIds, await keyIdsOf(identities));
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const detail = isTooLarge ? `it holds more than ${formatBytes(mostBytes)}` : 'what it holds cannot be unpacked';
    return { reason: 'unreadable', detail };
  }
}

/** The header says whom it is for: where that is us, it is not the key that is wrong. */
function explain(error: unknown, namedIds: readonly string[] | undefined, ours: readonly string[]): Unopened {
  const isForOthers = error instanceof Error && /no identity matched/.test(error.message);
  if (namedIds === undefined || !isForOthers || ours.some((id) => namedIds.includes(id))) {
    return { reason: 'unreadable', detail: 'it is cut off, or a bit of it was changed' };
  }
  return { reason: 'wrong-key', detail: `it is sealed to ${namedIds.join(', ') || 'a key that it does not name'}` };
}
