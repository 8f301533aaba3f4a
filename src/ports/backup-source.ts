import type { Bytes } from '../core/kernel/index.ts';
import type { BackupManifest, RowCount } from '../core/recovery/index.ts';

type Signalled = { readonly signal?: AbortSignal | undefined };

/** A file of the filestore, by Odoo's own name for it: `a3/a3f1…`, the SHA-1 of its content. */
export interface FilestoreFile {
  readonly name: string;
  readonly bytes: Bytes;
}

/** What is true at the snapshot. Held open until `close`. */
export interface SourceSnapshot {
  readonly snapshotId: string;
  readonly consistentAt: Temporal.Instant;
  readonly source: BackupManifest['source'];
  readonly odoo: BackupManifest['odoo'];
  readonly rowCounts: readonly RowCount[];
  readonly lastBusinessRowAt: Temporal.Instant | null;
  /** Every `store_fname` of the snapshot, distinct, sorted. */
  readonly attachmentFiles: readonly string[];
  /** Gives up the lock on `ir_attachment`, keeps the snapshot: garbage collection may run again. */
  releaseLock(): Promise<void>;
  close(): Promise<void>;
}

/** One running Odoo's database and filestore, as something to copy. */
export interface BackupSource {
  /** The filestore as it is now, in no order; files may vanish while it is read. */
  listFiles(): AsyncIterable<FilestoreFile>;
  /** `undefined` where the file is gone. In pieces, so that memory stays flat. */
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
