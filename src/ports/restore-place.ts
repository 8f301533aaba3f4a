import type { Bytes } from '../core/kernel/index.ts';
import type { OdooRpc } from './odoo-rpc.ts';

type Progress = { readonly report: (done: { readonly bytes: Bytes; readonly detail: string }) => void };
type Signalled = { readonly signal?: AbortSignal | undefined };

/** A restored Odoo that serves, inside the place. */
export interface ServedOdoo {
  readonly url: string;
  /** As an API user of the restored copy. */
  readonly rpc: OdooRpc;
  stop(): Promise<void>;
}

/**
 * Where a backup becomes an Odoo again: own PostgreSQL, own directory, and for drills no route to the outside. Everything
 * in it is inside one directory that the place made and owns; `remove` leaves nothing, also after a kill -9 (by `sweep`).
 */
export interface RestorePlace {
  readonly directory: string;
  /** Connection string of the restored database's owner; valid after `restoreDatabase`. */
  readonly databaseUrl: string;
  /** An empty directory inside the place to put the dump's files into. */
  readonly dumpDirectory: string;
  /** Writes one file of the filestore, by Odoo's name for it. */
  writeFile(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** `pg_restore` of the directory-format dump. Throws RESTORE_FAILED with the tool's own words. */
  restoreDatabase(options: { readonly jobs: number } & Progress & Signalled): Promise<void>;
  /** Odoo's own `neutralize`, and a new database uuid and secret. */
  neutralise(options?: Signalled): Promise<void>;
  boot(options: { readonly withinSeconds: number } & Signalled): Promise<ServedOdoo>;
  remove(): Promise<void>;
}
