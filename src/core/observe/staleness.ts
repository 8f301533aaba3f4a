import type { Thresholds } from '../estate/index.ts';
import type { Seconds } from '../kernel/index.ts';
import { statisticsQueries } from './database/index.ts';
import { sqlPacks } from './packs/index.ts';

/** Counts through Odoo's own API are asked this often: each costs a worker some milliseconds. */
export const rpcEverySeconds: Seconds = 60;

type Pace = Pick<Thresholds, 'collectEverySeconds' | 'staleAfterSeconds'>;

/** What decides how often the figures of an environment are read. */
export interface ReadPlan {
  readonly thresholds: Pace & Pick<Thresholds, 'journeyEverySeconds'>;
  readonly connect: { readonly postgres?: unknown };
}

/**
 * How old a figure may be before it says nothing: it has missed its own next read, and some grace. A question that is
 * asked every `everySeconds` (0: at every look) is asked at the first look after it fell due; the grace covers two
 * looks that fail or come late, and is never longer than what the estate calls stale.
 */
export function staleAfter(pace: Pace, everySeconds: Seconds = 0): Seconds {
  const { collectEverySeconds, staleAfterSeconds } = pace;
  const grace = Math.min(staleAfterSeconds, 2 * collectEverySeconds);
  return Math.max(staleAfterSeconds, everySeconds + collectEverySeconds + grace);
}

/** The slowest pace of every metric that is not read at each look. */
const paceOfMetric: ReadonlyMap<string, Seconds> = (() => {
  const slowest = new Map<string, Seconds>();
  const questions = [...sqlPacks.flatMap(({ indicators }) => indicators), ...statisticsQueries];
  for (const { everySeconds, metrics, ...others } of questions) {
    const rates = 'rates' in others ? Object.values(others.rates) : [];
    for (const metric of [...Object.values(metrics), ...rates]) {
      slowest.set(metric, Math.max(everySeconds, slowest.get(metric) ?? 0));
    }
  }
  return slowest;
})();

const slowestPace = Math.max(...paceOfMetric.values());

/** How often a metric of the environment is read; 0 for what every look reads. */
export function readEverySeconds(plan: ReadPlan, metric: string): Seconds {
  if (metric.startsWith('journey_')) return plan.thresholds.journeyEverySeconds;
  const isCounted = metric.startsWith('odoo_') && plan.connect.postgres === undefined;
  return Math.max(paceOfMetric.get(metric) ?? 0, isCounted && paceOfMetric.has(metric) ? rpcEverySeconds : 0);
}

/** Whether a sample has missed its own next read: then its value is unknown, and no longer what it was. */
export function isStale(
  plan: ReadPlan,
  sample: { readonly metric: string; readonly at: Temporal.Instant },
  now: Temporal.Instant,
): boolean {
  const limit = staleAfter(plan.thresholds, readEverySeconds(plan, sample.metric));
  // In milliseconds: a duration each would cost more than all else where an estate has thousands of samples.
  return now.epochMilliseconds - sample.at.epochMilliseconds > limit * 1_000;
}

/** No sample from before this instant is current, whatever its pace. */
export function oldestCurrent(plan: ReadPlan, now: Temporal.Instant): Temporal.Instant {
  const slowest = Math.max(slowestPace, plan.thresholds.journeyEverySeconds);
  return now.subtract({ milliseconds: Math.ceil(staleAfter(plan.thresholds, slowest) * 1_000) });
}
