import {
  IconActivity,
  IconAnchor,
  IconCalendarEvent,
  IconLock,
  IconTool,
  IconTrendingUp,
  IconTruckDelivery,
} from '@tabler/icons-react';
import type { AgendaDay } from '../../view/agenda.ts';
import type { CalendarOccurrence } from '../../view/resources.ts';
import { instantOf } from '../../view/time.ts';
import { dateLabel, utcLabel, wallTime, zoneName } from '../../view/zoned.ts';

const icons = {
  'cut-off': IconAnchor,
  peak: IconTrendingUp,
  freeze: IconLock,
  'change-window': IconTool,
  'maintenance-window': IconTool,
  'receiving-window': IconTruckDelivery,
  'shift-start': IconActivity,
} as const;

function timesOn(occurrence: CalendarOccurrence, date: Temporal.PlainDate): string {
  const { timezone } = occurrence;
  const at = instantOf(occurrence.at);
  const startsToday = at.toZonedDateTimeISO(timezone).toPlainDate().equals(date);
  if (occurrence.until === null) return `${wallTime(at, timezone)} ${zoneName(at, timezone)}`;
  const until = instantOf(occurrence.until);
  const endsToday = until.subtract({ seconds: 1 }).toZonedDateTimeISO(timezone).toPlainDate().equals(date);
  if (!startsToday && !endsToday) return 'all day';
  const from = startsToday ? wallTime(at, timezone) : '00:00';
  const to = endsToday ? wallTime(until, timezone).replace('00:00', '24:00') : '24:00';
  return `${from}–${to} ${zoneName(endsToday ? until : at, timezone)}`;
}

function Entry({ occurrence, date }: { readonly occurrence: CalendarOccurrence; readonly date: Temporal.PlainDate }) {
  const Icon = icons[occurrence.kind as keyof typeof icons] ?? IconCalendarEvent;
  const about = [occurrence.kind, occurrence.service, occurrence.profile].filter((part) => part !== null);
  return (
    <li className={`entry entry-${occurrence.kind}`}>
      <time dateTime={occurrence.at} title={utcLabel(instantOf(occurrence.at))}>
        {timesOn(occurrence, date)}
      </time>
      <Icon size={17} aria-hidden="true" />
      <span>
        <b>{occurrence.name}</b> {occurrence.site}
      </span>
      <span className="quiet entry-about">{about.join(', ')}</span>
    </li>
  );
}

/** One day of the week. */
export function CalendarDay({ day, isToday }: { readonly day: AgendaDay; readonly isToday: boolean }) {
  return (
    <li className={`day ${isToday ? 'day-today' : ''}`} aria-current={isToday ? 'date' : undefined}>
      <h2>
        {dateLabel(day.date)}
        {isToday && <span> today</span>}
      </h2>
      <div>
        {day.clockChanges.map((change) => (
          <p key={change} className="clock-change">
            {change}
          </p>
        ))}
        {day.occurrences.length === 0 && <p className="quiet">Nothing</p>}
        <ul>
          {day.occurrences.map((each) => (
            <Entry key={`${each.site} ${each.name} ${each.at}`} occurrence={each} date={day.date} />
          ))}
        </ul>
      </div>
    </li>
  );
}
