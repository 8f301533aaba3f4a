import type { Seconds } from '../kernel/index.ts';

/** What happened in the interval that ends at `atSeconds` (since 1970): good of total. */
export interface Point {
  readonly atSeconds: Seconds;
  readonly good: number;
  readonly total: number;
}

export interface Counts {
  readonly failed: number;
  readonly total: number;
}

/**
 * An SLI as running sums, so that any window costs two searches. Sums are kept per point, oldest first; points of excluded
 * time are not in it.
 */
export interface Series {
  readonly at: Float64Array;
  readonly failedUpTo: Float64Array;
  readonly totalUpTo: Float64Array;
}

/** Sums that grow by a point at a time, up to `most` points in order of time. */
export function startSeries(most: number) {
  const at = new Float64Array(most);
  const failedUpTo = new Float64Array(most);
  const totalUpTo = new Float64Array(most);
  let length = 0;
  let failed = 0;
  let total = 0;
  return {
    add: (atSeconds: Seconds, good: number, ofTotal: number): void => {
      failed += ofTotal - good;
      total += ofTotal;
      at[length] = atSeconds;
      failedUpTo[length] = failed;
      totalUpTo[length] = total;
      length += 1;
    },
    series: (): Series =>
      length === most
        ? { at, failedUpTo, totalUpTo }
        : {
            at: at.slice(0, length),
            failedUpTo: failedUpTo.slice(0, length),
            totalUpTo: totalUpTo.slice(0, length),
          },
  };
}

/** Builds the sums. Points must be in order of time. */
export function createSeries(points: readonly Point[]): Series {
  const sums = startSeries(points.length);
  for (const { atSeconds, good, total } of points) sums.add(atSeconds, good, total);
  return sums.series();
}

/** How many leading values of a sorted array are at most `limit`. */
export function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const sumAt = (sums: Float64Array, count: number): number => (count === 0 ? 0 : (sums[count - 1] ?? 0));

/** What the window `(at - seconds, at]` holds. */
export function countsIn(series: Series, atSeconds: Seconds, windowSeconds: Seconds): Counts {
  return countsBetween(series, countUpTo(series.at, atSeconds - windowSeconds), countUpTo(series.at, atSeconds));
}

/** What the points from index `from` up to, not including, index `to` hold. */
export function countsBetween(series: Series, from: number, to: number): Counts {
  return {
    failed: sumAt(series.failedUpTo, to) - sumAt(series.failedUpTo, from),
    total: sumAt(series.totalUpTo, to) - sumAt(series.totalUpTo, from),
  };
}

/**
 * The newest points up to an instant that together hold at least `events`, never older than `furthestSeconds`: a window
 * measured in events, for services so quiet that minutes hold none.
 */
export function newestHolding(series: Series, events: number, atSeconds: Seconds, furthestSeconds: Seconds): Counts {
  const to = countUpTo(series.at, atSeconds);
  const oldest = countUpTo(series.at, atSeconds - furthestSeconds);
  const wanted = sumAt(series.totalUpTo, to) - events;
  const from = Math.min(to, Math.max(oldest, countUpTo(series.totalUpTo, wanted)));
  return countsBetween(series, from, to);
}
