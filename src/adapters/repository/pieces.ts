import { createHash } from 'node:crypto';
import { Fault, formatBytes } from '../../core/kernel/index.ts';
import { pieceBytes } from '../../core/recovery/index.ts';
import type { BackupRepository, PieceState } from '../../ports/backup-repository.ts';
import { setFree } from '../host/buffers.ts';
import { type RepositoryContext, retainUntil } from './context.ts';
import { pieceKey, pieceNameOf, piecesPrefix } from './layout.ts';
import { seal, unseal } from './seal.ts';

export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

type NamedPiece = Parameters<BackupRepository['checkPiece']>[0];

type Opened =
  | { readonly state: 'intact'; readonly plain: Uint8Array }
  | { readonly state: Exclude<PieceState, 'intact'>; readonly detail: string };

async function openPiece(
  context: RepositoryContext,
  piece: NamedPiece,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  let sealed: Uint8Array;
  try {
    sealed = await context.store.get(pieceKey(piece.sha256), { signal });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'OBJECT_MISSING') throw error;
    return { state: 'missing', detail: `it is not in ${context.store.place}` };
  }
  const opened = await unseal(sealed, context.identities, { mostBytes: pieceBytes, bytes: piece.bytes });
  if ('reason' in opened) return { state: opened.reason, detail: opened.detail };
  const { plain, sha256 } = opened;
  if (piece.bytes !== undefined && plain.byteLength !== piece.bytes) {
    return { state: 'altered', detail: `it holds ${plain.byteLength} bytes instead of ${piece.bytes}` };
  }
  if (sha256 !== piece.sha256) return { state: 'altered', detail: "it holds another's content" };
  return { state: 'intact', plain };
}

const faultCodes = {
  missing: 'CONTENT_MISSING',
  altered: 'CONTENT_ALTERED',
  unreadable: 'CONTENT_ALTERED',
  'wrong-key': 'SEAL_WRONG_KEY',
} as const;

/** Content, sealed and named by what it is. */
export function createPieces(
  context: RepositoryContext,
): Pick<BackupRepository, 'putPiece' | 'readPiece' | 'checkPiece' | 'pieceNames' | 'listPieces'> {
  // Sealed and plain are both in memory while a piece is worked on.
  const bounded = <Result>(bytes: number, work: () => Promise<Result>) => context.budget.run(2 * bytes, work);
  return {
    putPiece: (plain, { signal, isGivenAway } = {}) =>
      bounded(plain.byteLength, async () => {
        signal?.throwIfAborted();
        if (plain.byteLength > pieceBytes) {
          throw new Fault('REQUEST_INVALID', `A piece holds at most ${formatBytes(pieceBytes)}.`);
        }
        const piece = { sha256: sha256Of(plain), bytes: plain.byteLength };
        const key = pieceKey(piece.sha256);
        if ((await context.store.head(key)) !== undefined) return { piece, addedBytes: 0 };
        const sealed = await seal(plain, context.recipients, { isGivenAway });
        const addedBytes = sealed.byteLength;
        const until = await retainUntil(context);
        const answer = await context.store.put(key, sealed, { retainUntil: until, signal });
        // No store keeps what it was given.
        setFree(sealed);
        return { piece, addedBytes: answer === 'written' ? addedBytes : 0 };
      }),
    readPiece: (piece, { signal } = {}) =>
      bounded(piece.bytes, async () => {
        const opened = await openPiece(context, piece, signal);
        if (opened.state === 'intact') return opened.plain;
        throw new Fault(faultCodes[opened.state], `Piece ${piece.sha256} is ${opened.state}: ${opened.detail}.`, {
          details: { sha256: piece.sha256, state: opened.state },
        });
      }),
    checkPiece: (piece, { signal } = {}) =>
      bounded(piece.bytes ?? pieceBytes, async () => {
        const opened = await openPiece(context, piece, signal);
        if (opened.state === 'intact') setFree(opened.plain);
        return opened.state;
      }),
    async *pieceNames() {
      for await (const key of context.store.keys(piecesPrefix)) {
        const sha256 = pieceNameOf(key);
        if (sha256 !== undefined) yield sha256;
      }
    },
    async *listPieces() {
      for await (const stored of context.store.list(piecesPrefix)) {
        const sha256 = pieceNameOf(stored.key);
        if (sha256 !== undefined) yield { sha256, stored };
      }
    },
  };
}
