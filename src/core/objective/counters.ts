import type { Seconds } from '../kernel/index.ts';
import type { Point } from './series.ts';
import { mergeSpans, type Recorded, type Span } from './sli.ts';

/** Readings of one counter, oldest first. */
export type Readings = readonly (readonly [atSeconds: Seconds, value: number])[];

/** A counter that became smaller began anew: what it shows is what happened since. */
const grownBy = (before: number, value: number): number => (value < before ? value : value - before);

interface Growth extends Span {
  readonly amount: number;
}

/** What a counter grew by between readings. Its first reading says nothing: it is where counting begins. */
function growthOf(readings: Readings): readonly Growth[] {
  return readings.slice(1).map(([atSeconds, value], index) => {
    const [fromSeconds, before] = readings[index] ?? [atSeconds, value];
    return { fromSeconds, toSeconds: atSeconds, amount: grownBy(before, value) };
  });
}

/** Adds growth to the steps it lies in. What a silence hid is spread evenly over it: when it happened, nobody knows. */
function spread(growths: readonly Growth[], stepSeconds: Seconds, into: Map<number, number>): void {
  for (const { fromSeconds, toSeconds, amount } of growths) {
    const first = Math.floor(fromSeconds / stepSeconds) + 1;
    const last = Math.max(first, Math.ceil(toSeconds / stepSeconds));
    for (let step = first; step <= last; step += 1) {
      const end = Math.min(step * stepSeconds, toSeconds);
      const begin = Math.max((step - 1) * stepSeconds, fromSeconds);
      const share = toSeconds === fromSeconds ? 1 : (end - begin) / (toSeconds - fromSeconds);
      into.set(step, (into.get(step) ?? 0) + amount * share);
    }
  }
}

/**
 * Good and total of counters as an SLI: each series by itself, resets included, then added up by steps. A stretch without
 * readings longer than `seenWithinSeconds` was not seen.
 */
export function pointsOfCounters(
  good: readonly Readings[],
  total: readonly Readings[],
  stepSeconds: Seconds,
  seenWithinSeconds: Seconds,
): Recorded {
  const goods = new Map<number, number>();
  const totals = new Map<number, number>();
  for (const readings of good) spread(growthOf(readings), stepSeconds, goods);
  for (const readings of total) spread(growthOf(readings), stepSeconds, totals);
  const points = [...totals]
    .sort(([a], [b]) => a - b)
    .map(([step, amount]): Point => {
      // Rounding of shares must not make more good than there were.
      return { atSeconds: step * stepSeconds, good: Math.min(amount, goods.get(step) ?? 0), total: amount };
    });
  const spans = total
    .flatMap(growthOf)
    .filter(({ fromSeconds, toSeconds }) => toSeconds - fromSeconds <= seenWithinSeconds)
    .map(({ fromSeconds, toSeconds }) => ({ fromSeconds, toSeconds }));
  return { points, seen: mergeSpans(spans) };
}
