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

const nobody: ReadonlySet<string> = new Set();

/**
 * The newest backup that a restore in place did not give up, or the one that was asked for. One whose manifest was edited or signed by a stranger is chosen as well
 * where it is the newest: leaving it out silently would drill yesterday's and call today's fine.
 */
export async function chooseBackup(
  repository: BackupRepository,
  environment: string,
  wanted: string | undefined,
  givenUp: ReadonlySet<string> = nobody,
): Promise<ChosenBackup | DisbelievedBackup> {
  const { good, bad } = await repository.list(environment);
  const all = [
    ...good.map(({ manifest }) => ({ id: manifest.id, manifest })),
    ...bad.map(({ id, reason, detail }) => ({ id, bad: `its manifest is ${reason}: ${detail}` })),
  ].toSorted((a, b) => a.id.localeCompare(b.id));
  const chosen =
    wanted === undefined ? all.findLast(({ id }) => !givenUp.has(id)) : all.find(({ id }) => id === wanted);
  if (chosen === undefined) {
    const what = wanted === undefined ? 'backup' : `backup ${wanted}`;
    const rest = wanted === undefined && givenUp.size > 0 ? ' that a restore in place did not give up' : '';
    throw new Fault('BACKUP_UNKNOWN', `Repository ${repository.name} has no ${what} of ${environment}${rest}.`);
  }
  if ('bad' in chosen) return chosen;
  const earlier = good.filter(({ manifest }) => manifest.id < chosen.id);
  return { ...chosen, earlierUuids: earlier.map(({ manifest }) => manifest.source.databaseUuid) };
}
