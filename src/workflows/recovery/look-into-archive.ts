import { Fault } from '../../core/kernel/index.ts';
import { type ArchiveSight, type BackupManifest, isPhysical } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { OpenArchive, PhysicalArchive } from '../../ports/physical-backup.ts';
import { openArchiveOf } from './open-archive.ts';

type Signalled = { readonly signal?: AbortSignal | undefined };

/** What pgBackRest's repository holds. */
export async function sightOf(archive: Pick<PhysicalArchive, 'list' | 'histories'>, options: Signalled = {}) {
  const points = await archive.list(options);
  const histories = await archive.histories(options);
  return { kind: 'seen', points: new Map(points.map((point) => [point.label, point])), histories } as const;
}

/**
 * Looks what pgBackRest has of the backups that the manifests name: a manifest alone brings nothing back. `undefined` where
 * there is no physical one; says why where nobody could look.
 */
export async function lookIntoArchive(
  deps: { readonly repository: BackupRepository; readonly openArchive?: OpenArchive | undefined },
  manifests: readonly BackupManifest[],
  options: Signalled = {},
): Promise<ArchiveSight | undefined> {
  const newest = manifests.findLast(isPhysical);
  if (newest === undefined) return undefined;
  try {
    const archive = await openArchiveOf(deps, newest, options);
    return await sightOf(archive, options).finally(() => archive.close());
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    return { kind: 'unseen', fault: error };
  }
}
