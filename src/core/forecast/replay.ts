import type { Diagnostic, Ratio, Seconds } from '../kernel/index.ts';
import { instantAt, readRecording } from '../recording/index.ts';
import { type ClearForecast, type Expected, expectAtPace, forecastClear, wanderPerRootHour } from './clear.ts';
import { type DayShape, drainByShape, expectByShape, shapeOfDays } from './day-shape.ts';
import { arrivalRate, type BacklogPoint, drainRate, usualDistance } from './rates.ts';

/** What would have been said at one instant before the cut-off. */
export interface ForecastAt extends ClearForecast {
  readonly at: Temporal.Instant;
  readonly backlog: number;
  readonly warns: boolean;
}

/** A warning begins where clearing is less likely than this, twice in a row … */
export const warnsBelow: Ratio = 0.2;
/** … or where it is all but sure, at once … */
export const warnsAtOnceBelow: Ratio = 0.05;
/** … and ends only above this, so that it does not flicker. */
export const quietAbove: Ratio = 0.4;

const furthestBackSeconds: Seconds = 6 * 3_600;

const columns = { required: ['backlog', 'arrived', 'drained'], optional: [] } as const;
type Column = 'backlog' | 'arrived' | 'drained';

/** Reads `at,backlog,arrived,drained`: what was left at `at`, and what came and went since the row before. */
export function readBacklog(
  file: string,
  text: string,
): { readonly points: readonly BacklogPoint[]; readonly diagnostics: readonly Diagnostic[] } {
  const { rows, diagnostics } = readRecording<Column>(file, text, columns);
  const points = rows.map(({ atSeconds, backlog = 0, arrived = 0, drained = 0 }) => ({
    ...{ atSeconds, backlog, arrived, drained },
  }));
  return { points, diagnostics };
}

/** A cut-off in the night or the morning belongs to the work that began the evening before. */
const shortestDayHours = 12;

/** When the day of a cut-off begins: at midnight in the site's zone, and at least twelve hours before it. */
export function dayBeginsAt(cutOff: Temporal.Instant, timezone: string): Temporal.Instant {
  const midnight = cutOff.subtract({ milliseconds: 1 }).toZonedDateTimeISO(timezone).startOfDay().toInstant();
  const latest = cutOff.subtract({ hours: shortestDayHours });
  return Temporal.Instant.compare(latest, midnight) < 0 ? latest : midnight;
}

/**
 * Forecasts at each recorded instant of the cut-off's own day, with nothing known of what came later (SLO-08). Earlier days
 * in the recording, three or more, teach the shape of a day: that arrivals tail off before the lorry leaves, and when the
 * floor is closed.
 */
export function replayForecast(
  points: readonly BacklogPoint[],
  cutOff: Temporal.Instant,
  timezone = 'UTC',
): readonly ForecastAt[] {
  const cutOffSeconds = cutOff.epochMilliseconds / 1_000;
  const dayStartsAtSeconds = dayBeginsAt(cutOff, timezone).epochMilliseconds / 1_000;
  const today = points.filter(({ atSeconds }) => atSeconds > dayStartsAtSeconds && atSeconds <= cutOffSeconds);
  const earlier = points.filter(({ atSeconds }) => atSeconds <= dayStartsAtSeconds);
  const shape = shapeOfDays(earlier, timezone, cutOffSeconds);
  const usualSeconds = usualDistance(today);
  const startsAtSeconds = (today[0]?.atSeconds ?? 0) - usualSeconds;
  const circumstances = { shape, usualSeconds, startsAtSeconds, cutOffSeconds };
  let isWarning = false;
  let lastProbability: Ratio = 1;
  return today.map((point, index) => {
    const forecast = forecastAt(today.slice(0, index + 1), circumstances);
    isWarning = decide(isWarning, lastProbability, forecast);
    lastProbability = forecast.probabilityClears;
    return { at: instantAt(point.atSeconds), backlog: point.backlog, ...forecast, warns: isWarning };
  });
}

interface Circumstances {
  readonly shape: DayShape | undefined;
  readonly usualSeconds: Seconds;
  readonly startsAtSeconds: Seconds;
  readonly cutOffSeconds: Seconds;
}

/** So long before a cut-off a floor that has done nothing today has either begun or will not. */
const beginsBeforeSeconds: Seconds = 3 * 3_600;

/** A floor that has not begun: whether it will clear is not known at all, which is neither a warning nor all well. */
function notBegun(toDrain: number): Expected {
  return { mean: toDrain, variance: Math.max(1, toDrain) ** 2 };
}

/** The forecast at the last of the points that are known. */
function forecastAt(
  known: readonly BacklogPoint[],
  { shape, usualSeconds, startsAtSeconds, cutOffSeconds }: Circumstances,
): ClearForecast {
  const now = known.at(-1);
  if (now === undefined) return { probabilityClears: 1, expectedLeft: 0 };
  const nowSeconds = now.atSeconds;
  const recent = known.filter(({ atSeconds }) => nowSeconds - atSeconds < furthestBackSeconds);
  const secondsLeft = cutOffSeconds - nowSeconds;
  if (shape !== undefined) {
    const arrivals = expectByShape(shape, known, startsAtSeconds, nowSeconds, cutOffSeconds);
    const drain =
      drainByShape(shape, recent, usualSeconds, nowSeconds, cutOffSeconds) ??
      expectAtPace(drainRate(recent, usualSeconds, nowSeconds), secondsLeft, wanderPerRootHour.drain);
    return forecastClear(now.backlog, arrivals, drain);
  }
  const arrivals = expectAtPace(arrivalRate(recent, usualSeconds, nowSeconds), secondsLeft, wanderPerRootHour.arrivals);
  const first = known.findIndex(({ drained }) => drained > 0);
  if (first === -1 && secondsLeft > beginsBeforeSeconds) {
    return forecastClear(now.backlog, arrivals, notBegun(now.backlog + arrivals.mean));
  }
  // Before it began the floor was closed, and that is no pace of it.
  const begun = known.slice(Math.max(0, first)).filter((point) => recent.includes(point));
  const drain = expectAtPace(drainRate(begun, usualSeconds, nowSeconds), secondsLeft, wanderPerRootHour.drain);
  return forecastClear(now.backlog, arrivals, drain);
}

/** Whether to warn now: quickly where it is sure, after a second look where it is likely, steadily once begun. */
export function decide(isWarning: boolean, lastProbability: Ratio, { probabilityClears }: ClearForecast): boolean {
  if (isWarning) return probabilityClears <= quietAbove;
  if (probabilityClears < warnsAtOnceBelow) return true;
  return probabilityClears < warnsBelow && lastProbability < warnsBelow;
}
