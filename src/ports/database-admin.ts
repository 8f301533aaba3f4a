/** An administrator's connection to an Odoo database, for making the read-only role. */
export interface DatabaseAdmin {
  /** Odoo's version and the columns of its tables, as they are. */
  inspect(): Promise<{
    readonly odooVersion: string;
    readonly database: string;
    readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  }>;
  hasRole(role: string): Promise<boolean>;
  /** Runs the statements in one transaction; answers those optional ones that were refused, with the reason. */
  run(
    statements: readonly { readonly sql: string; readonly why: string; readonly isOptional: boolean }[],
  ): Promise<readonly { readonly why: string; readonly reason: string }[]>;
  close(): Promise<void>;
}
