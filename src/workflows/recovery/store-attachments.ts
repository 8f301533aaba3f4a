import { formatAttachmentLine, type StoredFile } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { SourceSnapshot } from '../../ports/backup-source.ts';
import { storeContent, storedFile } from './store-content.ts';

/** Stores whom the files belong to, as of the snapshot: all of them, or the named ones alone. */
export async function storeAttachments(
  repository: Pick<BackupRepository, 'putPiece'>,
  snapshot: SourceSnapshot,
  options: { readonly files?: readonly string[] | undefined; readonly signal: AbortSignal },
): Promise<{ readonly file: StoredFile; readonly addedBytes: number }> {
  const encoder = new TextEncoder();
  const text = async function* (): AsyncIterable<Uint8Array> {
    for await (const rows of snapshot.attachments(options)) {
      yield encoder.encode(rows.map((row) => `${formatAttachmentLine(row)}\n`).join(''));
    }
  };
  const stored = await storeContent(repository, text(), { signal: options.signal });
  return { file: storedFile('attachments', stored), addedBytes: stored.addedBytes };
}
