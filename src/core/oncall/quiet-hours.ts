import type { QuietHours } from '../estate/index.ts';

const minutesOf = ({ hour, minute }: Temporal.ZonedDateTime): number => hour * 60 + minute;

/** When the quiet hours end that hold an instant; `undefined` outside them. Hours may reach over midnight. */
export function quietUntil(quiet: QuietHours | undefined, at: Temporal.Instant): Temporal.Instant | undefined {
  if (quiet === undefined || quiet.fromMinute === quiet.toMinute) return undefined;
  const local = at.toZonedDateTimeISO(quiet.timezone);
  const minute = minutesOf(local);
  const { fromMinute, toMinute } = quiet;
  const isOvernight = fromMinute > toMinute;
  const isQuiet = isOvernight ? minute >= fromMinute || minute < toMinute : minute >= fromMinute && minute < toMinute;
  if (!isQuiet) return undefined;
  const day = isOvernight && minute >= fromMinute ? local.toPlainDate().add({ days: 1 }) : local.toPlainDate();
  const time = Temporal.PlainTime.from({ hour: Math.floor(toMinute / 60), minute: toMinute % 60 });
  return day.toZonedDateTime({ timeZone: quiet.timezone, plainTime: time }).toInstant();
}
