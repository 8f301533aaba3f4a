import postgres from 'postgres';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import type { OdooDatabase, Row } from '../../ports/odoo-database.ts';
import { databaseIn } from '../postgres/database-in.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';

interface Options {
  readonly url: Secret;
  /** How long a query may wait for a lock: less than its own timeout, for a queue behind a lock helps nobody. */
  readonly lockTimeoutSeconds?: number;
  readonly maxConnections?: number;
}

const unreachable = /^(ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_|CONNECT|CONNECTION|08|28|3D|53|57P)/;
const timedOut: Readonly<Record<string, string>> = {
  '57014': 'the statement ran into its timeout',
  '55P03': 'another session holds a lock on it',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the driver throws, as a fault. The driver's messages name host, port and role, never the password. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof Fault || (error instanceof DOMException && error.name === 'AbortError')) return error;
  const code = codeOf(error);
  const slow = timedOut[code];
  if (slow !== undefined) return new Fault('DEADLINE_EXCEEDED', slow, { cause: error, details: { sqlState: code } });
  if (code === '42501') {
    const message = `the read-only role lacks a right: ${messageOf(error)}`;
    return new Fault('ODOO_DATABASE_DENIED', message, { cause: error, details: { sqlState: code } });
  }
  if (unreachable.test(code)) {
    return new Fault('ODOO_DATABASE_UNREACHABLE', messageOf(error), { cause: error, details: { code } });
  }
  return new Fault('ODOO_QUERY_FAILED', messageOf(error), { cause: error, details: { sqlState: code } });
}

const milliseconds = (seconds: number): string => `${Math.max(1, Math.round(seconds * 1_000))}ms`;

/** Cancels the statement on the server when the signal fires: giving up here alone would leave it running there. */
async function cancellable<Result>(
  query: Promise<Result> & { cancel(): void },
  signal: AbortSignal | undefined,
): Promise<Result> {
  const cancel = (): void => query.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await query;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/**
 * An Odoo database through the read-only role. Every query runs in a read-only transaction of its own, with a statement
 * timeout and a lock timeout set inside it, so that it also holds behind a transaction pooler.
 */
export function createPostgresOdooDatabase(options: Options): OdooDatabase {
  const sql = postgres(options.url.reveal(), {
    ...promptSocket,
    ...databaseIn(options.url.reveal()),
    max: options.maxConnections ?? 2,
    connect_timeout: 5,
    idle_timeout: 120,
    max_lifetime: 3_600,
    // Unnamed statements and no look-up of types: works behind any pooler and asks the catalogue nothing.
    prepare: false,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: 'plimsoll' },
  });
  const lockTimeoutSeconds = options.lockTimeoutSeconds ?? 1;
  return {
    query: async (text, values, { timeoutSeconds, signal }): Promise<readonly Row[]> => {
      signal?.throwIfAborted();
      try {
        return await sql.begin('read only', async (transaction) => {
          const lockTimeout = milliseconds(Math.min(lockTimeoutSeconds, timeoutSeconds));
          await transaction`select set_config('statement_timeout', ${milliseconds(timeoutSeconds)}, true),
            set_config('lock_timeout', ${lockTimeout}, true)`;
          // The text is a query of a pack, data of this package; values are bound.
          const query = transaction.unsafe(text, [...(values as string[])]);
          return [...(await cancellable(query, signal))];
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw translateDatabaseError(error);
      }
    },
    close: () => sql.end({ timeout: 2 }),
  };
}
