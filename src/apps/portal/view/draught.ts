import { indicatorsOf } from './indicators.ts';
import type { EnvironmentDetail, LatestSample, QuantileSeries } from './resources.ts';

/** One measure against its limit. 1 is at the load line; above it the environment lies too deep. */
export interface Draught {
  readonly name: string;
  /** Null where it is not measured, or no longer. */
  readonly ratio: number | null;
  readonly value: number | null;
  readonly limit: number;
  readonly unit: string;
}

interface Measure {
  readonly name: string;
  readonly metric: string;
  readonly threshold: string;
  readonly unit: string;
}

const measures: readonly Measure[] = [
  {
    name: 'Lock wait',
    metric: 'postgres_lock_waiting_oldest_seconds',
    threshold: 'lockWaitUnhealthyAfterSeconds',
    unit: 'seconds',
  },
  {
    name: 'Connections',
    metric: 'postgres_connections_ratio',
    threshold: 'connectionUsageDegradedRatio',
    unit: 'ratio',
  },
  { name: 'Disk', metric: 'host_disk_used_ratio', threshold: 'diskUsageDegradedRatio', unit: 'ratio' },
  { name: 'Crons overdue', metric: 'odoo_cron_overdue_seconds', threshold: 'cronOverdueAfterSeconds', unit: 'seconds' },
  {
    name: 'Mail waiting',
    metric: 'odoo_mail_outgoing_oldest_seconds',
    threshold: 'outgoingMailStuckAfterSeconds',
    unit: 'seconds',
  },
];

function draught(name: string, value: number | null | undefined, limit: number | undefined, unit: string): Draught[] {
  if (limit === undefined || limit <= 0) return [];
  return [
    { name, value: value ?? null, ratio: value === null || value === undefined ? null : value / limit, limit, unit },
  ];
}

/** The slowest class's p95 at the newest point that has one. */
export function newestP95(quantiles: readonly QuantileSeries[]): number | null {
  const values = quantiles
    .map((series) => series.points.at(-1)?.quantiles['0.95'])
    .filter((value) => value !== undefined);
  return values.length === 0 ? null : Math.max(...values);
}

/** How deep an environment lies, measure by measure, deepest first; what is not measured comes last. */
export function draughtsOf(
  environment: EnvironmentDetail,
  latest: readonly LatestSample[],
  quantiles: readonly QuantileSeries[],
): Draught[] {
  const limits = environment.thresholds;
  const measured = measures.flatMap((measure) => {
    const indicator = indicatorsOf(latest, [measure.metric])[0];
    const value = indicator === undefined || indicator.isStale ? null : indicator.value;
    return draught(measure.name, value, limits[measure.threshold], measure.unit);
  });
  return [
    ...draught('Late pickings', environment.backlog.lateCount, limits['pickingsLateUnhealthyCount'], 'count'),
    ...draught('Request p95', newestP95(quantiles), limits['requestLatencyP95DegradedSeconds'], 'seconds'),
    ...measured,
  ].sort((left, right) => (right.ratio ?? -1) - (left.ratio ?? -1));
}
