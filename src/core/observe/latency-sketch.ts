import { DDSketch } from '@datadog/sketches-js';

/** Quantiles read from a sketch are within this share of the true value. */
export const sketchRelativeAccuracy = 0.01;

/** A mergeable distribution of durations in seconds. */
export interface LatencySketch {
  add(seconds: number): void;
  merge(other: LatencySketch): void;
  /** `undefined` while nothing was added. */
  quantile(share: number): number | undefined;
  readonly count: number;
  /** How many were at most so slow, as exact as the sketch: values within its accuracy of the limit may count either way. */
  countUpTo(seconds: number): number;
  /** DDSketch protobuf. */
  toBytes(): Uint8Array;
  /** For merging; nothing else needs it. */
  readonly inner: DDSketch;
}

function countUpTo({ store, zeroCount, negativeStore, mapping }: DDSketch, seconds: number): number {
  const last = seconds > 0 ? mapping.key(seconds) : Number.NEGATIVE_INFINITY;
  let count = zeroCount + negativeStore.count;
  for (const [index, bin] of store.bins.entries()) if (index + store.offset <= last) count += bin;
  return count;
}

function wrap(inner: DDSketch): LatencySketch {
  return {
    inner,
    add: (seconds) => inner.accept(seconds),
    merge: (other) => inner.merge(other.inner),
    quantile: (share) => (inner.count === 0 ? undefined : inner.getValueAtQuantile(share)),
    get count() {
      return inner.count;
    },
    countUpTo: (seconds) => countUpTo(inner, seconds),
    toBytes: () => inner.toProto(),
  };
}

/** A sketch with nothing in it. */
export function createLatencySketch(): LatencySketch {
  return wrap(new DDSketch({ relativeAccuracy: sketchRelativeAccuracy }));
}

/** A sketch as it was written. */
export function readLatencySketch(bytes: Uint8Array): LatencySketch {
  const sketch = createLatencySketch();
  // The decoded sketch is merged into a fresh one: decoding alone loses the accuracy that merging checks.
  sketch.inner.merge(DDSketch.fromProto(bytes));
  return sketch;
}
