import type { Ratio, Seconds } from '../kernel/index.ts';
import { normalCumulative, normalDensity } from './normal.ts';
import type { RateEstimate } from './rates.ts';

export interface ClearForecast {
  /** The chance that nothing is left at the cut-off. */
  readonly probabilityClears: Ratio;
  /** The mean of what is left then. */
  readonly expectedLeft: number;
}

/** How many will come, or could be drained, in the time that is left. */
export interface Expected {
  readonly mean: number;
  readonly variance: number;
}

/** How far a pace wanders in the square root of an hour, as a share of itself: lulls and rushes, breaks, a lorry that comes. */
export const wanderPerRootHour: Readonly<Record<'arrivals' | 'arrivalsOfKnownDays' | 'drain', Ratio>> = {
  arrivals: 0.8,
  arrivalsOfKnownDays: 0.4,
  drain: 0.4,
};

/**
 * What a pace gives over a time. Three uncertainties: counts vary (bursts included), the pace is an estimate, and it wanders
 * on the way (the integral of a random walk, whose variance grows with the third power of the time).
 */
export function expectAtPace(rate: RateEstimate, seconds: Seconds, wander: Ratio): Expected {
  const counting = rate.dispersion * rate.perSecond * seconds;
  const estimating = rate.variance * seconds ** 2;
  const wandering = ((wander ** 2 / 3_600) * rate.perSecond ** 2 * seconds ** 3) / 3;
  return { mean: rate.perSecond * seconds, variance: counting + estimating + wandering };
}

/** Whether a backlog clears by the cut-off: what there is, plus what comes, less what can be drained, taken as normal. */
export function forecastClear(backlog: number, arrivals: Expected, drain: Expected): ClearForecast {
  const mean = backlog + arrivals.mean - drain.mean;
  const deviation = Math.sqrt(arrivals.variance + drain.variance);
  if (deviation === 0) return { probabilityClears: mean < 0.5 ? 1 : 0, expectedLeft: Math.max(0, mean) };
  const x = mean / deviation;
  return {
    // Half a piece for continuity: what is left is a whole number.
    probabilityClears: normalCumulative((0.5 - mean) / deviation),
    expectedLeft: Math.max(0, mean * normalCumulative(x) + deviation * normalDensity(x)),
  };
}
