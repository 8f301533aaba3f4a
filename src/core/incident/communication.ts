import type { Communication, Incident } from './incident.ts';

/** Something to tell people, ready to be changed before it is sent. */
export interface Template {
  readonly name: string;
  readonly audience: Communication['audience'];
  readonly text: string;
}

function timeOf(at: Temporal.Instant, timezone: string): string {
  const local = at.toZonedDateTimeISO(timezone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })} (${timezone})`;
}

/** What there is to say now, to whom, in the zone of who reads it (INC-06). Names no person and no technical cause to customers. */
export function templatesFor(incident: Incident, timezone: string): readonly Template[] {
  const services = incident.impact.services.join(', ') || 'the system';
  const since = timeOf(incident.faultStart.at, timezone);
  if (incident.recoveredAt !== null) {
    const over = timeOf(incident.recoveredAt, timezone);
    return [
      {
        name: 'over',
        audience: 'users',
        text: `${services}: working again since ${over}. Please repeat what did not go through since ${since}.`,
      },
      {
        name: 'over',
        audience: 'customers',
        text: `Between ${since} and ${over} ${services} did not work as agreed. It does again. We are looking at the cause and will tell you what we change.`,
      },
    ];
  }
  const worked = incident.acknowledgedAt === null ? 'We have been called.' : 'We are working on it.';
  return [
    {
      name: 'begun',
      audience: 'users',
      text: `${services}: disturbed since ${since}. ${worked} Please do not repeat what you have sent; we will tell you when it works again.`,
    },
    {
      name: 'begun',
      audience: 'customers',
      // What one customer loses is no business of another.
      text: `Since ${since} ${services} does not work as agreed. ${worked}${incident.environments.length > 1 ? '' : ` ${incident.impact.sentence}.`}`,
    },
    {
      name: 'begun',
      audience: 'management',
      text: `Severity ${incident.severity}: ${incident.impact.sentence}. ${incident.cause.summary} ${worked}`,
    },
  ];
}
