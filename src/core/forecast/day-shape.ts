import type { Seconds } from '../kernel/index.ts';
import { type Expected, wanderPerRootHour } from './clear.ts';
import type { BacklogPoint } from './rates.ts';

/** Arrivals of a usual day by time of day, on the wall clock of the site. */
export interface DayShape {
  readonly days: number;
  /** Mean arrivals in the time from one instant to another, were it a usual day. */
  expected(fromSeconds: Seconds, toSeconds: Seconds): number;
}

const slotSeconds: Seconds = 1_800;
const slots = 86_400 / slotSeconds;
/** Two days show two days; from three on there is a usual one. */
export const fewestDays = 3;

/**
 * What earlier days looked like; `undefined` where there are fewer than three. Slots are of local time, so that the shape
 * stays where people work when the clocks change.
 */
export function shapeOfDays(points: readonly BacklogPoint[], timezone: string): DayShape | undefined {
  const sums = new Array<number>(slots).fill(0);
  const days = new Set<string>();
  for (const { atSeconds, arrived } of points) {
    const local = Temporal.Instant.fromEpochMilliseconds(Math.round(atSeconds * 1_000)).toZonedDateTimeISO(timezone);
    days.add(local.toPlainDate().toString());
    const slot = slotOf(local);
    sums[slot] = (sums[slot] ?? 0) + arrived;
  }
  if (days.size < fewestDays) return undefined;
  return {
    days: days.size,
    expected(fromSeconds, toSeconds) {
      let total = 0;
      for (let at = fromSeconds; at < toSeconds; ) {
        // Zones are offset by whole quarters of an hour, so a slot of the wall ends where the remainder says.
        const end = Math.min(toSeconds, Math.floor(at / slotSeconds + 1) * slotSeconds);
        const local = Temporal.Instant.fromEpochMilliseconds(Math.round(at * 1_000)).toZonedDateTimeISO(timezone);
        total += ((sums[slotOf(local)] ?? 0) / days.size) * ((end - at) / slotSeconds);
        at = end;
      }
      return total;
    },
  };
}

function slotOf(local: Temporal.ZonedDateTime): number {
  return Math.floor((local.hour * 3_600 + local.minute * 60 + local.second) / slotSeconds);
}

/** How much of a usual day has to have passed before today's own level counts as much as the usual one. */
const priorArrivals = 20;

/** What will come on a day that is like the usual ones, but at today's level: as busy as it has been so far. */
export function expectByShape(
  shape: DayShape,
  today: readonly BacklogPoint[],
  fromSeconds: Seconds,
  nowSeconds: Seconds,
  cutOffSeconds: Seconds,
): Expected {
  const seen = today.reduce((sum, { arrived }) => sum + arrived, 0);
  const usual = shape.expected(fromSeconds, nowSeconds);
  const level = (seen + priorArrivals) / (usual + priorArrivals);
  const mean = level * shape.expected(nowSeconds, cutOffSeconds);
  const relativeLevel = 1 / (seen + priorArrivals) + 1 / (priorArrivals * shape.days);
  const hoursLeft = (cutOffSeconds - nowSeconds) / 3_600;
  const wandering = (wanderPerRootHour.arrivalsOfKnownDays ** 2 * hoursLeft) / 3;
  return { mean, variance: mean + mean ** 2 * (relativeLevel + wandering) };
}
