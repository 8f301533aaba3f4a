import type { BusinessService, Compromise, Environment, Occurrence } from '../estate/index.ts';
import type { Finding, FindingDraft } from '../observe/index.ts';
import type { Span, Surroundings } from './sli.ts';
import type { ObjectiveSpec } from './spec.ts';

/** The code of a finding that says a service must not be trusted, whoever raises it. */
export const compromiseCode = 'SECURITY_COMPROMISE';

const secondsOf = (instant: Temporal.Instant): number => instant.epochMilliseconds / 1_000;

/**
 * When a service was not to be trusted (SEC-09): as its declaration says, and as findings of that code say or said of it
 * (`service/NAME`) or of its whole environment.
 */
export function compromisesOf(
  service: Pick<BusinessService, 'name' | 'compromised'>,
  findings: readonly Pick<Finding, 'code' | 'subject' | 'reason' | 'openedAt' | 'closedAt'>[],
): readonly Compromise[] {
  const found = findings
    .filter(({ code, subject }) => code === compromiseCode && isAbout(subject, service.name))
    .map(({ openedAt, closedAt, reason }) => ({ since: openedAt, until: closedAt ?? undefined, reason }));
  return [...(service.compromised === undefined ? [] : [service.compromised]), ...found];
}

const isAbout = (subject: string, service: string): boolean =>
  !subject.startsWith('service/') || subject === `service/${service}`;

/** What the calendar and the declaration say of the time that an objective is judged over. */
export function surroundingsOf(
  spec: ObjectiveSpec,
  calendar: readonly Occurrence[],
  compromises: readonly Compromise[],
): Surroundings {
  const windows = calendar.flatMap(({ event, at, until }) =>
    until === undefined ? [] : [{ event, from: at, to: until }],
  );
  const maintenance = windows
    .filter(({ event }) => event.kind === 'maintenance-window')
    .filter(({ event }) => event.service === undefined || event.service === spec.service)
    .map(({ event, from, to }) => ({ from, to, reason: `${event.name} (${event.site})`, source: 'calendar' as const }));
  const peaks = windows
    .filter(({ event }) => event.kind === 'peak' || event.kind === 'month-end')
    .map(({ from, to }): Span => ({ fromSeconds: secondsOf(from), toSeconds: secondsOf(to) }));
  const declared = spec.exclude.map((each) => ({ ...each, source: 'declared' as const }));
  return { excluded: [...declared, ...maintenance], peaks, compromises };
}

/** Whether a compromise is on at an instant. */
export function isActiveAt({ since, until }: Compromise, now: Temporal.Instant): boolean {
  const compare = Temporal.Instant.compare;
  return compare(since, now) <= 0 && (until === undefined || compare(until, now) > 0);
}

/** What a declaration says of an active compromise, as a finding that closes with it. */
export function declaredCompromises(
  environment: Environment,
  services: readonly BusinessService[],
  now: Temporal.Instant,
): readonly FindingDraft[] {
  return services.flatMap(({ name, compromised }): readonly FindingDraft[] => {
    if (compromised === undefined) return [];
    const { since, reason } = compromised;
    if (!isActiveAt(compromised, now)) return [];
    return [
      {
        key: `${compromiseCode}/${name}`,
        code: compromiseCode,
        severity: 'critical',
        environment: environment.name,
        subject: `service/${name}`,
        reason: `${name} must not be trusted since ${since.toString()}: ${reason}.`,
        action:
          'Contain it, rotate what may be known, and take the declaration back (`until`) when it is proven clean.',
        evidence: { since: since.toString() },
      },
    ];
  });
}
