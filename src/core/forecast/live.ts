import type { Ratio, Seconds } from '../kernel/index.ts';
import type { BacklogPoint } from './rates.ts';
import { arrivalRate, drainRate } from './rates.ts';
import { replayForecast } from './replay.ts';

/** Counts of one instant: what is open, and what has come and gone since midnight UTC. */
export interface BacklogCount {
  readonly atSeconds: Seconds;
  readonly open: number;
  readonly createdToday: number;
  /** `undefined` where nobody counts it: then what came and is not open any more was done. */
  readonly doneToday: number | undefined;
}

/** Further apart than this, two counts say nothing of the pace between them. */
const longestIntervalSeconds: Seconds = 1_800;

const utcDayOf = ({ atSeconds }: BacklogCount): number => Math.floor(atSeconds / 86_400);

/**
 * What a counter of today gained. It begins anew at midnight UTC: then it shows what came since. It becomes smaller besides
 * only where rows went away (a draft was deleted, a database was restored), and that brought nothing.
 */
function gained(before: BacklogCount, after: BacklogCount, of: (count: BacklogCount) => number): number {
  if (utcDayOf(before) !== utcDayOf(after)) return of(after);
  return Math.max(0, of(after) - of(before));
}

function drainedBetween(before: BacklogCount, after: BacklogCount, arrived: number): number {
  if (after.doneToday === undefined) return Math.max(0, before.open + arrived - after.open);
  return gained(before, after, ({ doneToday = 0 }) => doneToday);
}

/** What came and went between counts. A count of its own would hide what both came and went. */
export function pointsFromCounts(counts: readonly BacklogCount[]): readonly BacklogPoint[] {
  return counts.slice(1).flatMap((count, index): readonly BacklogPoint[] => {
    const before = counts[index];
    if (before === undefined || count.atSeconds - before.atSeconds > longestIntervalSeconds) return [];
    const arrived = gained(before, count, ({ createdToday }) => createdToday);
    const lastsSeconds = count.atSeconds - before.atSeconds;
    const drained = drainedBetween(before, count, arrived);
    return [{ atSeconds: count.atSeconds, backlog: count.open, arrived, drained, lastsSeconds }];
  });
}

/** What is said of a backlog now. */
export interface LiveForecast {
  readonly probabilityClears: Ratio;
  readonly expectedLeft: number;
  readonly backlog: number;
  readonly arrivalsPerHour: number;
  readonly drainPerHour: number;
  readonly warns: boolean;
  readonly warnsSince: Temporal.Instant | null;
  readonly countedAt: Temporal.Instant;
  /** How many intervals of today it rests on. */
  readonly intervals: number;
}

/** Fewer intervals than this are no pace: half an hour of looks each five minutes. */
export const fewestIntervals = 6;
/** Counts older than this say nothing of now. */
const staleSeconds: Seconds = 900;

/**
 * Whether the backlog clears before the cut-off, from counts of earlier days and of today (SLO-08). `undefined` where too
 * little was counted, or too long ago: then nothing is said, which is not the same as that all is well.
 */
export function forecastNow(
  points: readonly BacklogPoint[],
  cutOff: Temporal.Instant,
  timezone: string,
  now: Temporal.Instant,
): LiveForecast | undefined {
  const last = points.at(-1);
  if (last === undefined || now.epochMilliseconds / 1_000 - last.atSeconds > staleSeconds) return undefined;
  const replayed = replayForecast(points, cutOff, timezone);
  const said = replayed.at(-1);
  if (said === undefined || replayed.length < fewestIntervals) return undefined;
  const recent = points.filter(({ atSeconds }) => last.atSeconds - atSeconds < 2 * 3_600);
  const quiet = replayed.findLastIndex(({ warns }) => !warns);
  return {
    probabilityClears: said.probabilityClears,
    expectedLeft: said.expectedLeft,
    backlog: said.backlog,
    arrivalsPerHour: arrivalRate(recent, 300, last.atSeconds).perSecond * 3_600,
    drainPerHour: drainRate(recent, 300, last.atSeconds).perSecond * 3_600,
    warns: said.warns,
    // The replay of today is what was said all day, so the warning needs no memory of its own.
    warnsSince: said.warns ? (replayed[quiet + 1]?.at ?? said.at) : null,
    countedAt: said.at,
    intervals: replayed.length,
  };
}
