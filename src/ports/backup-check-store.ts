import type { BackupCheck, SizeSample } from '../core/recovery/index.ts';

/** What checks of content have found. */
export interface BackupCheckStore {
  /** Takes the place of the last one of the same backup in the same repository. */
  record(check: BackupCheck): Promise<void>;
  /** The last one of every backup of an environment in every repository, newest first. */
  list(environment: string): Promise<readonly BackupCheck[]>;
  /** For a backup that is withdrawn. */
  forget(check: Pick<BackupCheck, 'environment' | 'repository' | 'backup'>): Promise<void>;
}

/** How large repositories were when they were measured. */
export interface RepositorySizeStore {
  /** Measuring at the same instant again changes nothing. */
  record(repository: string, sample: SizeSample): Promise<void>;
  /** The newest ones, at most so many, oldest first. */
  list(repository: string, limit: number): Promise<readonly SizeSample[]>;
  prune(before: Temporal.Instant): Promise<number>;
}
