import { Fault } from '../../../core/kernel/index.ts';
import { isStale, readEverySeconds } from '../../../core/observe/index.ts';
import type { SeriesQuery } from '../../../ports/sample-store.ts';
import { explainRises } from '../../../workflows/observe/likely-causes.ts';
import type { ServerDeps } from '../deps.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { iso } from '../views/format.ts';
import { measuresOf } from '../views/measures.ts';

/** More points than this are of no use to a chart and cost the database. */
const mostPoints = 5_000;
const mostMeasuredDays = 31;

interface RawQuery {
  readonly metric: string;
  readonly labels?: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
}

function labelsFrom(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined || text === '') return undefined;
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new Fault('REQUEST_INVALID', `labels: ${JSON.stringify(pair)} is not key=value.`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

function seriesQuery(environment: string, query: RawQuery): SeriesQuery {
  const [from, to] = [Temporal.Instant.from(query.from), Temporal.Instant.from(query.to)];
  const points = from.until(to).total({ unit: 'seconds' }) / query.stepSeconds;
  if (points < 0 || points > mostPoints) {
    throw new Fault('REQUEST_INVALID', `stepSeconds: from and to hold more than ${mostPoints} steps, or are reversed.`);
  }
  const { metric, stepSeconds } = query;
  return { environment, metric, labels: labelsFrom(query.labels), from, to, stepSeconds };
}

function quantilesFrom(text: string): number[] {
  const quantiles = text.split(',').map(Number);
  const isShare = (quantile: number): boolean => quantile >= 0 && quantile <= 1;
  if (quantiles.length > 10 || !quantiles.every(isShare)) {
    throw new Fault('REQUEST_INVALID', 'quantiles: at most ten numbers from 0 to 1, separated by commas.');
  }
  return quantiles;
}

const unitOf = (deps: ServerDeps, metric: string): string => deps.describeMetric(metric)?.unit ?? '';

/** Measurements in time. */
export const sampleHandlers: HandlerGroup<
  'getLatestSamples' | 'getSeries' | 'getQuantiles' | 'getMeasures' | 'getRises'
> = (deps) => ({
  getLatestSamples: async ({ params }) => {
    const environment = findEnvironment(deps, params.name);
    const now = deps.clock.now();
    const samples = await deps.samples.latest(environment.name, now.subtract({ hours: 24 }));
    return {
      items: samples.map(({ metric, labels, value, at }) => ({
        metric,
        help: deps.describeMetric(metric)?.help ?? '',
        unit: unitOf(deps, metric),
        labels: { ...labels },
        value,
        at: iso(at),
        readEverySeconds: Math.max(environment.thresholds.collectEverySeconds, readEverySeconds(environment, metric)),
        isStale: isStale(environment, { metric, at }, now),
      })),
    };
  },
  getMeasures: ({ params, query }) => {
    const to = query.to === undefined ? deps.clock.now() : Temporal.Instant.from(query.to);
    const from = query.from === undefined ? to.subtract({ hours: 24 }) : Temporal.Instant.from(query.from);
    const days = to.since(from).total('hours') / 24;
    if (days <= 0 || days > mostMeasuredDays) {
      throw new Fault('REQUEST_INVALID', `from: it must lie before to, by at most ${mostMeasuredDays} days.`);
    }
    return measuresOf(deps, findEnvironment(deps, params.name), { from, to });
  },
  getRises: async ({ params }) => {
    const now = deps.clock.now();
    const rises = await explainRises(deps, findEnvironment(deps, params.name), now);
    return {
      at: iso(now),
      items: rises.map((rise) => ({
        ...{ ...rise, since: iso(rise.since) },
        causes: rise.causes.map((cause) => ({
          ...{ ...cause, evidence: [...cause.evidence] },
          since: cause.since === null ? null : iso(cause.since),
        })),
      })),
    };
  },
  getSeries: async ({ params, query }) => {
    const { name } = findEnvironment(deps, params.name);
    const found = await deps.samples.range(seriesQuery(name, query));
    return {
      items: found.map(({ metric, labels, points }) => ({
        metric,
        unit: unitOf(deps, metric),
        labels: { ...labels },
        points: points.map((point) => ({ ...point, at: iso(point.at) })),
      })),
    };
  },
  getQuantiles: async ({ params, query }) => {
    const { name } = findEnvironment(deps, params.name);
    const found = await deps.samples.quantiles({
      ...seriesQuery(name, query),
      quantiles: quantilesFrom(query.quantiles),
    });
    return {
      items: found.map(({ metric, labels, points }) => ({
        metric,
        unit: unitOf(deps, metric),
        labels: { ...labels },
        points: points.map((point) => ({ at: iso(point.at), count: point.count, quantiles: { ...point.quantiles } })),
      })),
    };
  },
});
