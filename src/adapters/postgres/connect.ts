import postgres from 'postgres';
import { Fault } from '../../core/kernel/index.ts';
import { databaseIn } from './database-in.ts';
import { promptSocket } from './prompt-socket.ts';

/** PostgreSQL types that we read and write as our own: instants for timestamps, numbers for counters. */
export interface OwnTypes extends Record<string, unknown> {
  instant: Temporal.Instant;
  count: number;
}

/** A pool, a reserved connection or a transaction of it. Tagged templates only. */
export type Sql = postgres.Sql<OwnTypes>;

const types = {
  instant: {
    to: 1184,
    from: [1184],
    serialize: (value: Temporal.Instant | string) => value.toString(),
    parse: (text: string) => Temporal.Instant.from(text),
  },
  count: {
    to: 20,
    from: [20],
    serialize: (value: number | bigint | string) => String(value),
    parse: (text: string) => Number(text),
  },
};

/** Opens a pool on Plimsoll's own PostgreSQL. Connections are made when first needed. */
export function openPool(url: string, options: { readonly maxConnections?: number } = {}): Sql {
  return postgres(url, {
    ...promptSocket,
    ...databaseIn(url),
    max: options.maxConnections ?? 10,
    connect_timeout: 10,
    idle_timeout: 60,
    onnotice: () => {},
    types,
    connection: { application_name: 'plimsoll', TimeZone: 'UTC' },
  }) as unknown as Sql;
}

const connectionLost = /^(ECONN|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|CONNECT|CONNECTION|28|3D|57P)/;

/** The connection itself is gone, and everything of its transaction with it. */
const isGone = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = error instanceof Fault ? error.cause : undefined;
  return (
    /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNRESET|EPIPE|57P0\d)$/.test(code) ||
    (cause !== undefined && isGone(cause))
  );
};

/** Turns what the driver throws when the database is away into a fault; anything else passes as it is. */
export function translateStoreError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!connectionLost.test(code)) return error;
  // The driver's message names host and port, never the password.
  const message = error instanceof Error ? error.message : code;
  return new Fault('STORE_UNREACHABLE', `The database does not answer: ${message}`, {
    cause: error,
    details: { code },
  });
}

/**
 * Runs work in a transaction on a connection reserved before BEGIN: postgres.js `begin` can let queued statements of
 * others slip onto the same connection when the pool is saturated (porsager/postgres#823).
 */
export async function inTransaction<Result>(pool: Sql, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const reserved = await pool.reserve().catch((error: unknown) => {
    throw translateStoreError(error);
  });
  let isBroken = false;
  try {
    await reserved`BEGIN`;
    const result = await work(reserved as unknown as Sql);
    await reserved`COMMIT`;
    return result;
  } catch (error) {
    // The driver ends the whole process where a closed connection that is reserved is asked anything (porsager/postgres#1208).
    if (isGone(error)) isBroken = true;
    else {
      await reserved`ROLLBACK`.catch(() => {
        isBroken = true;
      });
    }
    throw translateStoreError(error);
  } finally {
    // A connection that could not even roll back is closed already; the pool has dropped it.
    if (!isBroken) reserved.release();
  }
}
