import type { SampleStore } from '../../ports/sample-store.ts';
import { inTransaction, type Sql } from './connect.ts';
import { claimHour, forgetHours, noteHour, type RawTable } from './rolled-hours.ts';
import { daysBefore, dropPartition, lockPartitions, type PartitionedTable } from './sample-partitions.ts';
import { ensureRollUpDay, hoursOfDay, rollUpHour } from './sample-roll-up.ts';

type Maintenance = Parameters<SampleStore['maintain']>[0];

/** Minutes are kept this many times as long as raw samples, but never longer than hours. */
const minuteRetentionFactor = 10;

const ago = (now: Temporal.Instant, seconds: number): Temporal.Instant =>
  now.subtract({ milliseconds: seconds * 1_000 });

/** What is behind is rolled up and the day dropped, in one transaction: killed half-way, it is as if it had not begun. */
async function retireDay(pool: Sql, table: RawTable, day: string): Promise<number> {
  await ensureRollUpDay(pool, table, day);
  return inTransaction(pool, async (sql) => {
    await lockPartitions(sql);
    // Another controller may have been here between our look and the lock.
    const [there] = await sql`SELECT to_regclass(${`plimsoll.${table}_d${day}`}) AS name`;
    if (there?.['name'] === null) return 0;
    let rows = 0;
    for (const hour of hoursOfDay(day)) {
      const state = await claimHour(sql, table, hour);
      if (state !== 'rolled') rows += await rollUpHour(sql, table, hour, state === 'retired');
      await noteHour(sql, table, hour, 'retired');
    }
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
  await forgetHours(pool, ago(now, retainRolledUpSeconds).subtract({ hours: 24 }));
  return { rolledUpRows, droppedPartitions };
}
