import { Link } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { Section } from '../../parts/section.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import type { CalendarOccurrence } from '../../view/resources.ts';
import { instantOf } from '../../view/time.ts';

/** What the calendar of its sites holds next. */
export function Agenda({ calendar }: { readonly calendar: readonly CalendarOccurrence[] }) {
  const now = useCoarseNow();
  const ahead = calendar
    .filter((each) => Temporal.Instant.compare(instantOf(each.until ?? each.at), now) > 0)
    .sort((left, right) => left.at.localeCompare(right.at))
    .slice(0, 6);
  return (
    <Section title="Calendar" note={<Link to="/calendar">All sites</Link>}>
      {ahead.length === 0 && <p className="quiet aside-empty">Nothing is declared for its sites.</p>}
      <ul className="agenda-short">
        {ahead.map((each) => (
          <li key={`${each.name} ${each.at}`}>
            <span>
              {each.name} <span className="quiet">{each.kind}</span>
            </span>
            <ZonedTime at={each.at} timezone={each.timezone} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
