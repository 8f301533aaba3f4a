import { type EnvironmentHealth, type HealthReason, verdictFrom, worstHealth } from '../health.ts';
import { businessRules } from './business.ts';
import { infrastructureRules, staleReasons } from './infrastructure.ts';
import type { JudgeInput, Rule } from './input.ts';

/** From causes to consequences: who reads the first reason knows where to begin. Others follow, by name. */
const fromCauses: readonly string[] = [
  ...['COLLECTION_STALE', 'DISK_NEARLY_FULL', 'POSTGRES_UNREACHABLE', 'TABLE_LOCKED', 'SESSIONS_BLOCKED'],
  ...['ODOO_WEB_DOWN', 'ODOO_WEB_UNRESPONSIVE', 'ODOO_GEVENT_DOWN', 'ODOO_CRON_DOWN', 'CONNECTIONS_NEAR_LIMIT'],
  ...['REDIS_DOWN', 'REDIS_EVICTING', 'INGRESS_DOWN', 'CERTIFICATE_EXPIRING'],
  ...['BUSINESS_STOPPED', 'CRONS_STOPPED', 'JOURNEY_FAILED', 'BACKLOG_LATE'],
];

/** Where a code stands between cause and consequence: less is nearer to the cause. What only compares comes last. */
export function causeRank(code: string): number {
  if (code === 'HEALTH_DISAGREES') return fromCauses.length + 1;
  const place = fromCauses.indexOf(code);
  return place === -1 ? fromCauses.length : place;
}

const rankOf = ({ code }: HealthReason): number => causeRank(code);

const byWeight = (a: HealthReason, b: HealthReason): number => {
  if (a.health !== b.health) return worstHealth([a.health, b.health]) === a.health ? -1 : 1;
  return rankOf(a) - rankOf(b) || a.code.localeCompare(b.code) || a.subject.localeCompare(b.subject);
};

function reasonsOf(rules: readonly Rule[], input: JudgeInput): readonly HealthReason[] {
  const seen = new Map<string, HealthReason>();
  for (const found of rules.flatMap((rule) => rule(input))) {
    const key = `${found.code} ${found.subject}`;
    if (!seen.has(key)) seen.set(key, found);
  }
  return [...seen.values()].sort(byWeight);
}

/**
 * The two answers on an environment (OBS-09), each the worst of its reasons: worst first, then causes before what they lead to. Infrastructure is processes,
 * database, machine; business is whether transactions succeed. Not seeing is `unknown`, never healthy.
 */
export function judge(input: JudgeInput): EnvironmentHealth {
  // A stale look proves nothing, good or bad: only its age counts.
  const old = staleReasons(input);
  return {
    environment: input.environment.name,
    infrastructure: verdictFrom(old.length > 0 ? old : reasonsOf(infrastructureRules, input)),
    business: verdictFrom(old.length > 0 ? old : reasonsOf(businessRules, input)),
    judgedAt: input.now,
  };
}

/** A stored answer as it counts now: older than `staleAfterSeconds` it is unknown, with that as its only reason. */
export function asOf(health: EnvironmentHealth, now: Temporal.Instant, staleAfterSeconds: number): EnvironmentHealth {
  const ageSeconds = now.since(health.judgedAt).total('seconds');
  if (ageSeconds <= staleAfterSeconds) return health;
  const verdict = verdictFrom([
    {
      code: 'COLLECTION_STALE',
      health: 'unknown',
      summary: `The last look was ${Math.round(ageSeconds)} s ago; it said business ${health.business.health}, infrastructure ${health.infrastructure.health}.`,
      subject: 'collector',
      services: [],
      evidence: { ageSeconds, limitSeconds: staleAfterSeconds },
      action: 'Check that a controller runs: `plimsoll serve`.',
    },
  ]);
  return { ...health, business: verdict, infrastructure: verdict };
}
