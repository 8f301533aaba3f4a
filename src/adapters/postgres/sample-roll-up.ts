import { mergeSketches } from '../../core/observe/index.ts';
import { inTransaction, type Sql } from './connect.ts';
import { claimHour, hourOf, hourStart, noteHour, openHours, type RawTable } from './rolled-hours.ts';
import { dayOf, ensureDays, type PartitionedTable } from './sample-partitions.ts';

/** Hours in one go; what is left is done the next time. */
const mostHours = 500;

const rollUpTables: Readonly<Record<RawTable, readonly PartitionedTable[]>> = {
  sample: ['sample_minute', 'sample_hour'],
  sketch: ['sketch_hour'],
};

async function rollUpSamples(sql: Sql, hour: number, step: 'minute' | 'hour', isRetired: boolean): Promise<number> {
  const table = sql(`plimsoll.sample_${step}`);
  // What was retired is all there is of its samples: a straggler adds what was missing and changes nothing.
  const onConflict = isRetired
    ? sql`DO NOTHING`
    : sql`(series_id, at) DO UPDATE SET minimum = excluded.minimum, total = excluded.total, maximum = excluded.maximum,
        last = excluded.last, count = excluded.count
      WHERE (kept.minimum, kept.total, kept.maximum, kept.last, kept.count)
        IS DISTINCT FROM (excluded.minimum, excluded.total, excluded.maximum, excluded.last, excluded.count)`;
  const result = await sql`
    INSERT INTO ${table} AS kept (series_id, at, minimum, total, maximum, last, count)
    SELECT series_id, date_trunc(${step}, at, 'UTC'), min(value), sum(value), max(value),
      (array_agg(value ORDER BY at DESC))[1], count(*)
    FROM plimsoll.sample WHERE at >= ${hourStart(hour)} AND at < ${hourStart(hour + 1)} GROUP BY 1, 2
    ON CONFLICT ${onConflict}`;
  return result.count;
}

interface Hour {
  readonly series_id: number;
  readonly count: number;
  readonly sketches: readonly Buffer[];
}

/** Merging happens here, for PostgreSQL cannot. */
async function rollUpSketches(sql: Sql, hour: number, isRetired: boolean): Promise<number> {
  const hours = await sql<Hour[]>`
    SELECT series_id, sum(count) AS count, array_agg(sketch ORDER BY at) AS sketches
    FROM plimsoll.sketch WHERE at >= ${hourStart(hour)} AND at < ${hourStart(hour + 1)} GROUP BY series_id`;
  const onConflict = isRetired
    ? sql`DO NOTHING`
    : sql`(series_id, at) DO UPDATE SET count = excluded.count, sketch = excluded.sketch`;
  let rows = 0;
  for (const { series_id, count, sketches } of hours) {
    const merged = mergeSketches(sketches);
    if (merged === undefined) continue;
    await sql`INSERT INTO plimsoll.sketch_hour (series_id, at, interval_seconds, count, sketch)
      VALUES (${series_id}, ${hourStart(hour)}, 3600, ${count}, ${Buffer.from(merged.toBytes())}) ON CONFLICT ${onConflict}`;
    rows += 1;
  }
  return rows;
}

/** Rolls up a claimed hour from all that is kept of it; a second time changes nothing. Answers the rows that were written. */
export async function rollUpHour(sql: Sql, table: RawTable, hour: number, isRetired: boolean): Promise<number> {
  if (table === 'sketch') return rollUpSketches(sql, hour, isRetired);
  const minutes = await rollUpSamples(sql, hour, 'minute', isRetired);
  return minutes + (await rollUpSamples(sql, hour, 'hour', isRetired));
}

/** Partitions for the roll-ups of a day. */
export async function ensureRollUpDay(pool: Sql, table: RawTable, day: string): Promise<void> {
  for (const each of rollUpTables[table]) await ensureDays(pool, each, new Set([day]), new Set());
}

/**
 * Rolls up the hours that ended by an instant and whose roll-ups are behind, each in a transaction of its own together
 * with the word that it is done: killed half-way, it is as if the hour had not begun.
 */
export async function rollUpBehind(pool: Sql, endedBy: Temporal.Instant): Promise<{ readonly rolledHours: number }> {
  let rolledHours = 0;
  for (const table of ['sample', 'sketch'] as const) {
    for (const hour of await openHours(pool, table, endedBy, mostHours)) {
      await ensureRollUpDay(pool, table, dayOf(hourStart(hour)));
      await inTransaction(pool, async (sql) => {
        // Another controller may have been here between our look and the claim, or retired the day.
        if ((await claimHour(sql, table, hour)) !== 'open') return;
        await rollUpHour(sql, table, hour, false);
        await noteHour(sql, table, hour, 'rolled');
        rolledHours += 1;
      });
    }
  }
  return { rolledHours };
}

/** The hours of a UTC day, as `dayOf` writes it. */
export function hoursOfDay(day: string): readonly number[] {
  const date = Temporal.PlainDate.from(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`);
  const first = hourOf(date.toZonedDateTime('UTC').epochMilliseconds);
  return Array.from({ length: 24 }, (_, index) => first + index);
}
