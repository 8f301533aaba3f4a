import { type Interval, type Labels, labelsKey, mergeSketches, quantilesOf } from '../../core/observe/index.ts';
import type { QuantilePoint, QuantileQuery, SampleStore, SeriesPoint, SeriesQuery } from '../../ports/sample-store.ts';
import { type Sql, storable, translateStoreError } from './connect.ts';
import { dayOf, ensureDays, type PartitionedTable } from './sample-partitions.ts';
import { retire } from './sample-retire.ts';

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

async function inBatches<Entry extends Keyed>(
  context: Context,
  table: PartitionedTable,
  entries: readonly Entry[],
  insert: (batch: readonly Numbered<Entry>[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < entries.length; start += batchSize) {
    const batch = entries.slice(start, start + batchSize);
    const days = new Set(batch.map((entry) => Math.floor(entry.at.epochMilliseconds / 86_400_000)));
    const names = new Set([...days].map((day) => dayOf(Temporal.Instant.fromEpochMilliseconds(day * 86_400_000))));
    await ensureDays(context.sql, table, names, context.knownDays);
    await insert(await numberEntries(context.sql, batch, context.ids));
  }
}

interface PointRow {
  readonly labels: Labels;
  readonly series_id: number;
  readonly at: Temporal.Instant;
}

/** Rows in series and time order, as series. */
function bySeries<Row extends PointRow, Point>(metric: string, rows: readonly Row[], pointOf: (row: Row) => Point) {
  const series = new Map<number, { readonly metric: string; readonly labels: Labels; readonly points: Point[] }>();
  for (const row of rows) {
    const known = series.get(row.series_id) ?? { metric, labels: row.labels, points: [] };
    series.set(row.series_id, known);
    known.points.push(pointOf(row));
  }
  return [...series.values()].sort((a, b) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1));
}

async function readRange(sql: Sql, query: SeriesQuery) {
  const { environment, metric, from, to, stepSeconds } = query;
  const rolledUp = sql(stepSeconds >= 3_600 ? 'plimsoll.sample_hour' : 'plimsoll.sample_minute');
  const rows = await sql<(PointRow & Omit<SeriesPoint, 'at'>)[]>`
    WITH wanted AS (
      SELECT id, labels FROM plimsoll.series
      WHERE environment = ${environment} AND metric = ${metric} AND labels @> ${sql.json(query.labels ?? {})}
    ), point AS (
      SELECT series_id, at, value AS minimum, value AS total, value AS maximum, value AS last, 1::float8 AS count
      FROM plimsoll.sample WHERE series_id IN (SELECT id FROM wanted) AND at >= ${from} AND at < ${to}
      UNION ALL
      SELECT series_id, at, minimum, total, maximum, last, count
      FROM ${rolledUp} WHERE series_id IN (SELECT id FROM wanted) AND at >= ${from} AND at < ${to}
    )
    SELECT series_id, wanted.labels, date_bin(make_interval(secs => ${stepSeconds}), at, timestamptz 'epoch') AS at,
      min(minimum) AS minimum, sum(total) / sum(count) AS mean, max(maximum) AS maximum,
      (array_agg(last ORDER BY at DESC))[1] AS last, sum(count) AS count
    FROM point JOIN wanted ON wanted.id = series_id GROUP BY series_id, wanted.labels, 3 ORDER BY series_id, 3`;
  return bySeries(
    metric,
    rows,
    ({ at, minimum, mean, maximum, last, count }): SeriesPoint => ({ at, minimum, mean, maximum, last, count }),
  );
}

/** The parts as PostgreSQL reads a set of ranges. */
function multirange(parts: readonly Interval[]): string {
  return `{${parts.map((part) => `[${part.from},${part.to})`).join(',')}}`;
}

async function readQuantiles(sql: Sql, query: QuantileQuery) {
  const { environment, metric, from, to, stepSeconds } = query;
  const during = multirange(query.during ?? [{ from, to }]);
  const rows = await sql<(PointRow & { readonly count: number; readonly sketches: readonly Buffer[] })[]>`
    WITH wanted AS (
      SELECT id, labels FROM plimsoll.series
      WHERE environment = ${environment} AND metric = ${metric} AND labels @> ${sql.json(query.labels ?? {})}
    ), kept AS (
      SELECT series_id, at, count, sketch FROM plimsoll.sketch
      WHERE series_id IN (SELECT id FROM wanted) AND at >= ${from} AND at < ${to}
      UNION ALL
      SELECT series_id, at, count, sketch FROM plimsoll.sketch_hour
      WHERE series_id IN (SELECT id FROM wanted) AND at >= ${from} AND at < ${to}
    )
    SELECT series_id, wanted.labels, date_bin(make_interval(secs => ${stepSeconds}), at, timestamptz 'epoch') AS at,
      sum(count) AS count, array_agg(sketch ORDER BY at) AS sketches
    FROM kept JOIN wanted ON wanted.id = series_id WHERE at <@ ${during}::text::tstzmultirange
    GROUP BY series_id, wanted.labels, 3 ORDER BY series_id, 3`;
  return bySeries(metric, rows, ({ at, count, sketches }): QuantilePoint => {
    const merged = mergeSketches(sketches);
    return { at, count, quantiles: merged === undefined ? {} : quantilesOf(merged, query.quantiles) };
  });
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
        inBatches(context, 'sample', samples, (batch) => {
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
        inBatches(context, 'sketch', sketches, async (batch) => {
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
    newestOf: async (metrics, since) => {
      const rows = await translated(
        sql<{ environment: string; metric: string; labels: Labels; at: Temporal.Instant; value: number }[]>`
          SELECT environment, metric, labels, newest.at, newest.value FROM plimsoll.series
          CROSS JOIN LATERAL (SELECT at, value FROM plimsoll.sample
            WHERE series_id = series.id AND at >= ${since} ORDER BY at DESC LIMIT 1) AS newest
          WHERE metric = ANY(${[...metrics]})`,
      );
      return rows.map((row) => ({ ...row }));
    },
    range: (query) => translated(readRange(sql, query)),
    quantiles: (query) => translated(readQuantiles(sql, query)),
    maintain: async (options) => {
      const result = await translated(retire(sql, options));
      context.knownDays.clear();
      return result;
    },
  };
}
