import type { CalendarOccurrence } from './resources.ts';
import { instantOf } from './time.ts';
import { clockChange } from './zoned.ts';

export interface AgendaDay {
  readonly date: Temporal.PlainDate;
  readonly occurrences: readonly CalendarOccurrence[];
  /** Sites whose clocks change that day, with what they do. */
  readonly clockChanges: readonly string[];
}

/** Monday of the week a date lies in. */
export function weekOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

/** The stretch of time that covers the week in every zone on earth, so that no site's Monday is cut. */
export function weekRange(monday: Temporal.PlainDate): { readonly from: string; readonly to: string } {
  return {
    from: monday.toZonedDateTime('Pacific/Kiritimati').toInstant().toString(),
    to: monday.add({ days: 7 }).toZonedDateTime('Pacific/Pago_Pago').toInstant().toString(),
  };
}

function touches(occurrence: CalendarOccurrence, date: Temporal.PlainDate): boolean {
  const dayOf = (at: string) => instantOf(at).toZonedDateTimeISO(occurrence.timezone).toPlainDate();
  const first = dayOf(occurrence.at);
  if (occurrence.until === null) return first.equals(date);
  // An end at midnight belongs to the day before.
  const end = instantOf(occurrence.until).subtract({ seconds: 1 }).toString();
  return Temporal.PlainDate.compare(first, date) <= 0 && Temporal.PlainDate.compare(date, dayOf(end)) <= 0;
}

/** The seven days of a week; each occurrence stands on the days of its own site's calendar. */
export function agendaOf(monday: Temporal.PlainDate, occurrences: readonly CalendarOccurrence[]): AgendaDay[] {
  const zones = new Map(occurrences.map((each) => [each.site, each.timezone]));
  return Array.from({ length: 7 }, (_, index) => {
    const date = monday.add({ days: index });
    const clockChanges = [...zones].flatMap(([site, timezone]) => {
      const change = clockChange(date, timezone);
      return change === undefined ? [] : [`${site}: ${change}`];
    });
    const own = occurrences
      .filter((each) => touches(each, date))
      .sort((left, right) => left.at.localeCompare(right.at) || left.site.localeCompare(right.site));
    return { date, occurrences: own, clockChanges };
  });
}

/** A Monday from an address, or the one of today. */
export function mondayFrom(text: string | undefined, today: Temporal.PlainDate): Temporal.PlainDate {
  try {
    return weekOf(text === undefined ? today : Temporal.PlainDate.from(text));
  } catch {
    return weekOf(today);
  }
}
