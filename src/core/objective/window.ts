import type { Seconds } from '../kernel/index.ts';
import { formatDuration } from '../kernel/index.ts';
import type { ObjectiveWindow } from './verdict.ts';

export const calendarPeriods = ['week', 'month', 'quarter'] as const;
export type CalendarPeriod = (typeof calendarPeriods)[number];

/** What an objective's window is; which stretch of time it means depends on when one asks. */
export type WindowSpec =
  | { readonly kind: 'rolling'; readonly seconds: Seconds }
  | { readonly kind: 'calendar'; readonly period: CalendarPeriod; readonly timezone: string };

const day = 86_400;

/** What burn rules take a period for: they are about pace, and a pace needs no exact month. */
const nominalSeconds: Readonly<Record<CalendarPeriod, Seconds>> = { week: 7 * day, month: 30 * day, quarter: 91 * day };

/** The length burn rules are scaled to. */
export function windowSecondsOf(window: WindowSpec): Seconds {
  return window.kind === 'rolling' ? window.seconds : nominalSeconds[window.period];
}

/** The longest time back that a judgement may need: no month, quarter or week is longer, also where the clocks go back in it. */
export function furthestSecondsOf(window: WindowSpec): Seconds {
  return window.kind === 'rolling' ? window.seconds : nominalSeconds[window.period] + 2 * day;
}

/** `30d`, or the period's name. */
export function windowName(window: WindowSpec): string {
  return window.kind === 'rolling' ? formatDuration(window.seconds).replaceAll(' ', '') : window.period;
}

function startOf(period: CalendarPeriod, local: Temporal.PlainDate): Temporal.PlainDate {
  if (period === 'week') return local.subtract({ days: local.dayOfWeek - 1 });
  const month = period === 'month' ? local.month : local.month - ((local.month - 1) % 3);
  return local.with({ month, day: 1 });
}

const lengths = { week: { days: 7 }, month: { months: 1 }, quarter: { months: 3 } } as const;

/** The stretch a window means at an instant. A calendar period begins and ends at local midnight. */
export function windowAt(window: WindowSpec, at: Temporal.Instant): ObjectiveWindow {
  if (window.kind === 'rolling') {
    const { seconds } = window;
    const from = at.subtract({ milliseconds: Math.round(seconds * 1_000) });
    return { kind: 'rolling', name: windowName(window), seconds, from, to: at };
  }
  const first = startOf(window.period, at.toZonedDateTimeISO(window.timezone).toPlainDate());
  const from = first.toZonedDateTime(window.timezone).toInstant();
  const to = first.add(lengths[window.period]).toZonedDateTime(window.timezone).toInstant();
  return { kind: 'calendar', name: window.period, seconds: to.since(from).total('seconds'), from, to };
}
