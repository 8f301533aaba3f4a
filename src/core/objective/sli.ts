import type { Compromise } from '../estate/index.ts';
import type { Seconds } from '../kernel/index.ts';
import { type BurnRule, burnRulesFor } from './burn-rules.ts';
import { type Point, type Series, startSeries } from './series.ts';
import type { ObjectiveSpec } from './spec.ts';
import type { ExcludedTime } from './verdict.ts';
import { furthestSecondsOf } from './window.ts';

/** A stretch of time in seconds since 1970: (from, to]. */
export interface Span {
  readonly fromSeconds: Seconds;
  readonly toSeconds: Seconds;
}

/** What was counted, and when the source was seen at all: silence of a source that was looked at is no gap. */
export interface Recorded {
  readonly points: readonly Point[];
  /** Stretches in which the source was seen, in order; `undefined` where only the points tell. */
  readonly seen: readonly Span[] | undefined;
}

/** What else is known of the time that an objective is judged over. */
export interface Surroundings {
  /** Agreed windows: declared with the objective, and maintenance windows of the calendar. */
  readonly excluded: readonly Omit<ExcludedTime, 'total'>[];
  readonly peaks: readonly Span[];
  readonly compromises: readonly Compromise[];
}

/** One objective with everything counted for it, ready to be judged at any moment. */
export interface Sli {
  readonly spec: ObjectiveSpec;
  /** The rules of its window. */
  readonly rules: readonly BurnRule[];
  /** Without agreed windows; what was answered under a compromise counts as failed. */
  readonly series: Series;
  /** The part of it that lies in declared peaks; `undefined` where there were none. */
  readonly peakSeries: Series | undefined;
  readonly excluded: readonly ExcludedTime[];
  readonly gaps: readonly Span[];
  readonly seenUpToSeconds: Seconds | undefined;
  readonly compromises: readonly Compromise[];
}

/** So many usual distances without a sign of life are a gap. */
const gapFactor = 3;

const secondsOf = (instant: Temporal.Instant): Seconds => instant.epochMilliseconds / 1_000;

const spanOf = ({ from, to }: { readonly from: Temporal.Instant; readonly to: Temporal.Instant }): Span => ({
  fromSeconds: secondsOf(from),
  toSeconds: secondsOf(to),
});

/** Where an instant lies in sorted spans that do not overlap: the first that ends at or after it. */
function spanFinder(spans: readonly Span[]): (atSeconds: Seconds) => Span | undefined {
  let index = 0;
  return (atSeconds) => {
    while (index < spans.length && (spans[index]?.toSeconds ?? 0) < atSeconds) index += 1;
    const span = spans[index];
    return span !== undefined && atSeconds > span.fromSeconds ? span : undefined;
  };
}

/** The spans in order, those that touch as one. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const next of spans.toSorted((a, b) => a.fromSeconds - b.fromSeconds)) {
    const last = merged.at(-1);
    if (last === undefined || last.toSeconds < next.fromSeconds) merged.push(next);
    else merged[merged.length - 1] = { ...last, toSeconds: Math.max(last.toSeconds, next.toSeconds) };
  }
  return merged;
}

/** A point counts in `(before, at]`; where it lies across a border, its end decides. */
function countExcluded(points: readonly Point[], surroundings: Surroundings): readonly ExcludedTime[] {
  return surroundings.excluded.map((each) => {
    const [from, to] = [secondsOf(each.from), secondsOf(each.to)];
    const inside = points.filter(({ atSeconds }) => atSeconds > from && atSeconds <= to);
    return { ...each, total: inside.reduce((sum, { total }) => sum + total, 0) };
  });
}

/** The stretches between `fromSeconds` and `now` in which nothing was seen for more than thrice the usual distance. */
function gapsBetween(
  { seen, points }: Recorded,
  everySeconds: Seconds,
  fromSeconds: Seconds,
  nowSeconds: Seconds,
): Span[] {
  const gaps: Span[] = [];
  let upTo = fromSeconds;
  const pass = (from: Seconds, to: Seconds): void => {
    if (to <= upTo) return;
    if (from - upTo > gapFactor * everySeconds) gaps.push({ fromSeconds: upTo, toSeconds: from });
    upTo = to;
  };
  // Tens of thousands of series of a thousand points are judged at a time: no object for each point.
  if (seen !== undefined) for (const span of seen) pass(span.fromSeconds, span.toSeconds);
  else for (const { atSeconds } of points) pass(atSeconds, atSeconds);
  if (nowSeconds - upTo > gapFactor * everySeconds) gaps.push({ fromSeconds: upTo, toSeconds: nowSeconds });
  return gaps;
}

/** The sums without agreed windows, and those of peaks alone, in one pass over the points. */
function countSeries(points: readonly Point[], surroundings: Surroundings, now: Temporal.Instant) {
  const isExcluded = spanFinder(mergeSpans(surroundings.excluded.map(spanOf)));
  const isPeak = spanFinder(mergeSpans(surroundings.peaks));
  const isCompromised = spanFinder(
    mergeSpans(surroundings.compromises.map(({ since, until }) => spanOf({ from: since, to: until ?? now }))),
  );
  const counted = startSeries(points.length);
  const peak = surroundings.peaks.length === 0 ? undefined : startSeries(points.length);
  for (const { atSeconds, good, total } of points) {
    if (isExcluded(atSeconds) !== undefined) continue;
    const ownGood = isCompromised(atSeconds) === undefined ? good : 0;
    counted.add(atSeconds, ownGood, total);
    if (peak !== undefined && isPeak(atSeconds) !== undefined) peak.add(atSeconds, ownGood, total);
  }
  return { series: counted.series(), peakSeries: peak?.series() };
}

/** Puts together what one objective is judged on. Points must be in order of time. */
export function createSli(
  spec: ObjectiveSpec,
  recorded: Recorded,
  surroundings: Surroundings,
  now: Temporal.Instant,
): Sli {
  const nowSeconds = secondsOf(now);
  const { everySeconds } = spec;
  const fromSeconds = nowSeconds - furthestSecondsOf(spec.window);
  return {
    spec,
    rules: burnRulesFor(spec.windowSeconds),
    ...countSeries(recorded.points, surroundings, now),
    excluded: countExcluded(recorded.points, surroundings),
    gaps: everySeconds === undefined ? [] : gapsBetween(recorded, everySeconds, fromSeconds, nowSeconds),
    seenUpToSeconds: recorded.seen === undefined ? recorded.points.at(-1)?.atSeconds : recorded.seen.at(-1)?.toSeconds,
    compromises: surroundings.compromises,
  };
}
