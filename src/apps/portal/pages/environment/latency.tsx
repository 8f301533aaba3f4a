import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { alerts, quantiles, timeline } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { formatCount, formatSeconds } from '../../view/figures.ts';
import { type Happening, happeningsSince } from '../../view/happenings.ts';
import { portalPath } from '../../view/links.ts';
import type { EnvironmentDetail, QuantileSeries } from '../../view/resources.ts';
import { columnsOf } from '../../view/series.ts';
import { wallTime } from '../../view/zoned.ts';

const TimeChart = lazy(() => import('../../parts/time-chart.tsx').then((module) => ({ default: module.TimeChart })));

const stepSeconds = 300;
const nameOf = (series: QuantileSeries) => series.labels['class'] ?? 'all';
const newest = (series: QuantileSeries, quantile: string) => series.points.at(-1)?.quantiles[quantile];
const cell = (value: number | undefined) =>
  value === undefined ? <span className="quiet">none</span> : formatSeconds(value);

function columnsFor(
  chosen: string | undefined,
  choose: (name: string) => void,
  limit: number,
): Column<QuantileSeries>[] {
  return [
    {
      header: 'Class',
      cell: (series) => (
        <button
          type="button"
          className="class-choice"
          aria-pressed={nameOf(series) === chosen}
          onClick={() => choose(nameOf(series))}
        >
          {nameOf(series)}
        </button>
      ),
    },
    { header: 'p50', isFigure: true, cell: (series) => cell(newest(series, '0.5')) },
    {
      header: 'p95',
      isFigure: true,
      cell: (series) => {
        const value = newest(series, '0.95');
        return <span className={(value ?? 0) > limit ? 'over-limit' : ''}>{cell(value)}</span>;
      },
    },
    { header: 'p99', isFigure: true, cell: (series) => cell(newest(series, '0.99')) },
    {
      header: 'Requests, 6 h',
      isFigure: true,
      isSecondary: true,
      cell: (series) => formatCount(series.points.reduce((sum, point) => sum + point.count, 0)),
    },
    {
      header: 'p95 over 6 h',
      isSecondary: true,
      cell: (series) => (
        <Sparkline values={series.points.map((point) => point.quantiles['0.95'] ?? null)} limit={limit} />
      ),
    },
  ];
}

/** What happened meanwhile, in the numbers that the drawing bears. */
function Happenings({ items, timezone }: { readonly items: readonly Happening[]; readonly timezone: string }) {
  if (items.length === 0) return <p className="quiet">No change, trouble or alert in these hours.</p>;
  return (
    <ol className="happenings">
      {items.map(({ number, at, what, detail, link }) => {
        const path = portalPath(link);
        return (
          <li key={number}>
            <b>{number}</b>
            <time dateTime={at}>{wallTime(Temporal.Instant.from(at), timezone)}</time>
            <span>
              {path === undefined ? what : <Link to={path}>{what}</Link>}
              {detail !== null && <span className="quiet"> {detail}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

interface ClassChartProps {
  readonly series: QuantileSeries;
  readonly limit: number;
  readonly timezone: string;
  readonly environment: string;
}

/** The latency of a class with what happened on the same axis of time: a step stands at its cause (OBS-07). */
function ClassChart(props: ClassChartProps) {
  const { series, environment, timezone } = props;
  const told = useQuery(timeline(environment));
  const called = useQuery(alerts(true));
  const happened = useMemo(() => {
    const since = series.points[0]?.at;
    if (since === undefined) return [];
    const own = called.data?.items.filter((alert) => alert.environment === environment) ?? [];
    return happeningsSince(since, told.data?.items ?? [], own);
  }, [series, environment, told.data, called.data]);
  const marks = useMemo(
    () =>
      happened.map(({ number, at, what }) => ({
        at: Temporal.Instant.from(at).epochMilliseconds / 1_000,
        name: what,
        sign: String(number),
      })),
    [happened],
  );
  const columns = useMemo(() => {
    const line = (name: string, quantile: string) => ({
      name,
      points: series.points.flatMap((point) => {
        const value = point.quantiles[quantile];
        return value === undefined ? [] : [{ at: point.at, value }];
      }),
    });
    return columnsOf([line('p95', '0.95'), line('p99', '0.99'), line('p50', '0.5')], stepSeconds);
  }, [series]);
  const p95 = newest(series, '0.95');
  return (
    <>
      <TimeChart
        summary={`${nameOf(series)}: p95 ${p95 === undefined ? 'not measured' : formatSeconds(p95)} now, limit ${formatSeconds(props.limit)}.`}
        columns={columns}
        unit="seconds"
        timezone={timezone}
        limit={props.limit}
        marks={marks}
        markWord="what happened"
        height={200}
      />
      <Happenings items={happened} timezone={timezone} />
    </>
  );
}

function Classes({ detail, items }: { readonly detail: EnvironmentDetail; readonly items: readonly QuantileSeries[] }) {
  const [chosen, choose] = useState<string>();
  const limit = detail.thresholds['requestLatencyP95DegradedSeconds'] ?? Number.POSITIVE_INFINITY;
  const sorted = items.toSorted((left, right) => (newest(right, '0.95') ?? 0) - (newest(left, '0.95') ?? 0));
  const shown = sorted.find((series) => nameOf(series) === chosen) ?? sorted[0];
  if (shown === undefined) {
    return (
      <EmptyState title="No request was read from the log" command={`plimsoll check && plimsoll probe ${detail.name}`}>
        Name the server’s log under <code>connect.log.file</code>: latency by class comes from there.
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        caption="Request latency by transaction class, slowest first"
        columns={columnsFor(nameOf(shown), choose, limit)}
        rows={sorted}
        keyOf={nameOf}
      />
      <Suspense fallback={<Skeleton lines={1} height={230} />}>
        <ClassChart
          series={shown}
          limit={limit}
          timezone={detail.sites[0]?.timezone ?? 'UTC'}
          environment={detail.name}
        />
      </Suspense>
    </>
  );
}

/** How long requests take, by what they do. */
export function LatencySection({ detail }: { readonly detail: EnvironmentDetail }) {
  const query = useQuery(
    quantiles({ environment: detail.name, metric: 'odoo_request_seconds', hours: 6, stepSeconds }),
  );
  return (
    <Section title="Request latency" note="Newest 5 minutes">
      <Answered query={query} waiting={<Skeleton lines={6} height={34} />}>
        {({ items }) => <Classes detail={detail} items={items} />}
      </Answered>
    </Section>
  );
}
