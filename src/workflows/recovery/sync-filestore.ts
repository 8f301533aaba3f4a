import { Fault } from '../../core/kernel/index.ts';
import { type FilestoreSet, formatIndexLine, parseIndexLine, sha1OfName } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import { eachAtOnce } from './each-at-once.ts';
import { readLines, readStored } from './read-content.ts';
import { storeContent, storedFile } from './store-content.ts';

/** Small files under way at the same time: a store's answer, or its disk, is waited for once for many. */
const filesAtOnce = 32;
/** A file that may hold a whole piece in memory counts for so many small ones, so that memory stays flat. */
const largeWeight = 4;
const smallBytes = 1024 * 1024;
const weightOf = (bytes: number): number => (bytes > smallBytes ? largeWeight : 1);

export interface SyncParts {
  readonly source: Pick<BackupSource, 'listFiles' | 'readFile'>;
  readonly repository: BackupRepository;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
}

/** What the repository is known to hold of a filestore, and what copying it came to. */
export interface FilestoreSync {
  /** Copies what is there now and not known; answers how many files that were. */
  bulk(onListed: (files: number, bytes: number) => void): Promise<number>;
  /** Copies those named that are not known. Afterwards every name is known or lost at the source. */
  copy(names: readonly string[]): Promise<void>;
  /** Names that a bulk pass has seen at the source. */
  readonly seen: ReadonlySet<string>;
  /** Stores the index of the named files, and of the others as far as they are known. */
  finish(
    names: readonly string[],
    others?: Iterable<string>,
  ): Promise<{ readonly set: FilestoreSet; readonly pieces: Iterable<string> }>;
  addedBytes(): number;
}

/** The lines of an index, by the SHA-1 that each is of. */
export async function indexLines(
  repository: Pick<BackupRepository, 'readPiece'>,
  set: FilestoreSet,
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  for await (const line of readLines(readStored(repository, set.index, signal))) {
    const file = parseIndexLine(line);
    if (file !== undefined) lines.set(file.sha1, line);
  }
  return lines;
}

/** The lines of the last backup's index whose pieces are all still there. Where it cannot be read, everything is read anew. */
export async function knownLines(parts: SyncParts, previous: FilestoreSet | undefined): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  if (previous === undefined) return known;
  const present = new Set<string>();
  for await (const sha256 of parts.repository.pieceNames()) present.add(sha256);
  try {
    for (const [sha1, line] of await indexLines(parts.repository, previous, parts.signal)) {
      if (parseIndexLine(line)?.pieces.every(({ sha256 }) => present.has(sha256))) known.set(sha1, line);
    }
  } catch (error) {
    // Without the identity content is written, not read; an altered index is verification's to tell.
    if (!(error instanceof Fault) || !unreadable.has(error.code)) throw error;
    known.clear();
  }
  return known;
}

const unreadable: ReadonlySet<string> = new Set(['SEAL_WRONG_KEY', 'CONTENT_ALTERED', 'CONTENT_MISSING']);

/**
 * Copies a filestore into a repository. What is known, by the line that an index has of it, is not read again: a file of
 * that name and size has that content. A file whose content is not its name is never kept as that file.
 */
export function openFilestoreSync(parts: SyncParts, known: Map<string, string>): FilestoreSync {
  const { source, repository, signal, onBytes } = parts;
  const seen = new Set<string>();
  let addedBytes = 0;
  const copyOne = async (name: string): Promise<void> => {
    signal?.throwIfAborted();
    const sha1 = sha1OfName(name);
    const content = sha1 === undefined ? undefined : await source.readFile(name, { signal });
    if (sha1 === undefined || content === undefined) return;
    const stored = await storeContent(repository, content, { signal, onBytes, isGivenAway: true });
    addedBytes += stored.addedBytes;
    // Half-written by Odoo at this moment, or damaged: looked at again under the lock, and lost if it stays so.
    if (stored.sha1 === sha1) known.set(sha1, formatIndexLine({ ...stored, sha1 }));
  };
  async function* unknownFiles(
    onListed: (files: number, bytes: number) => void,
  ): AsyncIterable<{ readonly name: string; readonly bytes: number }> {
    let [files, totalBytes] = [0, 0];
    for await (const { name, bytes } of source.listFiles()) {
      seen.add(name);
      const line = known.get(sha1OfName(name) ?? '');
      if (line !== undefined && parseIndexLine(line)?.bytes === bytes) continue;
      files += 1;
      totalBytes += bytes;
      onListed(files, totalBytes);
      yield { name, bytes };
    }
  }
  return {
    seen,
    addedBytes: () => addedBytes,
    bulk: async (onListed) => {
      let copied = 0;
      await eachAtOnce(
        unknownFiles(onListed),
        filesAtOnce,
        async ({ name }) => {
          await copyOne(name);
          copied += 1;
        },
        ({ bytes }) => weightOf(bytes),
      );
      return copied;
    },
    copy: (names) =>
      eachAtOnce(
        names.filter((name) => !known.has(sha1OfName(name) ?? '')),
        filesAtOnce,
        copyOne,
        // Their sizes are not known here, and they are few.
        () => largeWeight,
      ),
    finish: (names, others = []) =>
      storeIndex(parts, known, names, others).then((done) => {
        addedBytes += done.addedBytes;
        return done;
      }),
  };
}

async function storeIndex(
  parts: SyncParts,
  known: ReadonlyMap<string, string>,
  names: readonly string[],
  others: Iterable<string>,
) {
  const all = new Set([...names, ...others]);
  const lines = [...all].flatMap((name) => known.get(sha1OfName(name) ?? '') ?? []).sort();
  const files = function* () {
    for (const line of lines) {
      const file = parseIndexLine(line);
      if (file !== undefined) yield file;
    }
  };
  const encoder = new TextEncoder();
  const text = function* () {
    for (let from = 0; from < lines.length; from += linesAtOnce) {
      yield encoder.encode(`${lines.slice(from, from + linesAtOnce).join('\n')}\n`);
    }
  };
  const index = await storeContent(parts.repository, text(), { signal: parts.signal });
  const present = new Set(lines.map((line) => line.slice(0, 40)));
  let bytes = 0;
  for (const file of files()) bytes += file.bytes;
  const set: FilestoreSet = {
    index: storedFile('filestore.index', index),
    files: lines.length,
    bytes,
    missing: names.filter((name) => !present.has(sha1OfName(name) ?? '')),
  };
  const pieces = function* () {
    for (const file of files()) for (const { sha256 } of file.pieces) yield sha256;
  };
  return { set, pieces: { [Symbol.iterator]: pieces }, addedBytes: index.addedBytes };
}

const linesAtOnce = 4_096;
