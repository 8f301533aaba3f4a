import { createHash } from 'node:crypto';
import { Fault } from '../../core/kernel/index.ts';
import type { ContentPiece } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';

const states: Readonly<Record<string, 'missing' | 'altered' | 'wrong-key'>> = {
  CONTENT_MISSING: 'missing',
  CONTENT_ALTERED: 'altered',
  SEAL_WRONG_KEY: 'wrong-key',
};

/** Content by its pieces, measured while it is read. */
export function readContent(
  repository: Pick<BackupRepository, 'readPiece'>,
  pieces: readonly ContentPiece[],
  signal?: AbortSignal,
) {
  const hash = createHash('sha1');
  let bytes = 0;
  const chunks = async function* (): AsyncIterable<Uint8Array> {
    for (const piece of pieces) {
      signal?.throwIfAborted();
      const plain = await repository.readPiece(piece, { signal });
      hash.update(plain);
      bytes += plain.length;
      yield plain;
    }
  };
  return {
    chunks: chunks(),
    bytes: (): number => bytes,
    /** Once, after the last chunk. */
    sha1: (): string => hash.copy().digest('hex'),
    /** What an error says about the content; `undefined` where it is about the store, or no fault at all. */
    stateOf: (error: unknown) => (error instanceof Fault ? states[error.code] : undefined),
  };
}
