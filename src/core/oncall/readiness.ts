import type { BusinessService, Estate, Runbook, Team } from '../estate/index.ts';
import { coverageGaps } from './gaps.ts';

/** What keeps a team or a service from being ready for an incident. */
export interface OnCallFinding {
  readonly code: 'ON_CALL_GAP' | 'ON_CALL_MISSING' | 'TEAM_UNREACHABLE' | 'SERVICE_WITHOUT_RUNBOOK';
  readonly subject: string;
  readonly environment: string | null;
  readonly reason: string;
  readonly action: string;
}

/** So far ahead gaps are looked for. */
const aheadDays = 14;
/** So many gaps are told one by one. */
const mostGaps = 3;

type Relevant = Pick<Estate, 'environments' | 'services' | 'teams' | 'runbooks'>;

/** Services whose outage somebody must be woken for: important ones in production. */
function pagingServices({ services, environments }: Relevant): readonly BusinessService[] {
  const production = new Set(
    environments.filter(({ serviceClass }) => serviceClass === 'production').map(({ name }) => name),
  );
  return services.filter(
    ({ criticality, environments: own }) =>
      (criticality === 'high' || criticality === 'critical') && own.some((name) => production.has(name)),
  );
}

/** Teams that pages go to: owners of important services, and of the environments that carry them. */
export function pagingTeams(estate: Relevant): readonly Team[] {
  const services = pagingServices(estate);
  const carrying = estate.environments.filter(({ name }) =>
    services.some((service) => service.environments.includes(name)),
  );
  const owners = new Set([...services.map(({ owner }) => owner), ...carrying.map(({ owner }) => owner)]);
  return estate.teams.filter(({ name }) => owners.has(name));
}

const answers = (runbook: Runbook, service: BusinessService): boolean => runbook.services.includes(service.name);

function localOf(at: Temporal.Instant, timezone: string): string {
  const local = at.toZonedDateTimeISO(timezone);
  return `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function teamFindings(team: Team, now: Temporal.Instant): readonly OnCallFinding[] {
  const subject = `team/${team.name}`;
  const { onCall } = team;
  const reach: readonly OnCallFinding[] =
    team.notify.length > 0
      ? []
      : [
          {
            ...{ code: 'TEAM_UNREACHABLE', subject, environment: null },
            reason: `Pages go to ${team.title}, but no channel reaches it.`,
            action: 'Declare a Channel, and name it under `notify:` of the team.',
          },
        ];
  if (onCall === undefined) {
    const reason = `Pages go to ${team.title}, but it has no on-call schedule.`;
    const action = 'Declare `onCall:` with a time zone and shifts.';
    return [...reach, { code: 'ON_CALL_MISSING', subject, environment: null, reason, action }];
  }
  const gaps = coverageGaps(onCall, now, now.add({ hours: aheadDays * 24 }));
  if (gaps.length === 0) return reach;
  const told = gaps
    .slice(0, mostGaps)
    .map(({ from, to }) => `${localOf(from, onCall.timezone)} to ${localOf(to, onCall.timezone)}`);
  const more = gaps.length > mostGaps ? ` and ${gaps.length - mostGaps} more` : '';
  return [
    ...reach,
    {
      ...{ code: 'ON_CALL_GAP', subject, environment: null },
      reason: `Nobody of ${team.title} is on call ${told.join(', ')}${more} (${onCall.timezone}, the next ${aheadDays} days).`,
      action: 'Add a shift that holds these hours.',
    },
  ];
}

/** Coverage and readiness (INC-07, INC-02): gaps in schedules, teams without one, important services without a runbook. */
export function onCallFindings(estate: Relevant, now: Temporal.Instant): readonly OnCallFinding[] {
  const withoutRunbook = pagingServices(estate).filter(
    (service) => !estate.runbooks.some((runbook) => answers(runbook, service)),
  );
  return [
    ...pagingTeams(estate).flatMap((team) => teamFindings(team, now)),
    ...withoutRunbook.map(
      (service): OnCallFinding => ({
        ...{
          code: 'SERVICE_WITHOUT_RUNBOOK',
          subject: `service/${service.name}`,
          environment: service.environments[0] ?? null,
        },
        reason: `${service.name} is ${service.criticality}, and no runbook says what to do when it fails.`,
        action: `Write a Runbook with \`services: [${service.name}]\`.`,
      }),
    ),
  ];
}
