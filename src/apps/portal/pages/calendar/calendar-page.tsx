import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { calendar } from '../../data/queries.ts';
import { Filter } from '../../parts/filter.tsx';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { agendaOf, mondayFrom, weekRange } from '../../view/agenda.ts';
import type { CalendarOccurrence } from '../../view/resources.ts';
import { dateLabel } from '../../view/zoned.ts';
import { CalendarDay } from './calendar-day.tsx';
import './calendar.css';

function Week(props: {
  readonly monday: Temporal.PlainDate;
  readonly items: readonly CalendarOccurrence[];
  readonly today: Temporal.PlainDate;
}) {
  if (props.items.length === 0) {
    return (
      <EmptyState title="Nothing is declared in this week" command="plimsoll calendar --from … --to …">
        Cut-offs, peaks, freezes and change windows stand in the <code>calendar</code> of a site.
      </EmptyState>
    );
  }
  return (
    <ol className="week">
      {agendaOf(props.monday, props.items).map((day) => (
        <CalendarDay key={day.date.toString()} day={day} isToday={day.date.equals(props.today)} />
      ))}
    </ol>
  );
}

/** A week of all sites, each occurrence in its site's own time. */
export function CalendarPage() {
  const search = useSearch({ from: '/shell/calendar' });
  const navigate = useNavigate({ from: '/calendar' });
  const today = useCoarseNow(60).toZonedDateTimeISO(Temporal.Now.timeZoneId()).toPlainDate();
  const monday = mondayFrom(search.week, today);
  const range = weekRange(monday);
  const query = useQuery(calendar(range.from, range.to));
  const all = query.data?.items ?? [];
  const items = all.filter((each) => (search.site ?? each.site) === each.site);
  const week = (days: number) => ({ ...search, week: monday.add({ days }).toString() });
  return (
    <Page
      title="Calendar"
      lead={`${dateLabel(monday)} to ${dateLabel(monday.add({ days: 6 }))} ${monday.add({ days: 6 }).year}, each site in its own time`}
      aside={
        <nav aria-label="Week" className="week-choice">
          <Link to="/calendar" search={week(-7)} className="button" aria-label="The week before">
            <IconChevronLeft size={17} aria-hidden="true" />
          </Link>
          <Link to="/calendar" search={search.site === undefined ? {} : { site: search.site }} className="button">
            This week
          </Link>
          <Link to="/calendar" search={week(7)} className="button" aria-label="The week after">
            <IconChevronRight size={17} aria-hidden="true" />
          </Link>
        </nav>
      }
    >
      <div className="filters">
        <Filter
          label="Site"
          value={search.site}
          options={[...new Set(all.map((each) => each.site))].sort()}
          onChange={(site) => void navigate({ search: (before) => ({ ...before, site }), replace: true })}
        />
      </div>
      <Answered query={query}>{() => <Week monday={monday} items={items} today={today} />}</Answered>
    </Page>
  );
}
