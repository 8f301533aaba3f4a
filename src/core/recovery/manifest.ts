import type { NamedIntegration } from '../estate/index.ts';
import type { Bytes } from '../kernel/index.ts';

/** A piece of content in a repository: the SHA-256 of its plain bytes, which is also its name there. */
export interface ContentPiece {
  /** Lower-case hex SHA-256 of the plain bytes. */
  readonly sha256: string;
  readonly bytes: Bytes;
}

/** A file as a repository holds it: its pieces in order, each at most `pieceBytes` long. */
export interface StoredFile {
  /** Relative, with `/`: `toc.dat`, `3412.dat.zst`, `a3/a3f1…`. */
  readonly path: string;
  readonly bytes: Bytes;
  readonly pieces: readonly ContentPiece[];
}

/** Files are cut into pieces of this size, so that memory stays flat and one bad piece is one bad piece. */
export const pieceBytes: Bytes = 16 * 1024 * 1024;

/** How a backup was taken. */
export type BackupMethod = 'logical' | 'physical';
export type BackupKind = 'full' | 'differential' | 'incremental';

/** The eight things a recovery needs (BKP-01). */
export const coverageParts = [
  'database',
  'filestore',
  'configuration',
  'manifest',
  'images',
  'add-ons',
  'integrations',
  'secret-recovery',
] as const;
export type CoveragePart = (typeof coverageParts)[number];

/** Whether one part is in the backup; `why` says where it is, or what is missing. */
export interface Coverage {
  readonly part: CoveragePart;
  readonly isCovered: boolean;
  readonly why: string;
}

/** The database as `pg_dump` wrote it in directory format, on the snapshot that the filestore was matched to. */
export interface LogicalDatabase {
  readonly method: 'logical';
  readonly files: readonly StoredFile[];
}

/** Where pgBackRest keeps a stanza. Credentials are the Repository's and never stand here. */
export type PhysicalPlace =
  | { readonly kind: 'directory'; readonly directory: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly prefix: string;
      /** Host and port of an endpoint that speaks TLS: pgBackRest has no other. */
      readonly host: string;
      readonly port: number;
      readonly region: string;
      /** A directory-in-path address, as services other than Amazon's need. */
      readonly isPathStyle: boolean;
      /** False only for a test's own certificate. */
      readonly verifiesTls: boolean;
      /** Who vouches for the service, where the machine that took the backup did not know it. */
      readonly caFile?: string | undefined;
    };

/** The database as pgBackRest holds it: its repository keeps the files, the manifest says which. */
export interface PhysicalDatabase {
  readonly method: 'physical';
  readonly kind: BackupKind;
  readonly stanza: string;
  /** pgBackRest's own label, `20261121-084500F`. */
  readonly label: string;
  /** Labels that it cannot do without: the full one that a differential one differs from. */
  readonly needs: readonly string[];
  readonly walStart: string;
  /** The segment up to which the log is needed to reach the instant of the filestore set. */
  readonly walStop: string;
  readonly timeline: number;
  /** From this instant on the cluster can be restored, as far as the log goes. */
  readonly reachableFrom: Temporal.Instant;
  readonly place: PhysicalPlace;
  /** What opens pgBackRest's repository, sealed like every content: the age identity alone brings everything back. */
  readonly passphrase: StoredFile;
  /**
   * A stored file of lines, one for every attachment with a file, by id: whom a damaged file belongs to. Backups that were
   * taken before it was kept do without.
   */
  readonly attachments?: StoredFile | undefined;
}

/** The attachment files that the database names at the backup's instant. The list itself is content, since it grows with the filestore. */
export interface FilestoreSet {
  /** A stored file of lines `sha1 bytes sha256[,sha256…]`, sorted, each with a line end; `-` for an empty file's pieces. */
  readonly index: StoredFile;
  readonly files: number;
  readonly bytes: Bytes;
  /** Names in `ir_attachment` for which the source had no file, or none whose content was its name: lost before the backup. */
  readonly missing: readonly string[];
}

/** Counted on the snapshot: what a restored copy must show again. */
export interface RowCount {
  readonly table: string;
  readonly rows: number;
}

/** A directory of add-ons that are not Odoo's own, and which version of them lies there. */
export interface AddonsVersion {
  /** As it is declared: an absolute path, or `state/…`. */
  readonly directory: string;
  /** As declared, or the commit of the git checkout that it lies in: `git 3f2ac1d…`. */
  readonly revision: string | null;
  /** Over every file's path and content; `null` where the directory is too large, or leads out of itself. */
  readonly sha256: string | null;
  /** Its modules, each with the version that its `__manifest__.py` says; sorted by name. */
  readonly modules: readonly { readonly name: string; readonly version: string }[];
  /** Why something of this is not known. */
  readonly problem: string | null;
}

/** What a backup is, signed as a whole. A backup exists when its manifest and signature do, and not before. */
export interface BackupManifest {
  readonly format: 1;
  /** Sorts by time and says what it is: `20261121T084512Z-logical-9f3a1c`. */
  readonly id: string;
  readonly estate: string;
  readonly environment: string;
  readonly startedAt: Temporal.Instant;
  /**
   * The instant of the pair: nothing committed after it is in a logical backup, and it is the one that a physical one is
   * restored to unless another is asked for.
   */
  readonly consistentAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  readonly source: {
    readonly database: string;
    /** `pg_control_system()`: which cluster it came from, so that a backup of the wrong one is found. */
    readonly systemIdentifier: string;
    /** `ir_config_parameter database.uuid`: which Odoo it is. */
    readonly databaseUuid: string;
    readonly postgresVersion: string;
    readonly databaseBytes: Bytes;
  };
  readonly odoo: {
    readonly version: string;
    readonly modules: readonly { readonly name: string; readonly version: string }[];
  };
  readonly database: LogicalDatabase | PhysicalDatabase;
  readonly filestore: FilestoreSet;
  /** Configuration files, the estate's own documents, integration settings by reference: never a secret's value. */
  readonly configuration: readonly StoredFile[];
  /**
   * The environment's integrations by the documents that are in `configuration`: what a restore has to connect again, and
   * where the settings come from. Backups that were taken before they were named do without.
   */
  readonly integrations?: readonly NamedIntegration[] | undefined;
  /** Versions of what runs it: image, Odoo build, add-on revisions. */
  readonly software: readonly { readonly name: string; readonly version: string }[];
  /** The declared directories of add-ons, each as it was. Backups that were taken before they were kept do without. */
  readonly addons?: readonly AddonsVersion[] | undefined;
  readonly rowCounts: readonly RowCount[];
  /** The newest `write_date` of the business tables on the snapshot: what RPO is measured from. */
  readonly lastBusinessRowAt: Temporal.Instant | null;
  readonly coverage: readonly Coverage[];
  /** Key ids that can open it. */
  readonly sealedTo: readonly string[];
  /** Bytes newly written to the repository by this backup. */
  readonly addedBytes: Bytes;
  readonly writtenBy: string;
  /**
   * Taken by a restore in place, of what it was about to give up. Whether it did, is not known here: it may have failed later.
   */
  readonly beforeRestore?: true | undefined;
}
