import type { Seconds } from '../kernel/index.ts';

/** What happened to a backlog in the interval that ends at `atSeconds`, and what was left then. */
export interface BacklogPoint {
  readonly atSeconds: Seconds;
  readonly backlog: number;
  readonly arrived: number;
  readonly drained: number;
  /** How long the interval was, where the point before is not its beginning: counts between them were lost. */
  readonly lastsSeconds?: Seconds;
}

/** A rate with what is not known about it. */
export interface RateEstimate {
  readonly perSecond: number;
  /** The variance of the estimate itself. */
  readonly variance: number;
  /** Variance of counts over their mean: 1 is Poisson, more is bursts (waves, lorries). */
  readonly dispersion: number;
}

/** What was counted in a stretch of time. */
export interface CountedInterval {
  readonly endSeconds: Seconds;
  readonly lastsSeconds: Seconds;
  readonly count: number;
}

/** After this time an interval counts half: recent pace matters most, one wave is not yet a pace. */
export const halfLifeSeconds: Seconds = 45 * 60;

/** The pace of late, from counts in intervals, by exponential weights; dispersion by Pearson's statistic. */
export function estimateRate(intervals: readonly CountedInterval[], atSeconds: Seconds): RateEstimate {
  const weighted = intervals.map((each) => ({
    ...each,
    weight: 2 ** (-(atSeconds - each.endSeconds) / halfLifeSeconds),
  }));
  const exposure = weighted.reduce((sum, { weight, lastsSeconds }) => sum + weight * lastsSeconds, 0);
  if (exposure === 0) return { perSecond: 0, variance: 0, dispersion: 1 };
  // Half a count more than seen: nothing seen in a short time is not proof of nothing.
  const counted = weighted.reduce((sum, { weight, count }) => sum + weight * count, 0);
  const perSecond = counted / exposure;
  const cautious = (counted + 0.5) / exposure;
  const squares = weighted.reduce(
    (sum, { weight, count, lastsSeconds }) =>
      sum + (weight * (count - perSecond * lastsSeconds) ** 2) / (cautious * lastsSeconds),
    0,
  );
  const weights = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const dispersion = Math.max(1, squares / weights);
  const squaredExposure = weighted.reduce((sum, { weight, lastsSeconds }) => sum + weight ** 2 * lastsSeconds, 0);
  return { perSecond, variance: (dispersion * cautious * squaredExposure) / exposure ** 2, dispersion };
}

/** Arrivals as they came. */
export function arrivalRate(points: readonly BacklogPoint[], usualSeconds: Seconds, atSeconds: Seconds): RateEstimate {
  return estimateRate(
    intervalsOf(points, usualSeconds, ({ arrived }) => arrived),
    atSeconds,
  );
}

/**
 * What the floor can drain. Only intervals that left something behind show it: a floor with nothing to do drains what
 * arrives, not what it could. Without such an interval the fastest one seen is what it can do at least.
 */
export function drainRate(points: readonly BacklogPoint[], usualSeconds: Seconds, atSeconds: Seconds): RateEstimate {
  const busy = points.flatMap((point, index) => (point.backlog > 0 ? [index] : []));
  const intervals = intervalsOf(points, usualSeconds, ({ drained }) => drained);
  if (busy.length > 0) {
    return estimateRate(
      busy.flatMap((index) => intervals[index] ?? []),
      atSeconds,
    );
  }
  const fastest = intervals.reduce(
    (best, each) => (each.count / each.lastsSeconds > best.count / best.lastsSeconds ? each : best),
    { endSeconds: atSeconds, lastsSeconds: usualSeconds, count: 0 },
  );
  return estimateRate([fastest], atSeconds);
}

/** The intervals that points end. The first lasted as long as is usual. */
export function intervalsOf(
  points: readonly BacklogPoint[],
  usualSeconds: Seconds,
  countOf: (point: BacklogPoint) => number,
): readonly CountedInterval[] {
  return points.map((point, index) => {
    const before = points[index - 1];
    return {
      endSeconds: point.atSeconds,
      lastsSeconds: point.lastsSeconds ?? (before === undefined ? usualSeconds : point.atSeconds - before.atSeconds),
      count: countOf(point),
    };
  });
}

/** The median distance between rows. */
export function usualDistance(points: readonly BacklogPoint[]): Seconds {
  const distances = points.slice(1).map((point, index) => point.atSeconds - (points[index]?.atSeconds ?? 0));
  return distances.toSorted((a, b) => a - b)[Math.floor((distances.length - 1) / 2)] ?? 300;
}
