import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { series } from '../../data/queries.ts';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { formatCount } from '../../view/figures.ts';
import type { EnvironmentDetail, Series } from '../../view/resources.ts';
import { columnsOf, totalOf } from '../../view/series.ts';
import { instantOf } from '../../view/time.ts';

const TimeChart = lazy(() => import('../../parts/time-chart.tsx').then((module) => ({ default: module.TimeChart })));

const hours = 12;
const stepSeconds = 300;

function sentence(detail: EnvironmentDetail): string {
  const { openCount, lateCount, dueBeforeNextCutOffCount } = detail.backlog;
  if (openCount === null) return 'The backlog is not measured at the moment.';
  const parts = [`${formatCount(openCount)} pickings open`];
  if (lateCount !== null) parts.push(`${formatCount(lateCount)} past the deadline`);
  if (dueBeforeNextCutOffCount !== null)
    parts.push(`${formatCount(dueBeforeNextCutOffCount)} due before the next cut-off`);
  return `${parts.join(', ')}.`;
}

function Chart(props: {
  readonly detail: EnvironmentDetail;
  readonly open: readonly Series[];
  readonly late: readonly Series[];
}) {
  const { detail, open, late } = props;
  const columns = useMemo(
    () => columnsOf([totalOf('open', open), { ...totalOf('late', late), isAlarming: true }], stepSeconds),
    [open, late],
  );
  const marks = useMemo(
    () =>
      detail.calendar
        .filter((each) => each.kind === 'cut-off')
        .map((each) => ({ at: instantOf(each.at).epochMilliseconds / 1_000, name: each.name })),
    [detail.calendar],
  );
  if (columns.times.length === 0) {
    return (
      <EmptyState title="No backlog measured in the last 12 hours" command={`plimsoll connect ${detail.name}`}>
        The command creates or explains the read-only role that lets Plimsoll count.
      </EmptyState>
    );
  }
  return (
    <TimeChart
      summary={sentence(detail)}
      columns={columns}
      unit="count"
      timezone={detail.sites[0]?.timezone ?? 'UTC'}
      marks={marks}
      aheadSeconds={3 * 3_600}
    />
  );
}

/** Open and late work over the day, with the cut-offs it runs against. */
export function BacklogChart({ detail }: { readonly detail: EnvironmentDetail }) {
  const request = { environment: detail.name, hours, stepSeconds };
  const open = useQuery(series({ ...request, metric: 'odoo_picking_backlog_count' }));
  const late = useQuery(series({ ...request, metric: 'odoo_picking_late_count' }));
  const waiting = <Skeleton lines={1} height={262} />;
  return (
    <Answered query={open} waiting={waiting}>
      {(answer) => (
        <Suspense fallback={waiting}>
          <Chart detail={detail} open={answer.items} late={late.data?.items ?? []} />
        </Suspense>
      )}
    </Answered>
  );
}
