import { storable } from '../../core/kernel/index.ts';
import { type Labels, labelsKey } from '../../core/observe/index.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import { type Sql, translateStoreError } from './connect.ts';
import { hourOf, hourStart, type RawTable, writeHours } from './rolled-hours.ts';
import { dayOf, ensureDays } from './sample-partitions.ts';
import { readQuantiles, readRange } from './sample-read.ts';
import { retire } from './sample-retire.ts';
import { rollUpBehind } from './sample-roll-up.ts';

/** Rows per statement: large enough that round trips do not matter, small enough for memory. */
const batchSize = 10_000;

interface Keyed {
  readonly environment: string;
  readonly metric: string;
  readonly labels: Labels;
  readonly at: Temporal.Instant;
}

const seriesKey = (kept: Omit<Keyed, 'at'>): string => `${kept.environment}\n${kept.metric}\n${labelsKey(kept.labels)}`;

/** Array literals of numbers, as text: the driver's own arrays are built element by element. */
const numbers = (values: readonly number[]): string => `{${values.join(',')}}`;

type SeriesIds = Map<string, number>;

async function learnSeries(sql: Sql, unknown: ReadonlyMap<string, Omit<Keyed, 'at'>>, ids: SeriesIds): Promise<void> {
  const rows = [...unknown.values()].map(({ environment, metric, labels }) => ({ environment, metric, labels }));
  const given = sql.json(storable(rows) as never);
  await sql`INSERT INTO plimsoll.series (environment, metric, labels)
    SELECT environment, metric, labels FROM jsonb_to_recordset(${given}) AS given (environment text, metric text, labels jsonb)
    ORDER BY environment, metric, labels ON CONFLICT DO NOTHING`;
  const found = await sql<{ id: number; environment: string; metric: string; labels: Labels }[]>`
    SELECT series.id, environment, metric, labels FROM plimsoll.series
    JOIN jsonb_to_recordset(${given}) AS given (environment text, metric text, labels jsonb) USING (environment, metric, labels)`;
  for (const row of found) ids.set(seriesKey(row), row.id);
}

interface Numbered<Entry> {
  readonly id: number;
  readonly milliseconds: number;
  readonly entry: Entry;
}

/** The entries with the number of their series, each series and time once: the later entry counts. */
async function numberEntries<Entry extends Keyed>(
  sql: Sql,
  entries: readonly Entry[],
  ids: SeriesIds,
): Promise<readonly Numbered<Entry>[]> {
  const keys = entries.map(seriesKey);
  const unknown = new Map<string, Entry>();
  entries.forEach((entry, index) => {
    const key = keys[index] ?? '';
    if (!ids.has(key)) unknown.set(key, entry);
  });
  if (unknown.size > 0) await learnSeries(sql, unknown, ids);
  const last = new Map<string, Numbered<Entry>>();
  entries.forEach((entry, index) => {
    const id = ids.get(keys[index] ?? '');
    if (id === undefined) return;
    const milliseconds = entry.at.epochMilliseconds;
    last.set(`${id} ${milliseconds}`, { id, milliseconds, entry });
  });
  return [...last.values()];
}

interface Context {
  readonly sql: Sql;
  readonly ids: SeriesIds;
  readonly knownDays: Set<string>;
}

const isPartitionMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23514' && error.message.includes('no partition');

/** Each hour of a batch is a lock while it is written. */
const mostHoursAtOnce = 200;

/** Entries in batches that are small enough, in rows and in hours. */
function* batchesOf<Entry extends Keyed>(
  entries: readonly Entry[],
): Generator<[readonly Entry[], ReadonlySet<number>]> {
  let start = 0;
  let hours = new Set<number>();
  for (const [index, { at }] of entries.entries()) {
    const hour = hourOf(at.epochMilliseconds);
    if (index - start === batchSize || (hours.size === mostHoursAtOnce && !hours.has(hour))) {
      yield [entries.slice(start, index), hours];
      start = index;
      hours = new Set();
    }
    hours.add(hour);
  }
  if (start < entries.length) yield [entries.slice(start), hours];
}

