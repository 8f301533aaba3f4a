import type { Bytes, Fault, Seconds, Secret } from '../core/kernel/index.ts';
import type { FilestoreFile } from './backup-source.ts';
import type { OdooDatabase } from './odoo-database.ts';

type Progress = { readonly report: (done: { readonly bytes: Bytes; readonly detail: string }) => void };
type Signalled = { readonly signal?: AbortSignal | undefined };

/** A restored Odoo that serves, inside the place. */
export interface ServedOdoo {
  readonly url: string;
  readonly database: string;
  /** An administrator of the restored copy, with a key made for this boot. */
  readonly login: string;
  readonly apiKey: Secret;
  stop(): Promise<void>;
}

/** A statement of ours with bound values: never text from outside. */
export interface Change {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a place gives away, by paths on this machine. Whoever moves it owns it from then on. */
export interface ReleasedData {
  /** A cluster that was stopped in good order. */
  readonly dataDirectory: string;
  readonly superuserPasswordFile: string;
  readonly filestoreDirectory: string;
}

/**
 * Where a backup becomes an Odoo again: own PostgreSQL, own directory, and for drills no route to the outside. Everything
 * in it is inside one directory that the place made and owns; `remove` leaves nothing, also after a kill -9 (by `sweep`).
 */
export interface RestorePlace {
  readonly directory: string;
  /** The restored database's name inside the place. */
  readonly databaseName: string;
  /** Questions to the restored database, as its owner and read-only; answered after `restoreDatabase`. */
  readonly database: OdooDatabase;
  /**
   * Once its PostgreSQL runs, or may come. Files may be written before; what needs it waits by itself. Whatever is thrown here says
   * something of the machine, and nothing of a backup.
   */
  ready(): Promise<void>;
  /** Writes one file of the dump, by its relative path in the dump's directory. The chunks are given away. */
  writeDumpFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes one file of the filestore, by Odoo's name for it; answers what its content really is. The chunks are given away. */
  writeFile(
    name: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly sha1: string; readonly bytes: Bytes }>;
  /** The filestore as it lies in the place. */
  listFiles(): AsyncIterable<FilestoreFile>;
  /**
   * `pg_restore` of the directory-format dump; tells how large the database is meanwhile. Throws RESTORE_FAILED with the
   * tool's own words.
   */
  restoreDatabase(options: { readonly jobs: number } & Progress & Signalled): Promise<void>;
  /**
   * In place of the dump, a whole cluster: `fill` puts it into the directory it is given, and PostgreSQL recovers it to the
   * instant that it was filled for. Throws RESTORE_FAILED with PostgreSQL's own words where that is not reached.
   */
  restoreCluster(
    options: {
      readonly fill: (dataDirectory: string) => Promise<void>;
      /** The database's name in the cluster; inside the place it is `databaseName`. */
      readonly database: string;
    } & Progress &
      Signalled,
  ): Promise<void>;
  /** Odoo's own `neutralize`, and a new database uuid, secret and creation date. */
  neutralise(options?: Signalled): Promise<void>;
  /** Changes rows of the restored copy, all or nothing: anonymising, making it smaller. */
  change(changes: readonly Change[], options?: Signalled): Promise<void>;
  /**
   * Throws RESTORE_FAILED with Odoo's last words where it does not serve in time. `files` says when the filestore is all there,
   * where that is later: Odoo loads its modules meanwhile, and counts as serving only after. The wait for them is not its time; where they
   * fail, their error is thrown as it is.
   */
  boot(
    options: { readonly withinSeconds: Seconds; readonly files?: (() => Promise<unknown>) | undefined } & Signalled,
  ): Promise<ServedOdoo>;
  /** Rewrites the database, so that nothing of what `change` took away is left in its files. */
  compact(options?: Signalled): Promise<void>;
  /**
   * What disturbed it from outside: COMMAND_FAILED where its PostgreSQL, a process of that or its Odoo was killed (as where
   * memory runs out), DISK_FULL where they had no room. What fails in a place that was disturbed says nothing of a backup.
   */
  disturbedBy(): Promise<Fault | undefined>;
  /**
   * Ends its processes in good order and gives away what it holds, with the database under another name. Only `remove`
   * may follow.
   */
  release(database: string): Promise<ReleasedData>;
  /** Ends every process of the place and takes the directory away. Safe to repeat. */
  remove(): Promise<void>;
}

/** Makes places for drills, which reach nothing outside and last no longer than their maker. */
export interface RestorePlaces {
  /** Why no isolated place can be made here, in words for people; `undefined` where one can. */
  obstacle(): Promise<string | undefined>;
  /**
   * Throws DISK_FULL where the bytes are not there, ISOLATION_IMPOSSIBLE where nothing keeps it from the outside. One that is
   * thrown away is there sooner, and can never be released. One that gets a whole cluster (`restoreCluster`) has none before.
   */
  create(
    options: {
      readonly needsBytes: Bytes;
      readonly isThrownAway?: boolean;
      readonly getsCluster?: boolean;
    } & Signalled,
  ): Promise<RestorePlace>;
  /** Removes the places whose makers died without removing them; answers which. */
  sweep(): Promise<readonly string[]>;
}
