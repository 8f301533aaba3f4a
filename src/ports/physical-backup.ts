import type { Bytes, Secret } from '../core/kernel/index.ts';
import type { BackupKind, LogHistory, LogPosition, PhysicalDatabase, WalState } from '../core/recovery/index.ts';

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
  /** Where in the log it was whole. */
  readonly stop: LogPosition | undefined;
  /** Labels it cannot do without: the full one a differential one differs from. */
  readonly needs: readonly string[];
  readonly databaseBytes: Bytes;
  /** Bytes that it added to the repository. */
  readonly addedBytes: Bytes;
  readonly systemIdentifier: string;
  /** True where the repository itself found damaged pages while taking it. */
  readonly hasError: boolean;
}

/** What a data directory is to be filled with. */
export interface FillTarget {
  /** The newest one before the instant where it is not named. */
  readonly label: string | undefined;
  /** The end of the archived log where it is not given. */
  readonly at: Temporal.Instant | undefined;
  /** The history that the instant lies in; the newest one where it is not given. */
  readonly timeline?: number | undefined;
  readonly dataDirectory: string;
}

/** An instant that can be restored to, and the segment that holds it. */
export interface PhysicalMark {
  readonly at: Temporal.Instant;
  readonly segment: string;
  readonly timeline: number;
}

/**
 * Physical backups and their log as a repository holds them. Needs the repository and its passphrase alone, no running
 * cluster. Throws REPOSITORY_UNREACHABLE, RESTORE_FAILED with the tool's own words.
 */
export interface PhysicalArchive {
  readonly stanza: string;
  /** Finished ones, oldest first; never one that was cut short. */
  list(options?: Signalled): Promise<readonly PhysicalRestorePoint[]>;
  /** What restores in place have left and begun, as the archive knows it. */
  histories(options?: Signalled): Promise<readonly LogHistory[]>;
  /** The names of the archived segments, of all timelines. */
  segments(options?: Signalled): Promise<readonly string[]>;
  /** Reads everything and names what is damaged; empty where all is whole. */
  verify(options?: Signalled): Promise<readonly string[]>;
  /** Takes a backup away, those that need it, and the log that no backup needs any more. */
  withdraw(label: string, options?: Signalled): Promise<void>;
  /** Fills an empty data directory with a backup, such that PostgreSQL recovers to the instant when it next starts. */
  fill(target: FillTarget, options: Progress & Signalled): Promise<void>;
}

/**
 * Opens pgBackRest's repository as a backup's manifest names it, with what the backup carries to open it. Its configuration
 * is written into the directory, which must be there as long as a filled cluster recovers; into one of its own, which
 * `close` takes away, where none is given.
 */
export type OpenArchive = (request: {
  readonly database: PhysicalDatabase;
  readonly passphrase: Secret;
  readonly directory?: string | undefined;
}) => Promise<PhysicalArchive & { close(): Promise<void> }>;

/**
 * The physical backups and the archived log of a cluster that runs. Throws REPOSITORY_UNREACHABLE, REPOSITORY_FULL,
 * BACKUP_FAILED and RESTORE_FAILED with the tool's own words, DEADLINE_EXCEEDED, BACKUP_UNDER_WAY.
 */
export interface PhysicalBackups extends PhysicalArchive {
  /** Makes the repository ready and proves that a segment really arrives in it. Safe to repeat. */
  prepare(options?: Signalled): Promise<void>;
  /** Goes on with another cluster in the place of the one that was backed up so far: after a restore that began a new one. */
  renew(options?: Signalled): Promise<void>;
  /** Another that holds the repository's own lock is waited for: half a minute, or as long as is said. */
  take(
    kind: BackupKind,
    options: Progress & Signalled & { readonly waitSeconds?: number | undefined },
  ): Promise<PhysicalRestorePoint>;
  /**
   * Commits a mark in the log and waits until it is archived: every instant up to the answer can be restored to. Recovery
   * stops at the first commit after its target, so an idle database needs one.
   */
  mark(options?: Signalled): Promise<PhysicalMark>;
  /** What PostgreSQL says of archiving, and the chain from a segment on as the repository has it. */
  walState(from: string | undefined, options?: Signalled): Promise<WalState>;
}
