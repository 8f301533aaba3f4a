import type { Ratio, Seconds } from '../kernel/index.ts';
import { type Expected, wanderPerRootHour } from './clear.ts';
import { type BacklogPoint, type CountedInterval, halfLifeSeconds, intervalsOf, usualDistance } from './rates.ts';
import { createWallClock, type WallClock } from './wall-clock.ts';

/** A usual day by time of day, on the wall clock of the site. */
export interface DayShape {
  readonly days: number;
  /** Mean arrivals in the time from one instant to another, were it a usual day. */
  expected(fromSeconds: Seconds, toSeconds: Seconds): number;
  /** What the floor could drain in that time, were it a usual day: nothing where it is closed. */
  drainable(fromSeconds: Seconds, toSeconds: Seconds): number;
  /** Its pace where it works and something waits. */
  readonly busyPerSecond: number;
}

const daySeconds: Seconds = 86_400;
const slotSeconds: Seconds = 1_800;
const slots = daySeconds / slotSeconds;
/** Two days show two days; from three on there is a usual one. */
export const fewestDays = 3;
/** A row that stands for longer does not tell at what time of day it happened. */
const longestTold: Seconds = 3_600;

/** Saturdays and Sundays are told apart from the other days: a day is learnt from its like, where there are enough of them. */
const isWeekend = (localSeconds: Seconds): boolean => {
  // 1 January 1970 was a Thursday.
  const weekday = (Math.floor(localSeconds / daySeconds) + 3) % 7;
  return weekday >= 5;
};

/** Walks over the slots of the wall clock that a stretch lies in, with the seconds of it in each. */
function eachSlot(
  clock: WallClock,
  fromSeconds: Seconds,
  toSeconds: Seconds,
  visit: (slot: number, seconds: Seconds) => void,
): void {
  for (let at = fromSeconds; at < toSeconds; ) {
    const local = clock.at(at);
    const inSlot = local - Math.floor(local / slotSeconds) * slotSeconds;
    const end = Math.min(toSeconds, at + slotSeconds - inSlot);
    visit(Math.floor(local / slotSeconds) % slots, end - at);
    at = end;
  }
}

interface Told extends CountedInterval {
  readonly arrived: number;
  readonly isBusy: boolean;
  readonly day: number;
  readonly isWeekend: boolean;
}

/** Intervals of earlier days, each with the day of the wall clock that its middle lies in. */
function toldBy(points: readonly BacklogPoint[], clock: WallClock): readonly Told[] {
  const intervals = intervalsOf(points, usualDistance(points), ({ drained }) => drained);
  return intervals.map((interval, index) => {
    const lastsSeconds = Math.min(interval.lastsSeconds, longestTold);
    const local = clock.at(interval.endSeconds - lastsSeconds / 2);
    const { arrived = 0, backlog = 0 } = points[index] ?? {};
    return {
      ...{ ...interval, lastsSeconds, arrived, isBusy: backlog > 0 },
      ...{ day: Math.floor(local / daySeconds), isWeekend: isWeekend(local) },
    };
  });
}

const daysIn = (told: readonly Told[]): number => new Set(told.map(({ day }) => day)).size;

/** A pace for each slot, in pieces a second. */
type Paces = readonly number[];

function meanPaces(told: readonly Told[], clock: WallClock, countOf: (each: Told) => number) {
  const sums = new Array<number>(slots).fill(0);
  const exposures = new Array<number>(slots).fill(0);
  for (const each of told) {
    const { endSeconds, lastsSeconds } = each;
    eachSlot(clock, endSeconds - lastsSeconds, endSeconds, (slot, seconds) => {
      sums[slot] = (sums[slot] ?? 0) + (countOf(each) * seconds) / lastsSeconds;
      exposures[slot] = (exposures[slot] ?? 0) + seconds;
    });
  }
  return { sums, exposures };
}

/** How fast the floor is where it works and something waits. */
function busyPace(told: readonly Told[], clock: WallClock): number {
  const { sums, exposures } = meanPaces(
    told.filter(({ isBusy }) => isBusy),
    clock,
    ({ count }) => count,
  );
  const seconds = exposures.reduce((total, each, slot) => total + ((sums[slot] ?? 0) > 0 ? each : 0), 0);
  return seconds === 0 ? 0 : sums.reduce((total, each) => total + each, 0) / seconds;
}

/**
 * What the floor can do by the time of day. Intervals that left something behind show it, and also that it is closed. Where
 * it kept up it can do at least what it does when it is busy; where nothing waited and nothing was done, nobody knows, and it
 * is as in the half hour before.
 */
function drainPaces(told: readonly Told[], clock: WallClock, usual: number): Paces {
  const { sums, exposures } = meanPaces(
    told.filter(({ isBusy, count }) => isBusy || count > 0),
    clock,
    ({ isBusy, count, lastsSeconds }) => (isBusy ? count : Math.max(count, usual * lastsSeconds)),
  );
  const known = sums.map((sum, slot) => (exposures[slot] === 0 ? undefined : sum / (exposures[slot] ?? 1)));
  return known.map((pace, slot) => pace ?? knownBefore(known, slot));
}

