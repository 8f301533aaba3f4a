import { seedFrom } from '../../core/kernel/index.ts';
import {
  type EnvironmentHealth,
  type FindingDraft,
  type HealthReason,
  type HealthVerdict,
  verdictFrom,
} from '../../core/observe/index.ts';
import type { Scenario } from './scenarios.ts';

const troubleLastsMinutes = 3;

const locked: HealthReason = {
  code: 'TABLE_LOCKED',
  health: 'unhealthy',
  summary: 'stock_picking is locked for 42 s by process 3117 (psql, user ops): 6 requests wait.',
  subject: 'stock_picking',
  services: ['shipment-confirmation', 'order-confirmation'],
  evidence: {
    ...{ table: 'stock_picking', blockerPid: 3117, waiting: 6, seconds: 42 },
    ...{ pid: 3117, backendStart: '2026-11-27T06:12:44.018273Z' },
  },
  action: 'Ask ops to end the transaction, or end it with SELECT pg_terminate_backend(3117).',
};

const slow: HealthReason = {
  code: 'REQUEST_LATENCY_HIGH',
  health: 'degraded',
  summary: 'Order confirmation takes 2.8 s at p95; 2.0 s is the limit.',
  subject: 'order-confirmation',
  services: ['order-confirmation'],
  evidence: { p95Seconds: 2.8, limitSeconds: 2 },
  action: 'Look at the database section of the environment page for slow queries.',
};

const crowded: HealthReason = {
  code: 'CONNECTIONS_NEARLY_USED_UP',
  health: 'degraded',
  summary: '83 of 100 PostgreSQL connections are in use.',
  subject: 'postgres',
  services: [],
  evidence: { used: 83, limit: 100 },
  action: 'Put PgBouncer in front or raise max_connections.',
};

const blind = (environment: string): HealthReason => ({
  code: 'ODOO_DATABASE_UNREACHABLE',
  health: 'unknown',
  summary: `The read-only role of ${environment} cannot sign in: nothing can be said.`,
  subject: 'postgres',
  services: [],
  evidence: { attempts: 12 },
  action: `Run \`plimsoll connect ${environment}\` to create or explain the role.`,
});

/** Something small that went by. */
const failedOnce: FindingDraft = {
  key: 'CRON_FAILED/once',
  code: 'CRON_FAILED',
  severity: 'info',
  environment: 'acme-prod',
  subject: 'cron/Mail: Fetchmail Service',
  reason: 'A scheduled action named Mail: Fetchmail Service failed once and then passed.',
  action: 'Nothing to do unless it repeats.',
  evidence: { name: 'Mail: Fetchmail Service', failureCount: 1 },
};

interface Reasons {
  readonly business: readonly HealthReason[];
  readonly infrastructure: readonly HealthReason[];
}

const none: Reasons = { business: [], infrastructure: [] };
const unseen = (environment: string): Reasons => ({
  business: [blind(environment)],
  infrastructure: [blind(environment)],
});

/** Whether acme-prod is in trouble: always on a bad day, and three minutes in every ten on an ordinary one. */
export function isTrouble(scenario: Scenario, at: Temporal.Instant): boolean {
  if (scenario === 'troubled') return true;
  return scenario === 'busy' && Math.floor(at.epochMilliseconds / 60_000) % 10 < troubleLastsMinutes;
}

/** Whether nothing can be seen of the environment. */
export function isBlind(scenario: Scenario, environment: string): boolean {
  if (scenario === 'thousand') return seedFrom(environment) % 61 === 0;
  return environment === 'acme-training' && scenario !== 'calm' && scenario !== 'stale';
}

function amongThousand(environment: string): Reasons {
  const seed = seedFrom(environment);
  if (seed % 53 === 0) return { ...none, business: [locked] };
  if (seed % 29 === 0) return { business: [slow], infrastructure: [crowded] };
  return none;
}

function reasonsOf(scenario: Scenario, environment: string, at: Temporal.Instant): Reasons {
  if (isBlind(scenario, environment)) return unseen(environment);
  if (scenario === 'thousand') return amongThousand(environment);
  if (scenario === 'calm' || scenario === 'stale') return none;
  if (environment === 'polder-prod') return { business: [slow], infrastructure: [crowded] };
  return environment === 'acme-prod' && isTrouble(scenario, at) ? { ...none, business: [locked] } : none;
}

/** The two answers of a fake environment at an instant. */
export function judge(scenario: Scenario, environment: string, at: Temporal.Instant): EnvironmentHealth {
  const { business, infrastructure } = reasonsOf(scenario, environment, at);
  return { environment, business: verdictFrom(business), infrastructure: verdictFrom(infrastructure), judgedAt: at };
}

function findingOf(environment: string, reason: HealthReason, area: string): FindingDraft {
  return {
    key: `${reason.code}/${reason.subject}`,
    code: reason.code,
    severity: reason.health === 'unhealthy' ? 'critical' : 'warning',
    environment,
    subject: `${environment}/${reason.subject}`,
    reason: reason.summary,
    action: reason.action,
    evidence: { ...reason.evidence, area, services: reason.services.join(', ') },
  };
}

/** What is found wrong with an environment that is judged so. */
export function findingsFrom(
  scenario: Scenario,
  environment: string,
  health: Readonly<Record<'business' | 'infrastructure', HealthVerdict>>,
): readonly FindingDraft[] {
  const reasons = new Map(
    [...health.business.reasons, ...health.infrastructure.reasons].map((each) => [each.code, each]),
  );
  const odd = environment === 'acme-prod' && (scenario === 'troubled' || scenario === 'busy') ? [failedOnce] : [];
  return [
    ...[...reasons.values()].map((each) =>
      findingOf(environment, each, health.business.reasons.includes(each) ? 'business' : 'infrastructure'),
    ),
    ...odd,
  ];
}
