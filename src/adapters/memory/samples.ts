import {
  labelsKey,
  mergeSketches,
  quantilesOf,
  type Sample,
  type SketchSample,
  stepStart,
  withinOf,
} from '../../core/observe/index.ts';
import type { QuantilePoint, QuantileQuery, SampleStore, SeriesPoint, SeriesQuery } from '../../ports/sample-store.ts';

const compare = Temporal.Instant.compare;

type Kept = Pick<Sample, 'environment' | 'metric' | 'labels' | 'at'>;

function isWanted(kept: Kept, query: SeriesQuery): boolean {
  return (
    kept.environment === query.environment &&
    kept.metric === query.metric &&
    compare(kept.at, query.from) >= 0 &&
    compare(kept.at, query.to) < 0 &&
    Object.entries(query.labels ?? {}).every(([name, value]) => kept.labels[name] === value)
  );
}

/** Wanted entries by series and by step, both in order. */
function bySeriesAndStep<Entry extends Kept>(
  entries: Iterable<Entry>,
  query: SeriesQuery,
): Map<string, Map<number, Entry[]>> {
  const series = new Map<string, Map<number, Entry[]>>();
  const wanted = [...entries].filter((entry) => isWanted(entry, query)).sort((a, b) => compare(a.at, b.at));
  for (const entry of wanted) {
    const key = labelsKey(entry.labels);
    const steps = series.get(key) ?? new Map<number, Entry[]>();
    series.set(key, steps);
    const step = stepStart(entry.at, query.stepSeconds).epochMilliseconds;
    steps.set(step, [...(steps.get(step) ?? []), entry]);
  }
  return new Map([...series].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pointOf(step: number, entries: readonly Sample[]): SeriesPoint {
  const values = entries.map((entry) => entry.value);
  return {
    at: Temporal.Instant.fromEpochMilliseconds(step),
    minimum: Math.min(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    maximum: Math.max(...values),
    last: values.at(-1) ?? Number.NaN,
    count: values.length,
  };
}

const isDuring =
  ({ during }: QuantileQuery) =>
  ({ at }: SketchSample): boolean =>
    during === undefined || during.some(({ from, to }) => compare(at, from) >= 0 && compare(at, to) < 0);

function quantilePoint(step: number, entries: readonly SketchSample[], query: QuantileQuery): readonly QuantilePoint[] {
  const merged = mergeSketches(entries.map((entry) => entry.sketch));
  if (merged === undefined) return [];
  return [
    {
      at: Temporal.Instant.fromEpochMilliseconds(step),
      count: entries.reduce((sum, entry) => sum + entry.count, 0),
      quantiles: quantilesOf(merged, query.quantiles),
      ...withinOf(merged, query.limitSeconds),
    },
  ];
}

const keyOf = (kept: Kept): string =>
  `${kept.environment} ${kept.metric} ${labelsKey(kept.labels)} ${kept.at.epochNanoseconds}`;

/** Samples in memory, for tests and for `serve --fake`. Keeps raw samples only: a roll-up would answer the same. */
export function createMemorySampleStore(): SampleStore {
  const samples = new Map<string, Sample>();
  const sketches = new Map<string, SketchSample>();
  return {
    write: async (batch) => {
      for (const sample of batch) samples.set(keyOf(sample), sample);
    },
    writeSketches: async (batch) => {
      for (const sketch of batch) sketches.set(keyOf(sketch), sketch);
    },
    latest: async (environment, since) => {
      const newest = new Map<string, Sample>();
      for (const sample of samples.values()) {
        if (sample.environment !== environment || compare(sample.at, since) < 0) continue;
        const key = `${sample.metric} ${labelsKey(sample.labels)}`;
        const known = newest.get(key);
        if (known === undefined || compare(known.at, sample.at) < 0) newest.set(key, sample);
      }
      return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sample]) => sample);
    },
    newestOf: async (metrics, since, environments) => {
      const newest = new Map<string, Sample>();
      for (const sample of samples.values()) {
        if (!metrics.includes(sample.metric) || compare(sample.at, since) < 0) continue;
        if (environments?.includes(sample.environment) === false) continue;
        const key = `${sample.environment} ${sample.metric} ${labelsKey(sample.labels)}`;
        const known = newest.get(key);
        if (known === undefined || compare(known.at, sample.at) < 0) newest.set(key, sample);
      }
      return [...newest.values()];
    },
    range: async (query) =>
      [...bySeriesAndStep(samples.values(), query).values()].map((steps) => ({
        metric: query.metric,
        labels: [...steps.values()][0]?.[0]?.labels ?? {},
        points: [...steps].map(([step, entries]) => pointOf(step, entries)),
      })),
    quantiles: async (query) =>
      [...bySeriesAndStep(sketches.values(), query).values()].map((steps) => ({
        metric: query.metric,
        labels: [...steps.values()][0]?.[0]?.labels ?? {},
        points: [...steps].flatMap(([step, entries]) => quantilePoint(step, entries.filter(isDuring(query)), query)),
      })),
    rollUp: async () => ({ rolledHours: 0 }),
    maintain: async ({ now, retainRawSeconds }) => {
      const oldest = now.subtract({ milliseconds: retainRawSeconds * 1_000 });
      for (const kept of [samples, sketches]) {
        for (const [key, entry] of kept) if (compare(entry.at, oldest) < 0) kept.delete(key);
      }
      return { rolledUpRows: 0, droppedPartitions: 0 };
    },
  };
}
