const locale = 'en-GB';

/** The zone's short name at that instant (`CET`, `CEST`, `GMT-5`): it changes with daylight saving. */
export function zoneName(at: Temporal.Instant, timezone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: timezone, timeZoneName: 'short' }).formatToParts(
    at.epochMilliseconds,
  );
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timezone;
}

const two = (value: number) => String(value).padStart(2, '0');

/** Wall-clock time in a zone: `17:00`. */
export function wallTime(at: Temporal.Instant, timezone: string): string {
  const local = at.toZonedDateTimeISO(timezone);
  return `${two(local.hour)}:${two(local.minute)}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A date for people: `Mon 23 Nov`. */
export function dateLabel(date: Temporal.PlainDate): string {
  return `${days[date.dayOfWeek - 1]} ${date.day} ${months[date.month - 1]}`;
}

/** The day as seen from another instant in the same zone: `today`, `tomorrow`, `yesterday`, else `Mon 23 Nov`. */
export function dayLabel(at: Temporal.Instant, now: Temporal.Instant, timezone: string): string {
  const day = at.toZonedDateTimeISO(timezone).toPlainDate();
  const distance = now.toZonedDateTimeISO(timezone).toPlainDate().until(day).days;
  if (distance === 0) return 'today';
  if (distance === 1) return 'tomorrow';
  if (distance === -1) return 'yesterday';
  return dateLabel(day);
}

/** Where and when in one line, in the zone's own time: `today 17:00 CET`. */
export function zonedLabel(at: Temporal.Instant, now: Temporal.Instant, timezone: string): string {
  return `${dayLabel(at, now, timezone)} ${wallTime(at, timezone)} ${zoneName(at, timezone)}`;
}

/** The same instant in UTC, for the second line and for tooltips: `2026-11-21 16:00:00 UTC`. */
export function utcLabel(at: Temporal.Instant): string {
  return `${at.toString({ smallestUnit: 'second' }).replace('T', ' ').replace('Z', '')} UTC`;
}

/** What the clocks do in a zone on a date: `clocks go back 1 h`, or undefined on the other 363 days. */
export function clockChange(date: Temporal.PlainDate, timezone: string): string | undefined {
  const hours =
    date
      .toZonedDateTime(timezone)
      .until(date.add({ days: 1 }).toZonedDateTime(timezone))
      .total({ unit: 'minutes' }) / 60;
  if (hours === 24) return undefined;
  const shift = Math.abs(24 - hours);
  return `clocks go ${hours > 24 ? 'back' : 'forward'} ${shift === 1 ? '1 h' : `${Math.round(shift * 60)} min`}`;
}
