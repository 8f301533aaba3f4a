import { mergeSketches } from '../../core/observe/index.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import { inTransaction, type Sql } from './connect.ts';
import {
  createPartition,
  daysBefore,
  dropPartition,
  lockPartitions,
  type PartitionedTable,
} from './sample-partitions.ts';

type Maintenance = Parameters<SampleStore['maintain']>[0];

/** Minutes are kept this many times as long as raw samples, but never longer than hours. */
const minuteRetentionFactor = 10;

async function rollUp(
  sql: Sql,
  table: 'sample_minute' | 'sample_hour',
  step: 'minute' | 'hour',
  day: string,
): Promise<number> {
  await createPartition(sql, table, day);
  // A day comes by once; a straggler that makes it come again adds what was missing and changes nothing.
  const result = await sql`
    INSERT INTO ${sql(`plimsoll.${table}`)} (series_id, at, minimum, total, maximum, last, count)
    SELECT series_id, date_trunc(${step}, at, 'UTC'), min(value), sum(value), max(value),
      (array_agg(value ORDER BY at DESC))[1], count(*)
    FROM ${sql(`plimsoll.sample_d${day}`)} GROUP BY 1, 2
    ON CONFLICT DO NOTHING`;
  return result.count;
}

interface Hour {
  readonly series_id: number;
  readonly at: Temporal.Instant;
  readonly count: number;
  readonly sketches: readonly Buffer[];
}

/** One hour at a time, for merging happens here and a day of sketches may be large. */
async function rollUpSketches(sql: Sql, day: string): Promise<number> {
  await createPartition(sql, 'sketch_hour', day);
  let rows = 0;
  for (let hour = 0; hour < 24; hour += 1) {
    const hours = await sql<Hour[]>`
      SELECT series_id, date_trunc('hour', at, 'UTC') AS at, sum(count) AS count, array_agg(sketch ORDER BY at) AS sketches
      FROM ${sql(`plimsoll.sketch_d${day}`)} WHERE extract(hour FROM at AT TIME ZONE 'UTC') = ${hour} GROUP BY 1, 2`;
    for (const { series_id, at, count, sketches } of hours) {
      const merged = mergeSketches(sketches);
      if (merged === undefined) continue;
      await sql`INSERT INTO plimsoll.sketch_hour (series_id, at, interval_seconds, count, sketch)
        VALUES (${series_id}, ${at}, 3600, ${count}, ${Buffer.from(merged.toBytes())}) ON CONFLICT DO NOTHING`;
      rows += 1;
    }
  }
  return rows;
}

const ago = (now: Temporal.Instant, seconds: number): Temporal.Instant =>
  now.subtract({ milliseconds: seconds * 1_000 });

/** One day, rolled up and dropped in one transaction: killed half-way, it is as if it had not begun. */
async function retireDay(pool: Sql, table: 'sample' | 'sketch', day: string): Promise<number> {
  return inTransaction(pool, async (sql) => {
    await lockPartitions(sql);
    // Another controller may have been here between our look and the lock.
    const [there] = await sql`SELECT to_regclass(${`plimsoll.${table}_d${day}`}) AS name`;
    if (there?.['name'] === null) return 0;
    const rows =
      table === 'sketch'
        ? await rollUpSketches(sql, day)
        : (await rollUp(sql, 'sample_minute', 'minute', day)) + (await rollUp(sql, 'sample_hour', 'hour', day));
    await dropPartition(sql, table, day);
    return rows;
  });
}

/** Retires raw days that have had their time, and forgets roll-ups that have had theirs. */
export async function retire(pool: Sql, options: Maintenance): Promise<Awaited<ReturnType<SampleStore['maintain']>>> {
  const { now, retainRawSeconds, retainRolledUpSeconds } = options;
  let rolledUpRows = 0;
  let droppedPartitions = 0;
  for (const table of ['sample', 'sketch'] as const) {
    for (const day of await daysBefore(pool, table, ago(now, retainRawSeconds))) {
      rolledUpRows += await retireDay(pool, table, day);
      droppedPartitions += 1;
    }
  }
  const limits: readonly (readonly [PartitionedTable, number])[] = [
    ['sample_minute', Math.min(retainRolledUpSeconds, retainRawSeconds * minuteRetentionFactor)],
    ['sample_hour', retainRolledUpSeconds],
    ['sketch_hour', retainRolledUpSeconds],
  ];
  for (const [table, seconds] of limits) {
    for (const day of await daysBefore(pool, table, ago(now, seconds))) {
      await inTransaction(pool, async (sql) => {
        await lockPartitions(sql);
        await dropPartition(sql, table, day);
      });
      droppedPartitions += 1;
    }
  }
  return { rolledUpRows, droppedPartitions };
}
