import { type CalendarEvent, type OnCall, occurrences, type Shift } from '../estate/index.ts';

/** Somebody's turn. */
export interface Turn {
  readonly who: string;
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
}

/** The Monday from which turns are counted, so that everybody who asks counts the same. */
const firstMonday = Temporal.PlainDate.from('2024-01-01');

/** A shift as a calendar event, so that days on the wall and changes of the clock are handled in one place. */
function eventOf(shift: Shift, timezone: string): CalendarEvent {
  return {
    ...{ name: 'on-call', kind: 'shift-start', site: '', timezone, rule: shift.rule, starts: undefined, except: [] },
    ...{ lastsSeconds: shift.lastsSeconds, lastsDays: shift.lastsDays, service: undefined, profile: undefined },
    place: { file: '', line: 0, column: 0 },
  };
}

function whoseTurn({ members, rotate }: Shift, at: Temporal.Instant, timezone: string): string {
  const days = at.toZonedDateTimeISO(timezone).toPlainDate().since(firstMonday).days;
  const turn = rotate === 'daily' ? days : Math.floor(days / 7);
  return members[((turn % members.length) + members.length) % members.length] ?? '';
}

/** Every turn that touches the time between two instants, in order. */
export function turnsBetween(onCall: OnCall, from: Temporal.Instant, to: Temporal.Instant): readonly Turn[] {
  const { timezone } = onCall;
  return onCall.shifts
    .flatMap((shift) =>
      occurrences(eventOf(shift, timezone), from, to).map(({ at, until }) => ({
        who: whoseTurn(shift, at, timezone),
        from: at,
        until: until ?? at,
      })),
    )
    .toSorted((a, b) => Temporal.Instant.compare(a.from, b.from) || a.who.localeCompare(b.who));
}

/** Who is on call at an instant; nobody where no shift holds it. */
export function onCallAt(onCall: OnCall, at: Temporal.Instant): readonly string[] {
  const turns = turnsBetween(onCall, at, at.add({ nanoseconds: 1 }));
  const holding = turns.filter(
    ({ from, until }) => Temporal.Instant.compare(from, at) <= 0 && Temporal.Instant.compare(at, until) < 0,
  );
  return [...new Set(holding.map(({ who }) => who))];
}
