import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { series } from '../../data/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { formatFigure } from '../../view/figures.ts';
import { type Indicator, partName } from '../../view/indicators.ts';
import type { EnvironmentDetail, Series } from '../../view/resources.ts';
import { columnsOf } from '../../view/series.ts';

const TimeChart = lazy(() => import('../../parts/time-chart.tsx').then((module) => ({ default: module.TimeChart })));

const stepSeconds = 600;
const maximumLines = 5;

function Course(props: {
  readonly items: readonly Series[];
  readonly indicator: Indicator;
  readonly timezone: string;
}) {
  const { items, indicator } = props;
  const columns = useMemo(() => {
    const largest = items.toSorted((a, b) => (b.points.at(-1)?.last ?? 0) - (a.points.at(-1)?.last ?? 0));
    const lines = largest.slice(0, maximumLines).map((each) => ({
      name:
        [partName(each.labels), each.labels['quantile'], each.labels['horizon']].filter(Boolean).join(' ') ||
        indicator.title,
      points: each.points.map((point) => ({ at: point.at, value: point.mean })),
    }));
    return columnsOf(lines, stepSeconds);
  }, [items, indicator.title]);
  if (columns.times.length === 0) return <EmptyState title="Nothing measured in the last 24 hours" />;
  return (
    <TimeChart
      summary={`${formatFigure(indicator.value, indicator.unit)} at the newest measurement; the last 24 hours in steps of 10 minutes.`}
      columns={columns}
      unit={indicator.unit}
      timezone={props.timezone}
    />
  );
}

/** One metric over the last day. */
export function MetricDialog(props: {
  readonly detail: EnvironmentDetail;
  readonly indicator: Indicator;
  readonly onClose: () => void;
}) {
  const { detail, indicator } = props;
  const query = useQuery(series({ environment: detail.name, metric: indicator.metric, hours: 24, stepSeconds }));
  const waiting = <Skeleton lines={1} height={250} />;
  return (
    <Dialog title={indicator.title} onClose={props.onClose}>
      <p>{indicator.help}</p>
      <Answered query={query} waiting={waiting}>
        {({ items }) => (
          <Suspense fallback={waiting}>
            <Course items={items} indicator={indicator} timezone={detail.sites[0]?.timezone ?? 'UTC'} />
          </Suspense>
        )}
      </Answered>
      <p className="quiet">
        <code>{indicator.metric}</code>
      </p>
    </Dialog>
  );
}
