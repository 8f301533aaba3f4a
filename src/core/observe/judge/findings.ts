import type { FindingDraft, FindingSeverity } from '../finding.ts';
import type { EnvironmentHealth, HealthReason } from '../health.ts';
import type { Observation } from '../observation.ts';

const severities = { unhealthy: 'critical', unknown: 'warning', degraded: 'warning' } as const satisfies Readonly<
  Record<HealthReason['health'], FindingSeverity>
>;

function findingFrom(environment: string, area: 'business' | 'infrastructure', found: HealthReason): FindingDraft {
  return {
    key: `${area}:${found.code}:${found.subject}`,
    code: found.code,
    severity: severities[found.health],
    environment,
    subject: found.subject,
    reason: found.summary,
    action: found.action,
    evidence: { area, ...found.evidence, services: found.services.join(', ') },
  };
}

function disagreement(health: EnvironmentHealth): readonly FindingDraft[] {
  const business = health.business.health;
  const infrastructure = health.infrastructure.health;
  const isHidden = infrastructure === 'healthy' && (business === 'unhealthy' || business === 'degraded');
  const isHarmless = infrastructure === 'unhealthy' && business === 'healthy';
  if (!isHidden && !isHarmless) return [];
  const cause = isHidden ? health.business.reasons[0] : health.infrastructure.reasons[0];
  return [
    {
      key: 'health-disagrees',
      code: 'HEALTH_DISAGREES',
      severity: business === 'unhealthy' ? 'critical' : 'warning',
      environment: health.environment,
      subject: health.environment,
      reason: `Infrastructure is ${infrastructure} while business is ${business}: ${cause?.summary ?? 'no reason given'}`,
      action: cause?.action ?? 'Look at the environment page.',
      evidence: { business, infrastructure, cause: cause?.code ?? null },
    },
  ];
}

/** The findings an answer gives: one per reason, and one when the two answers disagree (OBS-09). */
export function healthFindings(health: EnvironmentHealth): readonly FindingDraft[] {
  return [
    ...disagreement(health),
    ...health.infrastructure.reasons.map((found) => findingFrom(health.environment, 'infrastructure', found)),
    ...health.business.reasons.map((found) => findingFrom(health.environment, 'business', found)),
  ];
}

/** Figures that cannot be read although nothing is judged by them: worth correcting, no reason to call anything unknown. */
export function unreadFindings({
  environment,
  unreadIndicators,
}: Pick<Observation, 'environment' | 'unreadIndicators'>): readonly FindingDraft[] {
  return unreadIndicators
    .filter(({ cause, isJudged }) => cause === 'failed' && !isJudged)
    .map(({ name, tables, detail }) => ({
      key: `indicator-unread:${name}`,
      code: 'INDICATOR_UNREAD',
      severity: 'info',
      environment,
      subject: name,
      reason: `The figure ${name} cannot be read: ${detail}.`,
      action: `Run \`plimsoll connect ${environment}\` to see what the read-only role lacks.`,
      evidence: { tables: tables.join(', ') },
    }));
}
