import { RRuleTemporal } from 'rrule-temporal';
import type { CalendarEvent } from '../model.ts';
import { type Rule, readRule } from './rule.ts';

/** One time an event happens. `until` is there for events that last. */
export interface Occurrence {
  readonly event: CalendarEvent;
  readonly at: Temporal.Instant;
  readonly until: Temporal.Instant | undefined;
}

/** Longest stretch that is expanded in one go, so that a century's question costs a century's answer and no more. */
const chunkDays = 370;

/**
 * When an event happens: every occurrence that begins in [from, to), and every window that is still open at `from`.
 *
 * Rules speak the site's wall clock. A local time that a change to summer time skips is moved on by the length of the gap
 * (a cut-off never vanishes); one that a change back repeats is taken at its first passing. This is what RFC 5545 §3.3.5
 * says of local times, and `compatible` in Temporal.
 */
export function occurrences(event: CalendarEvent, from: Temporal.Instant, to: Temporal.Instant): readonly Occurrence[] {
  const rule = readRule(event);
  // A checked estate has no such rule; an unchecked one has no occurrences.
  if ('code' in rule || Temporal.Instant.compare(from, to) >= 0) return [];
  const backwards = Temporal.Duration.from({ seconds: Math.ceil(event.lastsSeconds) + 86_400 });
  const first = from.subtract(backwards).toZonedDateTimeISO(event.timezone).toPlainDateTime();
  const last = to.toZonedDateTimeISO(event.timezone).toPlainDateTime().add({ days: 1 });
  const found = new Map<bigint, Occurrence>();
  for (const local of localTimes(rule, first, last)) {
    const occurrence = occurrenceAt(event, local);
    const end = occurrence.until ?? occurrence.at;
    const isOpen = occurrence.until !== undefined && Temporal.Instant.compare(end, from) > 0;
    const begins = Temporal.Instant.compare(occurrence.at, from) >= 0;
    // Two local times of one gap may meet in one instant; the event happens once.
    if ((begins || isOpen) && Temporal.Instant.compare(occurrence.at, to) < 0) {
      found.set(occurrence.at.epochNanoseconds, occurrence);
    }
  }
  return [...found.values()].toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function occurrenceAt(event: CalendarEvent, local: Temporal.PlainDateTime): Occurrence {
  const zoned = local.toZonedDateTime(event.timezone, { disambiguation: 'compatible' });
  const { lastsSeconds, lastsDays } = event;
  // Whole days are days on the wall; the rest is time that passes.
  const until = zoned
    .add({ days: lastsDays })
    .add({ milliseconds: Math.round((lastsSeconds - lastsDays * 86_400) * 1_000) });
  return { event, at: zoned.toInstant(), until: lastsSeconds > 0 ? until.toInstant() : undefined };
}

/** The local times of a rule in [from, to], in order. */
function* localTimes(
  rule: Rule,
  from: Temporal.PlainDateTime,
  to: Temporal.PlainDateTime,
): Generator<Temporal.PlainDateTime> {
  const compare = Temporal.PlainDateTime.compare;
  const end = rule.until !== undefined && compare(rule.until, to) < 0 ? rule.until : to;
  const recurrence = expand(rule);
  let at = compare(from, rule.start) < 0 ? rule.start : from;
  while (compare(at, end) <= 0) {
    const wanted = at.add({ days: chunkDays });
    const next = compare(wanted, end) < 0 ? wanted : end;
    for (const found of recurrence.between(at.toZonedDateTime('UTC'), next.toZonedDateTime('UTC'), true)) {
      const local = found.toPlainDateTime();
      if (!rule.except.includes(local.toPlainDate().toString())) yield local;
    }
    at = next.add({ seconds: 1 });
  }
}

/** The library runs in UTC, where every local time exists once; the site's zone comes after. */
function expand(rule: Rule): RRuleTemporal {
  const steps = /HOURLY|MINUTELY|SECONDLY/.test(rule.parts.get('FREQ') ?? '') || rule.parts.has('COUNT');
  return new RRuleTemporal({
    rruleString: rule.recurrence,
    dtstart: rule.start.toZonedDateTime('UTC'),
    // Periods without an occurrence before the library gives up: four years of quarters of an hour reach a 29 February.
    maxIterations: steps ? 160_000 : 10_000,
  });
}

/** Whether a rule ever occurs, by really looking for its first time. */
export function everOccurs(rule: Rule): boolean {
  const start = rule.start.toZonedDateTime('UTC');
  try {
    const first = expand(rule).next(start, true);
    if (first === null) return false;
    return rule.until === undefined || Temporal.PlainDateTime.compare(first.toPlainDateTime(), rule.until) <= 0;
  } catch {
    // The library gives up after its limit of empty periods.
    return false;
  }
}
