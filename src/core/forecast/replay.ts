import type { Diagnostic, Ratio, Seconds } from '../kernel/index.ts';
import { instantAt, readRecording } from '../recording/index.ts';
import { type ClearForecast, type Expected, expectAtPace, forecastClear, wanderPerRootHour } from './clear.ts';
import { type DayShape, expectByShape, shapeOfDays } from './day-shape.ts';
import { arrivalRate, type BacklogPoint, drainRate } from './rates.ts';

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

/**
 * Forecasts at each recorded instant of the cut-off's own day, with nothing known of what came later (SLO-08). Earlier days
 * in the recording, three or more, teach the shape of a day: that arrivals tail off before the lorry leaves.
 */
export function replayForecast(
  points: readonly BacklogPoint[],
  cutOff: Temporal.Instant,
  timezone = 'UTC',
): readonly ForecastAt[] {
  const cutOffSeconds = cutOff.epochMilliseconds / 1_000;
  const midnight = cutOff.subtract({ milliseconds: 1 }).toZonedDateTimeISO(timezone).startOfDay();
  const dayStartsAtSeconds = midnight.epochMilliseconds / 1_000;
  const today = points.filter(({ atSeconds }) => atSeconds > dayStartsAtSeconds && atSeconds <= cutOffSeconds);
  const shape = shapeOfDays(
    points.filter(({ atSeconds }) => atSeconds <= dayStartsAtSeconds),
    timezone,
  );
  const usualSeconds = usualDistance(today);
  let isWarning = false;
  let lastProbability: Ratio = 1;
  return today.map((point, index) => {
    const known = today.slice(0, index + 1);
    const forecast = forecastAt(known, { shape, usualSeconds, cutOffSeconds });
    isWarning = decide(isWarning, lastProbability, forecast);
    lastProbability = forecast.probabilityClears;
    return { at: instantAt(point.atSeconds), backlog: point.backlog, ...forecast, warns: isWarning };
  });
}

interface Circumstances {
  readonly shape: DayShape | undefined;
  readonly usualSeconds: Seconds;
  readonly cutOffSeconds: Seconds;
}

/** The forecast at the last of the points that are known. */
function forecastAt(
  known: readonly BacklogPoint[],
  { shape, usualSeconds, cutOffSeconds }: Circumstances,
): ClearForecast {
  const now = known.at(-1);
  if (now === undefined) return { probabilityClears: 1, expectedLeft: 0 };
  const recent = known.filter(({ atSeconds }) => now.atSeconds - atSeconds < furthestBackSeconds);
  const secondsLeft = cutOffSeconds - now.atSeconds;
  const startsAtSeconds = (known[0]?.atSeconds ?? now.atSeconds) - usualSeconds;
  const arrivals: Expected =
    shape === undefined
      ? expectAtPace(arrivalRate(recent, usualSeconds, now.atSeconds), secondsLeft, wanderPerRootHour.arrivals)
      : expectByShape(shape, known, startsAtSeconds, now.atSeconds, cutOffSeconds);
  const drain = expectAtPace(drainRate(recent, usualSeconds, now.atSeconds), secondsLeft, wanderPerRootHour.drain);
  return forecastClear(now.backlog, arrivals, drain);
}

/** Whether to warn now: quickly where it is sure, after a second look where it is likely, steadily once begun. */
export function decide(isWarning: boolean, lastProbability: Ratio, { probabilityClears }: ClearForecast): boolean {
  if (isWarning) return probabilityClears <= quietAbove;
  if (probabilityClears < warnsAtOnceBelow) return true;
  return probabilityClears < warnsBelow && lastProbability < warnsBelow;
}

function usualDistance(points: readonly BacklogPoint[]): Seconds {
  const distances = points.slice(1).map((point, index) => point.atSeconds - (points[index]?.atSeconds ?? 0));
  return distances.toSorted((a, b) => a - b)[Math.floor((distances.length - 1) / 2)] ?? 300;
}
