import type { FileHandle } from 'node:fs/promises';
import { pieceBytes } from '../../core/recovery/index.ts';

/**
 * What an open file of so many bytes holds, in chunks that are the caller's own, each as large as a piece of the repository
 * may be: a file that is one piece is read into the very bytes that are sealed. A file that grows is read to its new end.
 */
export async function* contentOf(file: FileHandle, bytes: number, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  for (let left = bytes; ; ) {
    signal?.throwIfAborted();
    // Where all was read, one byte more shows the end.
    const wanted = left > 0 ? Math.min(pieceBytes, left) : 1;
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, null);
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead);
  }
}
