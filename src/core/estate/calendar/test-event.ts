import type { CalendarEvent } from '../model.ts';

/** Some place, for tests. */
export const place = { file: 'sites.yaml', line: 1, column: 1 };
/** An instant from its text. */
export const instant = (text: string) => Temporal.Instant.from(text);

/** A calendar event for tests, a cut-off unless said otherwise. */
export function event(timezone: string, rule: string, more: Partial<CalendarEvent> = {}): CalendarEvent {
  return {
    name: 'event',
    kind: 'cut-off',
    site: 'site',
    timezone,
    rule,
    lastsSeconds: 0,
    lastsDays: 0,
    service: undefined,
    profile: undefined,
    starts: undefined,
    except: [],
    place,
    ...more,
  };
}
