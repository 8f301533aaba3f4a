import type { EnvironmentSummary, Health, HealthReason, HealthVerdict } from './resources.ts';
import { formatAge, instantOf, secondsBetween } from './time.ts';

/** A judgement older than this no longer says how things are. Judging is due every few seconds. */
export const judgementStaleAfterSeconds = 180;

/** Counts older than this are shown as unknown. */
export const figureStaleAfterSeconds = 600;

export const healthWords: Readonly<Record<Health, string>> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  unhealthy: 'Unhealthy',
  unknown: 'Unknown',
};

const order: readonly Health[] = ['healthy', 'degraded', 'unknown', 'unhealthy'];

/** Not seeing is worse than seeing slowness, and better than seeing a failure. */
export function compareHealth(left: Health, right: Health): number {
  return order.indexOf(right) - order.indexOf(left);
}

/** The worst of several answers; none at all is unknown. */
export function worstOf(answers: readonly Health[]): Health {
  return [...answers].sort(compareHealth)[0] ?? 'unknown';
}

function unseen(summary: string, action: string): HealthVerdict {
  return {
    health: 'unknown',
    reasons: [{ code: 'NOT_SEEN', health: 'unknown', summary, subject: '', services: [], evidence: {}, action }],
  };
}

/** The verdict as it may be shown now: one that has gone old reads as unknown, whatever it said. */
export function verdictNow(verdict: HealthVerdict, judgedAt: string | null, now: Temporal.Instant): HealthVerdict {
  if (judgedAt === null) {
    return unseen('Not looked at yet.', 'The first look follows within a minute of `plimsoll serve`.');
  }
  const age = secondsBetween(instantOf(judgedAt), now);
  if (age <= judgementStaleAfterSeconds) return verdict;
  return unseen(
    `Last judged ${formatAge(age)} ago, then ${healthWords[verdict.health].toLowerCase()}.`,
    'The controller may have stopped: see `plimsoll status`.',
  );
}

/** The environment with both verdicts as they may be shown now. */
export function judgedNow<Environment extends EnvironmentSummary>(
  environment: Environment,
  now: Temporal.Instant,
): Environment {
  return {
    ...environment,
    business: verdictNow(environment.business, environment.judgedAt, now),
    infrastructure: verdictNow(environment.infrastructure, environment.judgedAt, now),
  };
}

/** The reason to show first: the worst one, business before infrastructure. */
export function worstReason(environment: EnvironmentSummary): HealthReason | undefined {
  return [...environment.business.reasons, ...environment.infrastructure.reasons].sort((left, right) =>
    compareHealth(left.health, right.health),
  )[0];
}

function isServing(environment: EnvironmentSummary): boolean {
  return environment.lifecycle !== 'retired' && environment.lifecycle !== 'suspended';
}

/** Worst first: running before stopped, then business, production, infrastructure, time to the next cut-off, name. */
export function rankEnvironments<Environment extends EnvironmentSummary>(
  environments: readonly Environment[],
): Environment[] {
  const key = (environment: Environment) => [
    isServing(environment) ? 0 : 1,
    -order.indexOf(environment.business.health),
    environment.serviceClass === 'production' ? 0 : 1,
    -order.indexOf(environment.infrastructure.health),
    -(environment.backlog.lateCount ?? 0),
    environment.nextCutOff === null ? Number.MAX_SAFE_INTEGER : instantOf(environment.nextCutOff.at).epochMilliseconds,
  ];
  return [...environments].sort((left, right) => {
    const [leftKey, rightKey] = [key(left), key(right)];
    const at = leftKey.findIndex((value, index) => value !== rightKey[index]);
    return at < 0 ? left.name.localeCompare(right.name) : (leftKey[at] ?? 0) - (rightKey[at] ?? 0);
  });
}
