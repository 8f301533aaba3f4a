import { calendarOf, type Environment, type Occurrence } from '../../estate/index.ts';
import { seedFrom } from '../../kernel/index.ts';

/** A stretch of time that should hold one good backup: from its start, up to the start of the next. */
export interface Slot {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

const day = 86_400;
/** Backups of whole days begin between one and four in the morning, each environment at its own minute. */
const quietFrom = Temporal.PlainTime.from('01:00');
const quietMinutes = 180;

/** The zone whose days count for an environment: its first site's. */
export function zoneOf({ sites }: Environment): string {
  return sites[0]?.timezone ?? 'UTC';
}

/** The slot that an instant falls in. Days are days on the wall, 23 or 25 hours long when the clocks change. */
export function slotAt(environment: Environment, at: Temporal.Instant): Slot {
  const every = Math.max(60, Math.round(environment.backup.everySeconds));
  if (every % day === 0) return daySlot(environment, at, every / day);
  return every < day ? partOfDay(zoneOf(environment), at, every) : elapsedSlot(at, every);
}

function daySlot(environment: Environment, at: Temporal.Instant, days: number): Slot {
  const zone = zoneOf(environment);
  const plainTime = quietFrom.add({ minutes: seedFrom(environment.name) % quietMinutes });
  const startOf = (date: Temporal.PlainDate) => date.toZonedDateTime({ timeZone: zone, plainTime }).toInstant();
  const today = at.toZonedDateTimeISO(zone).toPlainDate();
  const begun = Temporal.Instant.compare(startOf(today), at) <= 0 ? today : today.subtract({ days: 1 });
  const number = Temporal.PlainDate.from('1970-01-01').until(begun, { largestUnit: 'days' }).days;
  const first = begun.subtract({ days: ((number % days) + days) % days });
  return { start: startOf(first), end: startOf(first.add({ days })) };
}

/** Counted from local midnight, so that the last slot of a day may be shorter and none is ever longer. */
function partOfDay(zone: string, at: Temporal.Instant, every: number): Slot {
  const midnight = at.toZonedDateTimeISO(zone).startOfDay();
  const next = midnight.add({ days: 1 }).toInstant();
  const begin = midnight.toInstant();
  const index = Math.floor(at.since(begin).total('seconds') / every);
  const start = begin.add({ seconds: index * every });
  const end = start.add({ seconds: every });
  return { start, end: Temporal.Instant.compare(end, next) < 0 ? end : next };
}

function elapsedSlot(at: Temporal.Instant, every: number): Slot {
  const index = Math.floor(at.epochMilliseconds / 1_000 / every);
  const start = Temporal.Instant.fromEpochMilliseconds(index * every * 1_000);
  return { start, end: start.add({ seconds: every }) };
}

/** When something may begin, or what it waits for. */
export type Permission =
  | { readonly isPermitted: true }
  | { readonly isPermitted: false; readonly until: Temporal.Instant | undefined; readonly why: string };

/** The rules of the calendar for work that loads an environment. */
export interface CalendarRules {
  readonly avoidPeaks: boolean;
  /** Names of calendar events to begin in; none means at any time. */
  readonly windows: readonly string[];
}

/**
 * Whether work may begin at an instant; where not, when that ends and why, in the words of the calendar. No business runs on
 * a laboratory (`lab: true`), so that its peaks hold nothing back.
 */
export function mayBegin(environment: Environment, rules: CalendarRules, at: Temporal.Instant): Permission {
  const open = calendarOf(environment.sites, at, at.add({ nanoseconds: 1 })).filter(({ until }) => until !== undefined);
  const peak = open
    .filter(({ event }) => isPeak(event.kind))
    .toSorted(byEnd)
    .at(-1);
  if (rules.avoidPeaks && !environment.isLab && peak !== undefined) {
    return { isPermitted: false, until: peak.until, why: `${peak.event.name} of ${peak.event.site} is on` };
  }
  if (rules.windows.length === 0 || open.some(({ event }) => rules.windows.includes(event.name))) {
    return { isPermitted: true };
  }
  const next = calendarOf(environment.sites, at, at.add({ hours: 24 * 70 })).find(
    ({ event, at: opens }) => rules.windows.includes(event.name) && Temporal.Instant.compare(opens, at) > 0,
  );
  return { isPermitted: false, until: next?.at, why: `none of its windows (${rules.windows.join(', ')}) is open` };
}

/** The first instant in [from, to) at which work may begin; `undefined` where there is none. */
export function firstPermitted(
  environment: Environment,
  rules: CalendarRules,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Temporal.Instant | undefined {
  let at = from;
  // Each step leaves a peak or enters a window; more than this in one slot is no calendar of a business.
  for (let step = 0; step < 200; step += 1) {
    if (Temporal.Instant.compare(at, to) >= 0) return undefined;
    const permission = mayBegin(environment, rules, at);
    if (permission.isPermitted) return at;
    if (permission.until === undefined) return undefined;
    at = permission.until;
  }
  return undefined;
}

function isPeak(kind: string): boolean {
  return kind === 'peak' || kind === 'month-end';
}

function byEnd(a: Occurrence, b: Occurrence): number {
  return Temporal.Instant.compare(a.until ?? a.at, b.until ?? b.at);
}