async function inBatches<Entry extends Keyed>(
  context: Context,
  table: RawTable,
  entries: readonly Entry[],
  insert: (sql: Sql, batch: readonly Numbered<Entry>[]) => Promise<unknown>,
): Promise<void> {
  for (const [batch, hours] of batchesOf(entries)) {
    const days = new Set([...hours].map((hour) => dayOf(hourStart(hour))));
    const numbered = await numberEntries(context.sql, batch, context.ids);
    const write = async (): Promise<void> => {
      await ensureDays(context.sql, table, days, context.knownDays);
      await writeHours(context.sql, table, [...hours], (sql) => insert(sql, numbered));
    };
    await write().catch((error: unknown) => {
      if (!isPartitionMissing(error)) throw error;
      // Another controller retired a day that we thought was there.
      context.knownDays.clear();
      return write();
    });
  }
}

const translated = <Result>(work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw translateStoreError(error);
  });

/** Samples on Plimsoll's own PostgreSQL. Times are kept to the millisecond. Any number of controllers may write at once. */
export function createPostgresSampleStore(sql: Sql): SampleStore {
  const context: Context = { sql, ids: new Map(), knownDays: new Set() };
  return {
    write: (samples) =>
      translated(
        inBatches(context, 'sample', samples, (sql, batch) => {
          const ids = numbers(batch.map((row) => row.id));
          const times = numbers(batch.map((row) => row.milliseconds));
          const values = numbers(batch.map((row) => row.entry.value));
          return sql`INSERT INTO plimsoll.sample (series_id, at, value)
            SELECT id, timestamptz 'epoch' + milliseconds * interval '1 millisecond', value
            FROM unnest(${ids}::text::int[], ${times}::text::int8[], ${values}::text::float8[]) AS given (id, milliseconds, value)
            ORDER BY id, milliseconds
            ON CONFLICT (series_id, at) DO UPDATE SET value = excluded.value WHERE sample.value <> excluded.value`;
        }),
      ),
    writeSketches: (sketches) =>
      translated(
        inBatches(context, 'sketch', sketches, async (sql, batch) => {
          if (batch.length === 0) return;
          const rows = batch.map(({ id, entry }) => ({
            series_id: id,
            at: entry.at.round('millisecond').toString(),
            interval_seconds: entry.intervalSeconds,
            count: entry.count,
            sketch: Buffer.from(entry.sketch),
          }));
          for (let start = 0; start < rows.length; start += 1_000) {
            await sql`INSERT INTO plimsoll.sketch ${sql(rows.slice(start, start + 1_000))}
              ON CONFLICT (series_id, at) DO UPDATE SET interval_seconds = excluded.interval_seconds,
                count = excluded.count, sketch = excluded.sketch`;
          }
        }),
      ),
    latest: async (environment, since) => {
      const rows = await translated(
        sql<{ metric: string; labels: Labels; at: Temporal.Instant; value: number }[]>`
          SELECT metric, labels, newest.at, newest.value FROM plimsoll.series
          CROSS JOIN LATERAL (SELECT at, value FROM plimsoll.sample
            WHERE series_id = series.id AND at >= ${since} ORDER BY at DESC LIMIT 1) AS newest
          WHERE environment = ${environment} ORDER BY metric, labels`,
      );
      return rows.map(({ metric, labels, at, value }) => ({ environment, metric, labels, at, value }));
    },
    newestOf: async (metrics, since, environments) => {
      const isWanted = environments === undefined ? sql`true` : sql`environment = ANY(${[...environments]})`;
      const rows = await translated(
        sql<{ environment: string; metric: string; labels: Labels; at: Temporal.Instant; value: number }[]>`
          SELECT environment, metric, labels, newest.at, newest.value FROM plimsoll.series
          CROSS JOIN LATERAL (SELECT at, value FROM plimsoll.sample
            WHERE series_id = series.id AND at >= ${since} ORDER BY at DESC LIMIT 1) AS newest
          WHERE metric = ANY(${[...metrics]}) AND ${isWanted}`,
      );
      return rows.map((row) => ({ ...row }));
    },
    range: (query) => translated(readRange(sql, query)),
    quantiles: (query) => translated(readQuantiles(sql, query)),
    rollUp: (endedBy) => translated(rollUpBehind(sql, endedBy)),
    maintain: async (options) => {
      const result = await translated(retire(sql, options));
      context.knownDays.clear();
      return result;
    },
  };
}
