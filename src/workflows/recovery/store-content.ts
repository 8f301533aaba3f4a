import { createHash } from 'node:crypto';
import { type ContentPiece, pieceBytes, type StoredFile } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';

/** What came of storing a content. */
export interface StoredContent {
  readonly pieces: readonly ContentPiece[];
  readonly bytes: number;
  readonly addedBytes: number;
  /** Of the whole content: what Odoo names a file by. */
  readonly sha1: string;
}

/** Most files are one chunk, which need not be copied. */
const joined = (chunks: readonly Uint8Array[]): Uint8Array => {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
};

/** Cuts content into pieces of the repository's size. One piece is in memory at a time. */
export async function* cutIntoPieces(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of content) {
    for (let from = 0; from < chunk.length; ) {
      const taken = chunk.subarray(from, from + pieceBytes - held);
      chunks.push(taken);
      held += taken.length;
      from += taken.length;
      if (held < pieceBytes) continue;
      yield joined(chunks);
      chunks = [];
      held = 0;
    }
  }
  if (held > 0) yield joined(chunks);
}

/**
 * Puts a content into the repository, piece by piece; what the repository has already adds nothing. Chunks that are given
 * away may be empty once they were put.
 */
export async function storeContent(
  repository: Pick<BackupRepository, 'putPiece'>,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
    readonly isGivenAway?: boolean;
  } = {},
): Promise<StoredContent> {
  const { signal, isGivenAway = false } = options;
  const hash = createHash('sha1');
  const pieces: ContentPiece[] = [];
  let bytes = 0;
  let addedBytes = 0;
  for await (const plain of cutIntoPieces(content)) {
    signal?.throwIfAborted();
    hash.update(plain);
    const { piece, addedBytes: added } = await repository.putPiece(plain, { signal, isGivenAway });
    pieces.push(piece);
    bytes += piece.bytes;
    addedBytes += added;
    options.onBytes?.(piece.bytes);
  }
  return { pieces, bytes, addedBytes, sha1: hash.digest('hex') };
}

/** A stored file of the manifest. */
export function storedFile(path: string, { bytes, pieces }: StoredContent): StoredFile {
  return { path, bytes, pieces };
}
