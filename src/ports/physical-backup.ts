import type { Bytes } from '../core/kernel/index.ts';
import type { BackupKind, WalState } from '../core/recovery/index.ts';

type Signalled = { readonly signal?: AbortSignal | undefined };
type Progress = { readonly report: (done: { readonly ratio: number; readonly detail: string }) => void };

/** A physical backup as the repository knows it. */
export interface PhysicalRestorePoint {
  /** The repository's own name for it: `20261121-084500F`. */
  readonly label: string;
  readonly kind: BackupKind;
  readonly startedAt: Temporal.Instant;
  /** From this instant on it can be restored to. */
  readonly stoppedAt: Temporal.Instant;
  readonly walStart: string;
  readonly walStop: string;
  readonly timeline: number;
  /** Labels it cannot do without: the full one a differential one differs from. */
  readonly needs: readonly string[];
  readonly databaseBytes: Bytes;
  /** Bytes that it added to the repository. */
  readonly addedBytes: Bytes;
  readonly systemIdentifier: string;
  /** True where the repository itself found damaged pages while taking it. */
  readonly hasError: boolean;
}

/**
 * A cluster's physical backups and its archived WAL, in a repository of their own kind. Throws REPOSITORY_UNREACHABLE,
 * REPOSITORY_FULL, BACKUP_FAILED and RESTORE_FAILED with the tool's own words, DEADLINE_EXCEEDED, BACKUP_UNDER_WAY.
 */
export interface PhysicalBackups {
  readonly stanza: string;
  /** Makes the repository ready and proves that a segment really arrives in it. Safe to repeat. */
  prepare(options?: Signalled): Promise<void>;
  /** Finished ones, oldest first; never one that was cut short. */
  list(options?: Signalled): Promise<readonly PhysicalRestorePoint[]>;
  take(kind: BackupKind, options: Progress & Signalled): Promise<PhysicalRestorePoint>;
  /**
   * Commits a mark in the log and waits until it is archived: every instant up to the answer can be restored to. Recovery
   * stops at the first commit after its target, so an idle database needs one.
   */
  mark(options?: Signalled): Promise<Temporal.Instant>;
  /** What PostgreSQL says of archiving, and the chain from a segment on as the repository has it. */
  walState(from: string | undefined, options?: Signalled): Promise<WalState>;
  /** Reads everything and names what is damaged; empty where all is whole. */
  verify(options?: Signalled): Promise<readonly string[]>;
  /** Fills an empty data directory with a backup, such that PostgreSQL recovers to the instant when it next starts. */
  fill(
    target: {
      /** The newest one before the instant where it is not named. */
      readonly label: string | undefined;
      /** The end of the archived log where it is not given. */
      readonly at: Temporal.Instant | undefined;
      readonly dataDirectory: string;
    },
    options: Progress & Signalled,
  ): Promise<void>;
  /** Takes a backup away, and those that need it. */
  withdraw(label: string, options?: Signalled): Promise<void>;
}
