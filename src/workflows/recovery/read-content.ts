import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  type FilestoreSet,
  filestoreName,
  type IndexedFile,
  parseIndexLine,
  type RestoredFile,
  type StoredFile,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import type { RecoveryOptions } from './dependencies.ts';
import { eachAtOnce } from './each-at-once.ts';

/** How many small files are under way at once: enough to hide a store's round trips. */
export const atOnce = 8;

const ofTheContent: readonly string[] = ['CONTENT_ALTERED', 'CONTENT_MISSING', 'OBJECT_MISSING', 'SEAL_WRONG_KEY'];

/** A file's content from the repository, proved piece by piece. */
export async function* readStored(
  repository: Pick<BackupRepository, 'readPiece'>,
  file: Pick<StoredFile, 'pieces'>,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  for (const piece of file.pieces) yield await repository.readPiece(piece, { signal });
}

/** The lines of a stored text, without their ends. */
export async function* readLines(content: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of content) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** The names and pieces of a set of files. Throws CONTENT_ALTERED for a line that is none. */
export async function* readIndex(
  repository: Pick<BackupRepository, 'readPiece'>,
  { index }: Pick<FilestoreSet, 'index'>,
  signal?: AbortSignal,
): AsyncIterable<IndexedFile> {
  for await (const line of readLines(readStored(repository, index, signal))) {
    const file = parseIndexLine(line);
    if (file === undefined) throw new Fault('CONTENT_ALTERED', 'The index of the filestore holds a line that is none.');
    yield file;
  }
}

/** Brings the files of the dump into a place; of a physical backup there are none. Throws the first fault, saying where. */
export async function fetchDump(
  repository: BackupRepository,
  manifest: BackupManifest,
  place: Pick<RestorePlace, 'writeDumpFile'>,
  { signal, report }: RecoveryOptions,
): Promise<void> {
  if (manifest.database.method !== 'logical') return;
  const { files } = manifest.database;
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let doneBytes = 0;
  // A dump is hundreds of small files: one after the other, each would wait for the store and the seal of the one before.
  await eachAtOnce(files, atOnce, async (file) => {
    signal?.throwIfAborted();
    report({ phase: 'fetch', detail: file.path, doneBytes, totalBytes });
    await place.writeDumpFile(file.path, readStored(repository, file, signal)).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(error.code, `dump file ${file.path}: ${error.message}`, { cause: error, details: error.details });
    });
    doneBytes += file.bytes;
  });
}

async function restoreFile(
  repository: BackupRepository,
  place: Pick<RestorePlace, 'writeFile'>,
  indexed: IndexedFile,
  signal: AbortSignal | undefined,
): Promise<RestoredFile> {
  const file = filestoreName(indexed.sha1);
  try {
    return { file, sha1: (await place.writeFile(file, readStored(repository, indexed, signal))).sha1 };
  } catch (error) {
    if (!(error instanceof Fault) || !ofTheContent.includes(error.code)) throw error;
    // One bad file does not end a drill: people want to know all of them, and what hangs on each.
    return { file, fault: error.message };
  }
}

/** The files of several sets, each once. */
async function* readIndexes(
  repository: Pick<BackupRepository, 'readPiece'>,
  sets: readonly FilestoreSet[],
  signal: AbortSignal | undefined,
): AsyncIterable<IndexedFile> {
  const seen = new Set<string>();
  for (const set of sets) {
    for await (const file of readIndex(repository, set, signal)) {
      if (seen.has(file.sha1)) continue;
      seen.add(file.sha1);
      yield file;
    }
  }
}

/** Brings the filestore into a place, so many files together. Content that cannot be read is told, and the rest goes on. */
export async function restoreFilestore(
  repository: BackupRepository,
  sets: readonly FilestoreSet[],
  place: Pick<RestorePlace, 'writeFile'>,
  { signal, report, together = () => atOnce }: RecoveryOptions & { readonly together?: () => number },
): Promise<readonly RestoredFile[]> {
  const restored: RestoredFile[] = [];
  const totalBytes = sets.reduce((sum, { bytes }) => sum + bytes, 0);
  const totalFiles = sets.reduce((sum, { files }) => sum + files, 0);
  let doneBytes = 0;
  // Ended only when nobody writes any more: the place may be taken away next.
  await eachAtOnce(readIndexes(repository, sets, signal), together, async (indexed) => {
    signal?.throwIfAborted();
    const detail = `${restored.length} of ${totalFiles} files`;
    report({ phase: 'restore-filestore', detail, doneBytes, totalBytes });
    restored.push(await restoreFile(repository, place, indexed, signal));
    doneBytes += indexed.bytes;
  });
  return restored;
}
