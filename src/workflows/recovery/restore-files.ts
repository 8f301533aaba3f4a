import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  filestoreName,
  type IndexedFile,
  type NamedFile,
  type RestoredFile,
} from '../../core/recovery/index.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { filesFor } from './choose-files.ts';
import { readIndex, readStored } from './read-content.ts';
import type { RestoreDependencies, StepReport } from './restore-parts.ts';

type Deps = Pick<RestoreDependencies, 'repository' | 'sourceFiles'>;
type Options = { readonly signal?: AbortSignal | undefined; readonly report: StepReport };

interface NamedFilesRequest {
  /** What the restored database names. */
  readonly named: readonly NamedFile[];
  readonly manifest: BackupManifest;
  /** The instant that was restored, where it is another than the backup's own. */
  readonly at: Temporal.Instant | undefined;
}

/** How many small files are under way at once. */
const atOnce = 8;
const ofTheContent: readonly string[] = ['CONTENT_ALTERED', 'CONTENT_MISSING', 'OBJECT_MISSING', 'SEAL_WRONG_KEY'];

/**
 * Where the wanted files lie in the repository: the sets of the instant first, then those of every other backup, newest
 * first. A name is the hash of its content, so that a file is the same in all of them.
 */
async function findStored(
  { repository }: Deps,
  { manifest, at }: Pick<NamedFilesRequest, 'manifest' | 'at'>,
  wanted: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, IndexedFile>> {
  const found = new Map<string, IndexedFile>();
  const { sets } = await filesFor(repository, manifest, at);
  const { good } = await repository.list(manifest.environment);
  const others = good.map(({ manifest: each }) => each.filestore).toReversed();
  for (const set of [...sets, ...others]) {
    if (found.size === wanted.size) break;
    signal?.throwIfAborted();
    for await (const file of readIndex(repository, set, signal)) {
      const name = filestoreName(file.sha1);
      if (wanted.has(name) && !found.has(name)) found.set(name, file);
    }
  }
  return found;
}

async function restoreOne(
  deps: Deps,
  place: Pick<RestorePlace, 'writeFile'>,
  file: string,
  stored: IndexedFile | undefined,
  signal: AbortSignal | undefined,
): Promise<RestoredFile | undefined> {
  if (stored !== undefined) {
    try {
      return { file, sha1: (await place.writeFile(file, readStored(deps.repository, stored, signal))).sha1 };
    } catch (error) {
      if (!(error instanceof Fault) || !ofTheContent.includes(error.code)) throw error;
      return { file, fault: error.message };
    }
  }
  const own = await deps.sourceFiles?.readFile(file, { signal }).catch(() => undefined);
  return own === undefined ? undefined : { file, sha1: (await place.writeFile(file, own)).sha1 };
}

/**
 * Brings the files that the restored database names, and no others, into a place. What no backup holds is taken from the
 * source's own filestore where that is here. What cannot be read is told, and the rest goes on.
 */
export async function restoreNamedFiles(
  deps: Deps,
  request: NamedFilesRequest,
  place: Pick<RestorePlace, 'writeFile'>,
  { signal, report }: Options,
): Promise<readonly RestoredFile[]> {
  const names = [...new Set(request.named.map(({ file }) => file))];
  const stored = await findStored(deps, request, new Set(names), signal);
  const sizeOf = (name: string): number => stored.get(name)?.bytes ?? 0;
  const totalBytes = names.reduce((sum, name) => sum + sizeOf(name), 0);
  let doneBytes = 0;
  const restored: RestoredFile[] = [];
  const queue = names.values();
  const work = async (): Promise<void> => {
    for (const name of queue) {
      signal?.throwIfAborted();
      const file = await restoreOne(deps, place, name, stored.get(name), signal);
      if (file !== undefined) restored.push(file);
      doneBytes += sizeOf(name);
      report({ doneBytes, totalBytes, detail: `${restored.length} of ${names.length} files` });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return restored;
}
