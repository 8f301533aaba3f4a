import { businessTables, countedTables, type RowCount } from '../../core/recovery/index.ts';
import type { SnapshotFacts } from '../../ports/backup-source.ts';
import type { SourceSql } from './connection.ts';

/** What stands where the role may not ask which cluster this is. */
export const unknownSystem = 'unknown';

async function tablesPresent(sql: SourceSql, names: readonly string[]): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname = any(${[...names]}) order by 1`;
  return rows.map(({ name }) => name);
}

async function countRows(sql: SourceSql): Promise<readonly RowCount[]> {
  const counts: RowCount[] = [];
  for (const table of await tablesPresent(sql, countedTables)) {
    const [row] = await sql<{ rows: string }[]>`select count(*)::text as rows from ${sql(table)}`;
    counts.push({ table, rows: Number(row?.rows ?? 0) });
  }
  return counts;
}

/** Odoo writes times without a zone, in UTC. */
async function lastBusinessRow(sql: SourceSql): Promise<Temporal.Instant | null> {
  const times: Temporal.Instant[] = [];
  for (const table of await tablesPresent(sql, businessTables)) {
    const [row] = await sql<{ at: string | null }[]>`
      select to_char(max(write_date), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from ${sql(table)}`;
    if (row?.at != null) times.push(Temporal.Instant.from(row.at));
  }
  return times.sort(Temporal.Instant.compare).at(-1) ?? null;
}

/** Some managed services keep `pg_control_system()` to themselves: then the cluster is unknown, and the backup still counts. */
async function systemIdentifier(sql: SourceSql): Promise<string> {
  await sql`savepoint ask_system`;
  try {
    const [row] = await sql<{ id: string }[]>`select system_identifier::text as id from pg_control_system()`;
    return row?.id ?? unknownSystem;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '42501')) throw error;
    await sql`rollback to savepoint ask_system`;
    return unknownSystem;
  }
}

async function describeSource(sql: SourceSql): Promise<SnapshotFacts['source']> {
  const [base] = await sql<{ database: string; version: string; bytes: string }[]>`
    select current_database() as database, current_setting('server_version') as version,
      pg_database_size(current_database())::text as bytes`;
  const [identity] = await sql<{ value: string }[]>`select value from ir_config_parameter where key = 'database.uuid'`;
  return {
    database: base?.database ?? '',
    systemIdentifier: await systemIdentifier(sql),
    databaseUuid: identity?.value ?? '',
    // `15.14 (Debian 15.14-0+deb12u1)`: the number is what a restore needs.
    postgresVersion: base?.version.split(' ')[0] ?? '',
    databaseBytes: Number(base?.bytes ?? 0),
  };
}

/** The community's modules carry Odoo in their author's name, and are not Odoo's. */
async function describeOdoo(sql: SourceSql): Promise<Pick<SnapshotFacts, 'odoo' | 'foreignModules'>> {
  const modules = await sql<{ name: string; version: string; isOwn: boolean }[]>`
    select name, coalesce(latest_version, '') as version, (coalesce(author, '') ~* 'odoo' and author !~* 'odoo community|\\(oca\\)') as "isOwn"
    from ir_module_module where state = 'installed' order by name`;
  // `19.0.1.3` of module base: Odoo's own version is its first two parts.
  const base = modules.find(({ name }) => name === 'base')?.version ?? '';
  const odoo = {
    version: base.split('.').slice(0, 2).join('.'),
    modules: modules.map(({ name, version }) => ({ name, version })),
  };
  return { odoo, foreignModules: modules.filter(({ isOwn }) => !isOwn).map(({ name }) => name) };
}

/** Asks everything on the snapshot that the transaction holds. */
export async function readFacts(sql: SourceSql): Promise<SnapshotFacts> {
  return {
    source: await describeSource(sql),
    ...(await describeOdoo(sql)),
    rowCounts: await countRows(sql),
    lastBusinessRowAt: await lastBusinessRow(sql),
  };
}
