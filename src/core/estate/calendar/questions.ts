import type { CalendarEvent, CalendarEventKind, Site } from '../model.ts';
import { type Occurrence, occurrences } from './occurrences.ts';

const horizonsDays = [2, 9, 70, 800] as const;

function compareOccurrences(a: Occurrence, b: Occurrence): number {
  return (
    Temporal.Instant.compare(a.at, b.at) ||
    a.event.site.localeCompare(b.event.site) ||
    a.event.name.localeCompare(b.event.name)
  );
}

/** Everything in the calendars of the sites between two instants, in order. */
export function calendarOf(
  sites: readonly Site[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): readonly Occurrence[] {
  const events = sites.flatMap((site) => site.calendar);
  return events.flatMap((event) => occurrences(event, from, to)).toSorted(compareOccurrences);
}

/** The first occurrence after `now` of events that match; `undefined` where there is none within two years. */
export function nextOccurrence(
  sites: readonly Site[],
  now: Temporal.Instant,
  matches: (event: CalendarEvent) => boolean,
): Occurrence | undefined {
  const events = sites.flatMap((site) => site.calendar).filter(matches);
  for (const days of horizonsDays) {
    const to = now.add({ hours: days * 24 });
    const found = events
      .flatMap((event) => occurrences(event, now, to))
      .filter(({ at }) => Temporal.Instant.compare(at, now) > 0);
    if (found.length > 0) return found.toSorted(compareOccurrences)[0];
  }
  return undefined;
}

/** The next cut-off of the sites after `now`, of one business service where it is named. */
export function nextCutOff(sites: readonly Site[], now: Temporal.Instant, service?: string): Occurrence | undefined {
  return nextOccurrence(
    sites,
    now,
    (event) => event.kind === 'cut-off' && (service === undefined || event.service === service),
  );
}

/** The windows of some kinds that are open at an instant: they hold their beginning, and not their end. */
export function openWindows(
  sites: readonly Site[],
  at: Temporal.Instant,
  kinds: readonly CalendarEventKind[],
): readonly Occurrence[] {
  const instantAfter = at.add({ nanoseconds: 1 });
  return sites
    .flatMap((site) => site.calendar)
    .filter((event) => event.lastsSeconds > 0 && kinds.includes(event.kind))
    .flatMap((event) => occurrences(event, at, instantAfter))
    .toSorted(compareOccurrences);
}

/** The peak that is on at an instant. Of several, the one that began last: the more particular one. */
export function activePeak(sites: readonly Site[], at: Temporal.Instant): Occurrence | undefined {
  return openWindows(sites, at, ['peak', 'month-end']).at(-1);
}

/** The load profile that the active peak switches on; `undefined` on ordinary days. */
export function activeProfile(sites: readonly Site[], at: Temporal.Instant): string | undefined {
  return openWindows(sites, at, ['peak', 'month-end']).findLast(({ event }) => event.profile !== undefined)?.event
    .profile;
}

export interface FreezeAnswer {
  readonly isFrozen: boolean;
  /** The freezes that say so. */
  readonly freezes: readonly Occurrence[];
  /** Why, as a sentence; empty when nothing is frozen. */
  readonly reason: string;
}

/** Whether changes are frozen at an instant at any of the sites, and why. */
export function isFrozen(sites: readonly Site[], at: Temporal.Instant): FreezeAnswer {
  const freezes = openWindows(sites, at, ['freeze']);
  const reasons = freezes.map(({ event, until }) => {
    const end = until?.toZonedDateTimeISO(event.timezone).toPlainDateTime().toString({ smallestUnit: 'minute' });
    return `${event.name} of ${event.site} lasts until ${end?.replace('T', ' ')} (${event.timezone})`;
  });
  return { isFrozen: freezes.length > 0, freezes, reason: reasons.join('; ') };
}

/** What a site's calendar answers of one instant. */
export interface SiteMoment {
  readonly site: string;
  readonly isFrozen: boolean;
  /** Why, as a sentence; empty when nothing is frozen. */
  readonly reason: string;
  /** The peak that is on, by name, and the load profile it switches on. */
  readonly activePeak: string | null;
  readonly activeProfile: string | null;
  readonly nextCutOff: CalendarEntry | null;
}

/** Answers of one instant what is frozen, which peak is on and which cut-off comes next, site by site. */
export function momentAt(site: Site, at: Temporal.Instant): SiteMoment {
  const { isFrozen: isIt, reason } = isFrozen([site], at);
  const next = nextCutOff([site], at);
  return {
    site: site.name,
    isFrozen: isIt,
    reason,
    activePeak: activePeak([site], at)?.event.name ?? null,
    activeProfile: activeProfile([site], at) ?? null,
    nextCutOff: next === undefined ? null : describeOccurrence(next),
  };
}

/** An occurrence as commands and the API print it. */
export interface CalendarEntry {
  readonly site: string;
  readonly name: string;
  readonly kind: CalendarEventKind;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly until?: string;
  /** The site's wall clock with its offset, ISO 8601. */
  readonly local: string;
  readonly timezone: string;
  readonly service?: string;
  readonly profile?: string;
}

/** Writes an occurrence in UTC and in the site's time. */
export function describeOccurrence({ event, at, until }: Occurrence): CalendarEntry {
  return {
    site: event.site,
    name: event.name,
    kind: event.kind,
    at: at.toString(),
    ...(until === undefined ? {} : { until: until.toString() }),
    local: at.toZonedDateTimeISO(event.timezone).toString({ timeZoneName: 'never' }),
    timezone: event.timezone,
    ...(event.service === undefined ? {} : { service: event.service }),
    ...(event.profile === undefined ? {} : { profile: event.profile }),
  };
}
