import {
  furthestSecondsOf,
  mergeSpans,
  type ObjectiveSpec,
  type Point,
  type Recorded,
} from '../../core/objective/index.ts';
import type { SliSource } from '../../ports/sli-source.ts';
import { type PackedPoints, pack, unpackAfter } from './packed-points.ts';

/** What is older than this does not change any more: it is read once, in coarser steps, and kept. */
const settledAfterSeconds = 6 * 3_600;
const coarseStepSeconds = 300;
const fineStepSeconds = 60;
/** An objective that nobody asked about for so long is forgotten. */
const forgetAfterSeconds = 3_600;
const sweepEverySeconds = 600;

interface Settled {
  /** What it was read for: another limit or another source is another series. */
  readonly signal: string;
  readonly points: PackedPoints;
  readonly seen: Recorded['seen'];
  readonly upTo: Temporal.Instant;
  readonly askedAtSeconds: number;
}

export interface SeriesCache {
  read(source: SliSource, spec: ObjectiveSpec, now: Temporal.Instant): Promise<Recorded>;
}

/** What is kept, where it is of the same signal and reaches into the window. */
function useful(found: Settled | undefined, signal: string, furthest: Temporal.Instant): Settled | undefined {
  return found?.signal === signal && Temporal.Instant.compare(found.upTo, furthest) >= 0 ? found : undefined;
}

/** The older points become part of the answer, and are nobody else's. */
function joined(older: Point[], newer: Recorded['points'], fromSeconds: number): Point[] {
  for (const point of newer) if (point.atSeconds > fromSeconds) older.push(point);
  return older;
}

function seenIn(older: Recorded['seen'], newer: Recorded['seen'], fromSeconds: number): Recorded['seen'] {
  if (older === undefined && newer === undefined) return undefined;
  return mergeSpans([...(older ?? []), ...(newer ?? [])]).filter(({ toSeconds }) => toSeconds > fromSeconds);
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
  let sweptAtSeconds = Number.NEGATIVE_INFINITY;
  /** All are looked through once in a while, not for each of them. */
  const forget = (nowSeconds: number): void => {
    if (nowSeconds - sweptAtSeconds < sweepEverySeconds) return;
    sweptAtSeconds = nowSeconds;
    for (const [key, { askedAtSeconds }] of kept) {
      if (nowSeconds - askedAtSeconds > forgetAfterSeconds) kept.delete(key);
    }
  };
  return {
    async read(source, spec, now) {
      const nowSeconds = now.epochMilliseconds / 1_000;
      forget(nowSeconds);
      const furthest = aligned(now.subtract({ seconds: Math.ceil(furthestSecondsOf(spec.window)) }));
      const furthestSeconds = furthest.epochMilliseconds / 1_000;
      const split = aligned(now.subtract({ seconds: settledAfterSeconds }));
      const to = Temporal.Instant.compare(split, furthest) < 0 ? furthest : split;
      const signal = JSON.stringify([spec.signal, spec.windowSeconds]);
      const known = useful(kept.get(spec.key), signal, furthest);
      const from = known?.upTo ?? furthest;
      const isDue = Temporal.Instant.compare(from, to) < 0;
      const upTo = isDue ? to : from;
      const older = isDue ? await source.read(spec, { from, to, stepSeconds: coarseStepSeconds }) : undefined;
      const settled = known === undefined ? [] : unpackAfter(known.points, furthestSeconds);
      const points = joined(settled, older?.points ?? [], furthestSeconds);
      const seen = seenIn(known?.seen, older?.seen, furthestSeconds);
      const packed = known === undefined || older !== undefined ? pack(points) : known.points;
      kept.set(spec.key, { signal, points: packed, seen, upTo, askedAtSeconds: nowSeconds });
      const recent = await source.read(spec, { from: upTo, to: now, stepSeconds: fineStepSeconds });
      return {
        points: joined(points, recent.points, furthestSeconds),
        seen: seenIn(seen, recent.seen, furthestSeconds),
      };
    },
  };
}
