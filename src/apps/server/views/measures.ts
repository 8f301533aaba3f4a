import type { z } from '@hono/zod-openapi';
import type { Environment } from '../../../core/estate/index.ts';
import {
  availabilityByService,
  type Interval,
  inside,
  outside,
  queueMeasures,
  queueMetrics,
  shipmentMeasures,
} from '../../../core/observe/index.ts';
import { wholeStepSeconds } from '../../../ports/sample-store.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { ofSites } from './environments.ts';
import { iso } from './format.ts';

type Measures = z.input<typeof resource.measures>;

const hourSeconds = 3_600;
/** As many runs of journeys as a store gives. */
const mostRuns = 1_000;

/** The times in which a peak or a month-end of one of the environment's sites was on. */
function peaksOf(deps: ServerDeps, environment: Environment, range: Interval): readonly Interval[] {
  return ofSites(deps.planning.occurrences(deps.estate().estate, range.from, range.to), environment).flatMap(
    ({ kind, at, until }) =>
      (kind === 'peak' || kind === 'month-end') && until !== null
        ? [{ from: Temporal.Instant.from(at), to: Temporal.Instant.from(until) }]
        : [],
  );
}

async function latencyIn(
  deps: ServerDeps,
  environment: string,
  range: Interval,
  period: 'normal' | 'peak',
  during: readonly Interval[],
): Promise<Measures['latency']> {
  if (during.length === 0) return [];
  const series = await deps.samples.quantiles({
    environment,
    metric: 'odoo_request_seconds',
    ...range,
    stepSeconds: wholeStepSeconds,
    quantiles: [0.95, 0.99],
    during,
  });
  return series.flatMap(({ labels, points }) =>
    points.map(({ count, quantiles }) => ({
      class: labels['class'] ?? '',
      period,
      count,
      p95Seconds: quantiles['0.95'] ?? 0,
      p99Seconds: quantiles['0.99'] ?? 0,
    })),
  );
}

async function services(deps: ServerDeps, environment: string, range: Interval): Promise<Measures['services']> {
  const runs = await deps.store.journeys.list({ environment, limit: mostRuns });
  const counted = runs.filter(
    ({ startedAt }) =>
      Temporal.Instant.compare(startedAt, range.from) >= 0 && Temporal.Instant.compare(startedAt, range.to) < 0,
  );
  return [...availabilityByService(counted)]
    .map(([service, { good, total, ratio }]) => ({ service, good, total, ratio: ratio ?? null }))
    .toSorted((a, b) => a.service.localeCompare(b.service));
}

/** What an environment achieved between two instants, folded from what was kept (MET-01 to MET-04). */
export async function measuresOf(deps: ServerDeps, environment: Environment, range: Interval): Promise<Measures> {
  const { name } = environment;
  const peaks = peaksOf(deps, environment, range);
  const hourly = (metric: string) =>
    deps.samples.range({ environment: name, metric, ...range, stepSeconds: hourSeconds });
  const [served, normal, peak, shipments, ...queues] = await Promise.all([
    services(deps, name, range),
    latencyIn(deps, name, range, 'normal', outside(range, peaks)),
    latencyIn(deps, name, range, 'peak', inside(range, peaks)),
    hourly('odoo_shipment_per_hour'),
    ...Object.keys(queueMetrics).map(hourly),
  ]);
  return {
    from: iso(range.from),
    to: iso(range.to),
    services: served,
    latency: [...normal, ...peak].toSorted(
      (a, b) => a.class.localeCompare(b.class) || a.period.localeCompare(b.period),
    ),
    queues: [...queueMeasures(queues.flat())],
    partners: [...shipmentMeasures(shipments)],
  };
}
