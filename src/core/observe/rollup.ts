import { type LatencySketch, readLatencySketch } from './latency-sketch.ts';

/** Where a step begins that holds the instant: steps are counted from the epoch, so that everyone cuts alike. */
export function stepStart(at: Temporal.Instant, stepSeconds: number): Temporal.Instant {
  const stepMilliseconds = stepSeconds * 1_000;
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at.epochMilliseconds / stepMilliseconds) * stepMilliseconds);
}

/** Merges sketches as they were written; `undefined` when there are none. */
export function mergeSketches(sketches: readonly Uint8Array[]): LatencySketch | undefined {
  const [first, ...others] = sketches;
  if (first === undefined) return undefined;
  const merged = readLatencySketch(first);
  for (const sketch of others) merged.merge(readLatencySketch(sketch));
  return merged;
}

/** The quantiles of a merged sketch, keyed as text: `{ '0.95': 0.8 }`. */
export function quantilesOf(sketch: LatencySketch, shares: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(shares.map((share) => [String(share), sketch.quantile(share) ?? Number.NaN]));
}

/** How many of a merged sketch are within a limit, where one is asked for. */
export function withinOf(
  sketch: LatencySketch | undefined,
  limitSeconds: number | undefined,
): { readonly withinLimit?: number } {
  return limitSeconds === undefined ? {} : { withinLimit: sketch?.countUpTo(limitSeconds) ?? 0 };
}

/** The same labels give the same text, in whatever order they were written. */
export function labelsKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
