import { Fault } from '../../core/kernel/index.ts';
import { type BackupManifest, isPhysical, sha1OfName } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { chooseBackup } from './choose-backup.ts';
import type { RecoveryOptions } from './dependencies.ts';
import { fetchDump, restoreFilestore } from './read-content.ts';

/** What was taken out of a repository. */
export interface Extraction {
  readonly manifest: BackupManifest;
  readonly files: number;
  /** Filestore objects that could not be read, or hold another content than their names say. */
  readonly damaged: readonly string[];
}

/**
 * Takes a backup's dump and filestore out of the repository, every piece proved. Needs the repository and its key, and
 * nothing else: no estate, no records, no running Plimsoll. Throws where the dump is not whole: without it there is nothing.
 */
export async function extractBackup(
  repository: BackupRepository,
  request: { readonly environment: string; readonly backup: string | undefined },
  open: () => Promise<Pick<RestorePlace, 'writeDumpFile' | 'writeFile'>>,
  options: RecoveryOptions,
): Promise<Extraction> {
  const chosen = await chooseBackup(repository, request.environment, request.backup);
  if ('bad' in chosen) throw new Fault('MANIFEST_UNTRUSTED', `${chosen.id}: ${chosen.bad}`);
  if (isPhysical(chosen.manifest)) {
    const message = `${chosen.id} is a physical backup: its cluster is restored into a place, not taken out as files.`;
    throw new Fault('PHYSICAL_UNAVAILABLE', message);
  }
  const place = await open();
  await fetchDump(repository, chosen.manifest, place, options);
  const restored = await restoreFilestore(repository, [chosen.manifest.filestore], place, options);
  const damaged = restored.flatMap((file) => {
    if ('fault' in file) return [`${file.file}: ${file.fault}`];
    return file.sha1 === sha1OfName(file.file) ? [] : [`${file.file}: its content is ${file.sha1}`];
  });
  return { manifest: chosen.manifest, files: restored.length, damaged };
}
