import type { BackupProgress, BackupRun } from '../core/recovery/index.ts';

/** How a backup ended. */
export type BackupEnding = Pick<BackupRun, 'id' | 'reason' | 'figures'> & {
  readonly state: Exclude<BackupRun['state'], 'running'>;
  readonly finishedAt: Temporal.Instant;
};

/** Attempts at backups, by the id of the backup. */
export interface BackupRunStore {
  /** Records a running one; an attempt of that id that is taken up again begins anew. */
  begin(run: BackupRun): Promise<void>;
  /** A sign of life; nothing happens to one that does not run. */
  progress(id: string, progress: BackupProgress, at: Temporal.Instant): Promise<void>;
  /**
   * Answers whether it ended so. Nothing happens where there is no such run, or where it has succeeded: of two that run the
   * same, the one that is overtaken fails, and the backup is there all the same. What succeeded can only be withdrawn.
   */
  end(ending: BackupEnding): Promise<boolean>;
  /** Its log reaches up to this instant now; never less than before. Nothing happens where there is no such run. */
  reach(id: string, until: Temporal.Instant): Promise<void>;
  get(id: string): Promise<BackupRun | undefined>;
  /** Newest first. */
  list(options: {
    readonly environment?: string | undefined;
    readonly state?: BackupRun['state'] | undefined;
    readonly limit: number;
  }): Promise<readonly BackupRun[]>;
  /** The newest one that succeeded of every environment that has any, by the environment's name. */
  newestGood(): Promise<readonly BackupRun[]>;
  /** Forgets failed, cancelled and withdrawn ones that ended before the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}