function knownBefore(known: readonly (number | undefined)[], slot: number): number {
  for (let back = 1; back < slots; back += 1) {
    const pace = known[(slot - back + slots) % slots];
    if (pace !== undefined) return pace;
  }
  return 0;
}

/**
 * What earlier days looked like; `undefined` where there are fewer than three. Slots are of local time, so that the shape
 * stays where people work when the clocks change. A day is learnt from days like `likeSeconds`, where three of them are known.
 */
export function shapeOfDays(
  points: readonly BacklogPoint[],
  timezone: string,
  likeSeconds?: Seconds,
): DayShape | undefined {
  const clock = createWallClock(timezone);
  const every = toldBy(points, clock);
  const alike =
    likeSeconds === undefined ? [] : every.filter((each) => each.isWeekend === isWeekend(clock.at(likeSeconds)));
  const told = daysIn(alike) >= fewestDays ? alike : every;
  const days = daysIn(told);
  if (days < fewestDays) return undefined;
  const { sums, exposures } = meanPaces(told, clock, ({ arrived }) => arrived);
  const arrivals = sums.map((sum, slot) => (sum === 0 ? 0 : sum / (exposures[slot] ?? 1)));
  const busyPerSecond = busyPace(told, clock);
  const drains = drainPaces(told, clock, busyPerSecond);
  const over = (paces: Paces) => (fromSeconds: Seconds, toSeconds: Seconds) => {
    let total = 0;
    eachSlot(clock, fromSeconds, toSeconds, (slot, seconds) => {
      total += (paces[slot] ?? 0) * seconds;
    });
    return total;
  };
  return { days, expected: over(arrivals), drainable: over(drains), busyPerSecond };
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
  return {
    mean,
    variance:
      mean + mean ** 2 * (relativeLevel + wandering(cutOffSeconds - nowSeconds, wanderPerRootHour.arrivalsOfKnownDays)),
  };
}

/** The variance of a pace that wanders on the way, relative to its square. */
const wandering = (seconds: Seconds, wander: Ratio): Ratio => (wander ** 2 * (seconds / 3_600)) / 3;

/** What a floor is known for weighs as much as a quarter of an hour of its work, and as so many pieces. */
const priorSeconds: Seconds = 900;
const priorPieces = 5;
/** The floor works where the usual day says that it is closed, where it drained so many of late. */
const surelyWorks = 3;

/** What was drained of late beside what would have been usual, newer intervals weighing more. */
function drainedOfLate(
  shape: DayShape,
  recent: readonly BacklogPoint[],
  usualSeconds: Seconds,
  nowSeconds: Seconds,
): { readonly seen: number; readonly usual: number; readonly isUnlike: boolean } {
  const [all, telling] = [
    { seen: 0, usual: 0 },
    { seen: 0, usual: 0 },
  ];
  intervalsOf(recent, usualSeconds, ({ drained }) => drained).forEach(({ endSeconds, lastsSeconds, count }, index) => {
    const could = shape.drainable(endSeconds - lastsSeconds, endSeconds);
    const weight = 2 ** (-(nowSeconds - endSeconds) / halfLifeSeconds);
    all.seen += weight * count;
    all.usual += weight * could;
    // Around its opening and in a break it is early or late by some minutes, which says nothing of its pace.
    if (could < 0.5 * shape.busyPerSecond * lastsSeconds) return;
    // A floor that kept up shows what it can do only where that is more than usual.
    if (recent[index]?.backlog === 0 && count <= could) return;
    telling.seen += weight * count;
    telling.usual += weight * could;
  });
  return { ...telling, isUnlike: all.seen >= surelyWorks && all.usual < all.seen / 4 };
}

/**
 * What the floor will drain at its usual hours, as fast as it is today. `undefined` where today is unlike the usual days: it
 * works although it should be closed, and its own pace says more.
 */
export function drainByShape(
  shape: DayShape,
  recent: readonly BacklogPoint[],
  usualSeconds: Seconds,
  nowSeconds: Seconds,
  cutOffSeconds: Seconds,
): Expected | undefined {
  const { seen, usual, isUnlike } = drainedOfLate(shape, recent, usualSeconds, nowSeconds);
  if (isUnlike) return undefined;
  const prior = Math.max(priorPieces, shape.busyPerSecond * priorSeconds);
  const mean = ((seen + prior) / (usual + prior)) * shape.drainable(nowSeconds, cutOffSeconds);
  const wander = wandering(cutOffSeconds - nowSeconds, wanderPerRootHour.drain);
  return { mean, variance: mean + mean ** 2 * (1 / (seen + prior) + wander) };
}
