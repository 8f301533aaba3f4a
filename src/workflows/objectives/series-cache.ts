import { furthestSecondsOf, mergeSpans, type ObjectiveSpec, type Recorded } from '../../core/objective/index.ts';
import type { SliSource } from '../../ports/sli-source.ts';

/** What is older than this does not change any more: it is read once, in coarser steps, and kept. */
const settledAfterSeconds = 6 * 3_600;
const coarseStepSeconds = 300;
const fineStepSeconds = 60;
/** An objective that nobody asked about for so long is forgotten. */
const forgetAfterSeconds = 3_600;

interface Settled {
  /** What it was read for: another limit or another source is another series. */
  readonly signal: string;
  readonly recorded: Recorded;
  readonly upTo: Temporal.Instant;
  readonly askedAt: Temporal.Instant;
}

export interface SeriesCache {
  read(source: SliSource, spec: ObjectiveSpec, now: Temporal.Instant): Promise<Recorded>;
}

function joined(older: Recorded, newer: Recorded, fromSeconds: number): Recorded {
  const points = [...older.points, ...newer.points].filter(({ atSeconds }) => atSeconds > fromSeconds);
  if (older.seen === undefined && newer.seen === undefined) return { points, seen: undefined };
  const seen = mergeSpans([...(older.seen ?? []), ...(newer.seen ?? [])]);
  return { points, seen: seen.filter(({ toSeconds }) => toSeconds > fromSeconds) };
}

/** Time cut alike by everyone: a step that is read twice is the same step. */
function aligned(at: Temporal.Instant): Temporal.Instant {
  const milliseconds = coarseStepSeconds * 1_000;
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at.epochMilliseconds / milliseconds) * milliseconds);
}

/**
 * Keeps the settled past of objectives in memory, so that judging each minute reads only the last hours. Nothing is lost with
 * it: another process reads the past once from where it lies.
 */
export function createSeriesCache(): SeriesCache {
  const kept = new Map<string, Settled>();
  const forget = (now: Temporal.Instant): void => {
    for (const [key, { askedAt }] of kept) {
      if (now.since(askedAt).total('seconds') > forgetAfterSeconds) kept.delete(key);
    }
  };
  return {
    async read(source, spec, now) {
      forget(now);
      const furthest = aligned(now.subtract({ seconds: Math.ceil(furthestSecondsOf(spec.window)) }));
      const split = aligned(now.subtract({ seconds: settledAfterSeconds }));
      const to = Temporal.Instant.compare(split, furthest) < 0 ? furthest : split;
      const signal = JSON.stringify([spec.signal, spec.windowSeconds]);
      const found = kept.get(spec.key);
      const known = found?.signal === signal && Temporal.Instant.compare(found.upTo, furthest) >= 0 ? found : undefined;
      const from = known?.upTo ?? furthest;
      const isDue = Temporal.Instant.compare(from, to) < 0;
      const older = isDue ? await source.read(spec, { from, to, stepSeconds: coarseStepSeconds }) : undefined;
      const empty: Recorded = { points: [], seen: undefined };
      const before = known?.recorded ?? empty;
      const recorded = older === undefined ? before : joined(before, older, furthest.epochMilliseconds / 1_000);
      kept.set(spec.key, { signal, recorded, upTo: isDue ? to : from, askedAt: now });
      const recent = await source.read(spec, { from: isDue ? to : from, to: now, stepSeconds: fineStepSeconds });
      return joined(recorded, recent, furthest.epochMilliseconds / 1_000);
    },
  };
}
