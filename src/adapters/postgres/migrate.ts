import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../core/kernel/index.ts';
import { inTransaction, type Sql, translateStoreError } from './connect.ts';

/** Any number that nobody else uses: starters of the same database wait for each other on it. */
const migrationLock = 7_070_001;

const oldestServer = 150_000;

/** One schema change; the name orders it and is its identity. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** The migrations that this version ships, in name order. */
export async function readMigrations(
  directory = join(import.meta.dirname, '..', '..', '..', 'migrations'),
): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.replace(/\.sql$/, ''),
      sql: await readFile(join(directory, name), 'utf8'),
    })),
  );
}

async function checkServer(pool: Sql): Promise<void> {
  const [row] = await pool<{ version: number }[]>`SELECT current_setting('server_version_num')::int AS version`;
  const version = row?.version ?? 0;
  if (version < oldestServer) {
    throw new Fault(
      'STORE_TOO_OLD',
      `The database runs PostgreSQL ${Math.floor(version / 10_000)}; 15 is the oldest.`,
      {
        details: { serverVersion: version },
      },
    );
  }
}

/**
 * Brings the schema `plimsoll` up to date: all that is missing in one transaction, under one lock, so that concurrent
 * starters each find it either untouched or finished. Throws STORE_TOO_NEW when a newer Plimsoll was here.
 */
export async function migrate(
  pool: Sql,
  migrations: readonly Migration[],
  now: Temporal.Instant,
): Promise<readonly string[]> {
  await checkServer(pool).catch((error: unknown) => {
    throw translateStoreError(error);
  });
  return inTransaction(pool, async (sql) => {
    await sql`SELECT pg_advisory_xact_lock(${migrationLock})`;
    await sql`CREATE SCHEMA IF NOT EXISTS plimsoll`;
    await sql`CREATE TABLE IF NOT EXISTS plimsoll.migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL)`;
    const rows = await sql<{ name: string }[]>`SELECT name FROM plimsoll.migration`;
    const applied = new Set(rows.map((row) => row.name));
    const known = new Set(migrations.map((migration) => migration.name));
    const foreign = [...applied].filter((name) => !known.has(name));
    if (foreign.length > 0) {
      throw new Fault('STORE_TOO_NEW', `The database has ${foreign.join(', ')}, which this version does not know.`);
    }
    const pending = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of pending) {
      // The text is a file of this package, never input.
      await sql.unsafe(migration.sql);
      await sql`INSERT INTO plimsoll.migration (name, applied_at) VALUES (${migration.name}, ${now})`;
    }
    return pending.map((migration) => migration.name);
  });
}
