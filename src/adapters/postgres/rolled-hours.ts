import { inTransaction, type Sql } from './connect.ts';

/** What is kept as it came, and rolled up by the hour. */
export type RawTable = 'sample' | 'sketch';

/** See migration 0029: open, rolled, retired. */
export type HourState = 'open' | 'rolled' | 'retired';

const hourMilliseconds = 3_600_000;

/** The first half of the keys of our locks on hours: any numbers that nobody else uses. */
const lockClass: Readonly<Record<RawTable, number>> = { sample: 7_070_011, sketch: 7_070_012 };

/** The hour that holds a time, counted from the epoch. */
export const hourOf = (milliseconds: number): number => Math.floor(milliseconds / hourMilliseconds);

/** When an hour begins. */
export const hourStart = (hour: number): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(hour * hourMilliseconds);

/**
 * Writes raw rows of some hours, and says in the same transaction that roll-ups of these hours no longer hold everything.
 * Shared locks keep whoever rolls such an hour up waiting, so that they see all of what is written here or nothing of it.
 */
export async function writeHours(
  pool: Sql,
  table: RawTable,
  hours: readonly number[],
  write: (sql: Sql) => Promise<unknown>,
): Promise<void> {
  const list = `{${[...hours].sort((a, b) => a - b).join(',')}}`;
  await inTransaction(pool, async (sql) => {
    const given = sql`(SELECT hour, timestamptz 'epoch' + hour * interval '1 hour' AS at
      FROM unnest(${list}::text::int[]) AS each (hour)) AS given`;
    await sql`SELECT pg_advisory_xact_lock_shared(${lockClass[table]}::int, hour) FROM ${given} ORDER BY hour`;
    await sql`INSERT INTO plimsoll.rolled_hour (kind, at) SELECT ${table}, at FROM ${given} ORDER BY at ON CONFLICT DO NOTHING`;
    await sql`UPDATE plimsoll.rolled_hour SET state = 'open' WHERE (kind, at) IN (
      SELECT kind, rolled_hour.at FROM plimsoll.rolled_hour JOIN ${given} USING (at)
      WHERE kind = ${table} AND state = 'rolled' ORDER BY at FOR UPDATE OF rolled_hour)`;
    await write(sql);
  });
}

/** Waits for whoever writes to the hour now, and keeps others from it until the transaction ends; answers how far it has come. */
export async function claimHour(sql: Sql, table: RawTable, hour: number): Promise<HourState> {
  await sql`SELECT pg_advisory_xact_lock(${lockClass[table]}::int, ${hour}::int)`;
  const [row] = await sql<{ state: HourState }[]>`
    SELECT state FROM plimsoll.rolled_hour WHERE kind = ${table} AND at = ${hourStart(hour)}`;
  return row?.state ?? 'open';
}

/** Notes how far a claimed hour has come. */
export async function noteHour(sql: Sql, table: RawTable, hour: number, state: HourState): Promise<void> {
  await sql`INSERT INTO plimsoll.rolled_hour (kind, at, state) VALUES (${table}, ${hourStart(hour)}, ${state})
    ON CONFLICT (kind, at) DO UPDATE SET state = excluded.state`;
}

/** Hours that ended by the instant and whose roll-ups are behind, oldest first. */
export async function openHours(
  sql: Sql,
  table: RawTable,
  endedBy: Temporal.Instant,
  most: number,
): Promise<readonly number[]> {
  const rows = await sql<{ at: Temporal.Instant }[]>`SELECT at FROM plimsoll.rolled_hour
    WHERE kind = ${table} AND state = 'open' AND at <= ${endedBy.subtract({ hours: 1 })} ORDER BY at LIMIT ${most}`;
  return rows.map(({ at }) => hourOf(at.epochMilliseconds));
}

/** Forgets how far hours had come of which nothing is left. */
export async function forgetHours(sql: Sql, before: Temporal.Instant): Promise<void> {
  await sql`DELETE FROM plimsoll.rolled_hour WHERE at < ${before} AND state = 'retired'`;
}
