import type { HostLayout } from '../../core/compile/host/index.ts';

/** What the parts of one place share. */
export interface Place {
  readonly directory: string;
  readonly layout: HostLayout;
  readonly dumpDirectory: string;
  readonly databaseName: string;
  /** Add-ons besides Odoo's own, as they lie on this machine. */
  readonly addonDirectories: readonly string[];
  /** Of Odoo's role in the place's own cluster. */
  readonly password: string;
  /** Servers of it that a signal ended which nobody can catch. */
  readonly killed: Set<string>;
}
