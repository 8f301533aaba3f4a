import { Fault } from '../../core/kernel/index.ts';
import type { BackupManifest } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';

/** The backup to recover from; `bad` says why its manifest is not believed. */
export type ChosenBackup = {
  readonly id: string;
  readonly manifest: BackupManifest;
  /** Who the backups before it say they are of, oldest first. */
  readonly earlierUuids: readonly string[];
};

/** A backup whose manifest is not to be believed. */
export interface DisbelievedBackup {
  readonly id: string;
  readonly bad: string;
}

/**
 * The newest backup, or the one that was asked for. One whose manifest was edited or signed by a stranger is chosen as well
 * where it is the newest: leaving it out silently would drill yesterday's and call today's fine.
 */
export async function chooseBackup(
  repository: BackupRepository,
  environment: string,
  wanted: string | undefined,
): Promise<ChosenBackup | DisbelievedBackup> {
  const { good, bad } = await repository.list(environment);
  const all = [
    ...good.map(({ manifest }) => ({ id: manifest.id, manifest })),
    ...bad.map(({ id, reason, detail }) => ({ id, bad: `its manifest is ${reason}: ${detail}` })),
  ].toSorted((a, b) => a.id.localeCompare(b.id));
  const chosen = wanted === undefined ? all.at(-1) : all.find(({ id }) => id === wanted);
  if (chosen === undefined) {
    const what = wanted === undefined ? 'a backup' : `backup ${wanted}`;
    throw new Fault(
      'BACKUP_UNKNOWN',
      `Repository ${repository.name} has no ${what.replace(/^a /, '')} of ${environment}.`,
    );
  }
  if ('bad' in chosen) return chosen;
  const earlier = good.filter(({ manifest }) => manifest.id < chosen.id);
  return { ...chosen, earlierUuids: earlier.map(({ manifest }) => manifest.source.databaseUuid) };
}
