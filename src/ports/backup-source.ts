import type { Bytes } from '../core/kernel/index.ts';
import type { AttachmentRow, BackupManifest, RowCount } from '../core/recovery/index.ts';

type Signalled = { readonly signal?: AbortSignal | undefined };

/** A file of the filestore, by Odoo's own name for it: `a3/a3f1…`, the SHA-1 of its content. */
export interface FilestoreFile {
  readonly name: string;
  readonly bytes: Bytes;
}

/** What the database says about itself on the snapshot. */
export interface SnapshotFacts {
  readonly source: BackupManifest['source'];
  readonly odoo: BackupManifest['odoo'];
  /** Installed modules that are not Odoo's own. */
  readonly foreignModules: readonly string[];
  readonly rowCounts: readonly RowCount[];
  readonly lastBusinessRowAt: Temporal.Instant | null;
}

/** A moment of the database. Held open until `close`. */
export interface SourceSnapshot {
  readonly snapshotId: string;
  readonly consistentAt: Temporal.Instant;
  /** Every `store_fname` of the snapshot, distinct, sorted. */
  readonly attachmentFiles: readonly string[];
  /**
   * Gives up the lock on `ir_attachment`, keeps the snapshot: garbage collection may run again.
   * Throws BACKUP_FAILED where the lock was lost before: then files may have gone unseen.
   */
  releaseLock(): Promise<void>;
  /** Counting may take long: ask after the lock is given up. */
  describe(options?: Signalled): Promise<SnapshotFacts>;
  /**
   * The attachments with a file, by id and in batches, so that memory stays flat: all, or those that use one of the named
   * files. Reading may take long: ask after the lock is given up.
   */
  attachments(
    options?: Signalled & { readonly files?: readonly string[] | undefined },
  ): AsyncIterable<readonly AttachmentRow[]>;
  close(): Promise<void>;
}

/** One running Odoo's database and filestore, as something to copy. */
export interface BackupSource {
  /** The filestore as it is now, sorted by name; files may vanish while it is read. */
  listFiles(): AsyncIterable<FilestoreFile>;
  /** The names alone, in any order: quick enough to be asked for while the lock is held. */
  listNames(): AsyncIterable<string>;
  /** `undefined` where the file is gone. In chunks that are the caller's own, so that memory stays flat. */
  readFile(name: string, options?: Signalled): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * Locks `ir_attachment` in ROW EXCLUSIVE (keeps Odoo's file garbage collection out, lets writes go on), exports a snapshot and
   * reads from it. The wait for the lock is bounded.
   */
  openSnapshot(options?: Signalled): Promise<SourceSnapshot>;
  /** `pg_dump` in directory format on the snapshot, into an empty directory that the caller owns. */
  dump(
    snapshot: SourceSnapshot,
    options: {
      readonly directory: string;
      readonly jobs: number;
      readonly report: (writtenBytes: Bytes) => void;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<void>;
}
