import {
  type Interval,
  type Labels,
  labelsKey,
  mergeSketches,
  quantilesOf,
  withinOf,
} from '../../core/observe/index.ts';
import {
  type QuantilePoint,
  type QuantileQuery,
  type SeriesPoint,
  type SeriesQuery,
  wholeStepSeconds,
} from '../../ports/sample-store.ts';
import type { Sql } from './connect.ts';

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

/** Whether every step begins and ends where a unit does, so that roll-ups by the unit answer it exactly. */
const isWhole = (stepSeconds: number, unitSeconds: number): boolean =>
  stepSeconds === wholeStepSeconds || stepSeconds % unitSeconds === 0;

/** Range of time, answered from roll-ups where they hold whole hours of it, and from samples everywhere else. */
export async function readRange(sql: Sql, query: SeriesQuery) {
  const { environment, metric, from, to, stepSeconds } = query;
  const rolledUp = sql(stepSeconds >= 3_600 ? 'plimsoll.sample_hour' : 'plimsoll.sample_minute');
  const isExact = isWhole(stepSeconds, stepSeconds >= 3_600 ? 3_600 : 60);
  const before = from.subtract({ hours: 1 });
  const rows = await sql<(PointRow & Omit<SeriesPoint, 'at'>)[]>`
    WITH wanted AS (
      SELECT id, labels FROM plimsoll.series
      WHERE environment = ${environment} AND metric = ${metric} AND labels @> ${sql.json(query.labels ?? {})}
    ), hour AS MATERIALIZED (
      SELECT at, state = 'retired'
        OR (state = 'rolled' AND ${isExact} AND at >= ${from} AND at + interval '1 hour' <= ${to}) AS is_rolled
      FROM plimsoll.rolled_hour WHERE kind = 'sample' AND at > ${before} AND at < ${to}
    ), point AS (
      SELECT id AS series_id, kept.at, value AS minimum, value AS total, value AS maximum, value AS last, 1::float8 AS count
      FROM hour CROSS JOIN wanted CROSS JOIN LATERAL (
        SELECT at, value FROM plimsoll.sample WHERE series_id = wanted.id
          AND at >= greatest(hour.at, ${from}) AND at < least(hour.at + interval '1 hour', ${to})) AS kept
      WHERE NOT is_rolled
      UNION ALL
      SELECT series_id, kept.at, minimum, total, maximum, last, count
      FROM ${rolledUp} AS kept JOIN hour ON hour.at = date_trunc('hour', kept.at, 'UTC')
      WHERE is_rolled AND series_id IN (SELECT id FROM wanted) AND kept.at >= ${from} AND kept.at < ${to}
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

/** Quantiles, likewise; an hour that is partly inside and partly outside of what is asked for is read as it came. */
export async function readQuantiles(sql: Sql, query: QuantileQuery) {
  const { environment, metric, from, to, stepSeconds } = query;
  const during = multirange(query.during ?? [{ from, to }]);
  const rows = await sql<(PointRow & { readonly count: number; readonly sketches: readonly Buffer[] })[]>`
    WITH wanted AS (
      SELECT id, labels FROM plimsoll.series
      WHERE environment = ${environment} AND metric = ${metric} AND labels @> ${sql.json(query.labels ?? {})}
    ), hour AS MATERIALIZED (
      SELECT at, state = 'retired' OR (state = 'rolled' AND ${isWhole(stepSeconds, 3_600)}
        AND at >= ${from} AND at + interval '1 hour' <= ${to}
        AND (span <@ ${during}::text::tstzmultirange OR NOT span && ${during}::text::tstzmultirange)) AS is_rolled
      FROM plimsoll.rolled_hour CROSS JOIN LATERAL tstzrange(at, at + interval '1 hour') AS span
      WHERE kind = 'sketch' AND at > ${from.subtract({ hours: 1 })} AND at < ${to}
    ), kept AS (
      SELECT id AS series_id, raw.at, count, sketch FROM hour CROSS JOIN wanted CROSS JOIN LATERAL (
        SELECT at, count, sketch FROM plimsoll.sketch WHERE series_id = wanted.id
          AND at >= greatest(hour.at, ${from}) AND at < least(hour.at + interval '1 hour', ${to})) AS raw
      WHERE NOT is_rolled
      UNION ALL
      SELECT series_id, rolled.at, count, sketch FROM plimsoll.sketch_hour AS rolled JOIN hour USING (at)
      WHERE is_rolled AND series_id IN (SELECT id FROM wanted) AND rolled.at >= ${from} AND rolled.at < ${to}
    )
    SELECT series_id, wanted.labels, date_bin(make_interval(secs => ${stepSeconds}), at, timestamptz 'epoch') AS at,
      sum(count) AS count, array_agg(sketch ORDER BY at) AS sketches
    FROM kept JOIN wanted ON wanted.id = series_id WHERE at <@ ${during}::text::tstzmultirange
    GROUP BY series_id, wanted.labels, 3 ORDER BY series_id, 3`;
  return bySeries(metric, rows, ({ at, count, sketches }): QuantilePoint => {
    const merged = mergeSketches(sketches);
    const quantiles = merged === undefined ? {} : quantilesOf(merged, query.quantiles);
    return { at, count, quantiles, ...withinOf(merged, query.limitSeconds) };
  });
}
