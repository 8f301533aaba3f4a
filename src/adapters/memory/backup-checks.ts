import type { BackupCheck, SizeSample } from '../../core/recovery/index.ts';
import type { BackupCheckStore, RepositorySizeStore } from '../../ports/backup-check-store.ts';

export interface BackupCheckRecords {
  readonly backupChecks: Map<string, BackupCheck>;
  readonly repositorySizes: Map<string, SizeSample & { readonly repository: string }>;
}

const keyOf = ({ environment, repository, backup }: Parameters<BackupCheckStore['forget']>[0]): string =>
  JSON.stringify([environment, repository, backup]);

/** Checks of content in memory. */
export function backupChecksOf(records: BackupCheckRecords): BackupCheckStore {
  return {
    async record(check) {
      records.backupChecks.set(keyOf(check), check);
    },
    async list(environment) {
      return [...records.backupChecks.values()]
        .filter((check) => check.environment === environment)
        .sort((a, b) => Temporal.Instant.compare(b.checkedAt, a.checkedAt));
    },
    async forget(check) {
      records.backupChecks.delete(keyOf(check));
    },
  };
}

/** Sizes of repositories in memory. */
export function repositorySizesOf(records: BackupCheckRecords): RepositorySizeStore {
  return {
    async record(repository, { at, bytes }) {
      const key = `${repository} ${at}`;
      if (!records.repositorySizes.has(key)) records.repositorySizes.set(key, { repository, at, bytes });
    },
    async list(repository, limit) {
      return [...records.repositorySizes.values()]
        .filter((sample) => sample.repository === repository)
        .sort((a, b) => Temporal.Instant.compare(a.at, b.at))
        .slice(-limit)
        .map(({ at, bytes }) => ({ at, bytes }));
    },
    async prune(before) {
      const old = [...records.repositorySizes].filter(([, { at }]) => Temporal.Instant.compare(at, before) < 0);
      for (const [key] of old) records.repositorySizes.delete(key);
      return old.length;
    },
  };
}
