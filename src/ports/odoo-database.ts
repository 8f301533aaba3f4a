import type { Seconds } from '../core/kernel/index.ts';

/** A row as the driver gives it; the reader parses it. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Reads an environment's own database through the read-only role. Every query is bounded by a statement timeout.
 * Throws `Fault` ODOO_DATABASE_UNREACHABLE, or DEADLINE_EXCEEDED when the statement timed out (a lock, most often).
 */
export interface OdooDatabase {
  /** `text` is a query of a SQL pack, never built from outside; `values` are its parameters. */
  query(
    text: string,
    values: readonly unknown[],
    options: { readonly timeoutSeconds: Seconds; readonly signal?: AbortSignal },
  ): Promise<readonly Row[]>;
  close(): Promise<void>;
}
