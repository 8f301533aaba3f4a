import { inTransaction, type Sql } from './connect.ts';

/** The tables of samples, each with a partition per UTC day. */
export const partitionedTables = ['sample', 'sketch', 'sample_minute', 'sample_hour', 'sketch_hour'] as const;
export type PartitionedTable = (typeof partitionedTables)[number];

/** Any number that nobody else uses: makers of partitions wait for each other on it. */
const partitionLock = 7_070_010;

/** The UTC day of an instant, as `20261120`: the only thing that ever becomes part of a table's name. */
export function dayOf(at: Temporal.Instant): string {
  return at.toZonedDateTimeISO('UTC').toPlainDate().toString().replaceAll('-', '');
}

function boundsOf(day: string): { readonly from: string; readonly to: string } {
  const date = Temporal.PlainDate.from(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`);
  return { from: `${date}T00:00:00Z`, to: `${date.add({ days: 1 })}T00:00:00Z` };
}

/** Creates the partition of a day where it is missing; run inside a transaction that holds the lock. */
export async function createPartition(sql: Sql, table: PartitionedTable, day: string): Promise<void> {
  const { from, to } = boundsOf(day);
  // Names and bounds are made of a table of the list above and of eight digits.
  await sql.unsafe(
    `CREATE TABLE IF NOT EXISTS plimsoll.${table}_d${day} PARTITION OF plimsoll.${table} FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
}

/** Waits for whoever makes partitions now. */
export async function lockPartitions(sql: Sql): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${partitionLock})`;
}

/** Makes sure that the days of a batch have a partition; remembers which have. */
export async function ensureDays(
  pool: Sql,
  table: PartitionedTable,
  days: ReadonlySet<string>,
  known: Set<string>,
): Promise<void> {
  const missing = [...days].filter((day) => !known.has(`${table} ${day}`));
  if (missing.length === 0) return;
  await inTransaction(pool, async (sql) => {
    await lockPartitions(sql);
    for (const day of missing) await createPartition(sql, table, day);
  });
  for (const day of missing) known.add(`${table} ${day}`);
}

/** The days of a table that lie wholly before an instant, oldest first. */
export async function daysBefore(
  sql: Sql,
  table: PartitionedTable,
  before: Temporal.Instant,
): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = ${`plimsoll.${table}`}::text::regclass ORDER BY child.relname`;
  return rows
    .map((row) => row.name.slice(-8))
    .filter((day) => Temporal.Instant.compare(Temporal.Instant.from(boundsOf(day).to), before) <= 0);
}

/** Drops the partition of a day. */
export async function dropPartition(sql: Sql, table: PartitionedTable, day: string): Promise<void> {
  await sql.unsafe(`DROP TABLE IF EXISTS plimsoll.${table}_d${day}`);
}
