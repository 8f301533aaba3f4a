import { randomUUID } from 'node:crypto';
import type { JourneyRun } from '../../core/journey/index.ts';
import type { EnvironmentHealth, FindingDraft, HealthReason, HealthVerdict } from '../../core/observe/index.ts';
import { verdictFrom } from '../../core/observe/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { chance } from './signals.ts';

const judgeEverySeconds = 5;
const journeyEverySeconds = 30;
const troubleLastsMinutes = 3;

const locked: HealthReason = {
  code: 'TABLE_LOCKED',
  health: 'unhealthy',
  summary: 'stock_picking is locked for 42 s by process 3117 (psql, user ops): 6 requests wait.',
  subject: 'stock_picking',
  services: ['shipment-confirmation', 'order-confirmation'],
  evidence: { table: 'stock_picking', blockerPid: 3117, waiting: 6, seconds: 42 },
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

const memory: HealthReason = {
  code: 'CONNECTIONS_NEARLY_USED_UP',
  health: 'degraded',
  summary: '83 of 100 PostgreSQL connections are in use.',
  subject: 'postgres',
  services: [],
  evidence: { used: 83, limit: 100 },
  action: 'Put PgBouncer in front or raise max_connections.',
};

const blind: HealthReason = {
  code: 'ODOO_DATABASE_UNREACHABLE',
  health: 'unknown',
  summary: 'The read-only role of acme-training cannot sign in: nothing can be said.',
  subject: 'postgres',
  services: [],
  evidence: { attempts: 12 },
  action: 'Run `plimsoll connect acme-training` to create or explain the role.',
};

/** Trouble comes and goes on acme-prod, so that the portal has something to show: three minutes in every ten. */
function isTrouble(at: Temporal.Instant): boolean {
  return Math.floor(at.epochMilliseconds / 60_000) % 10 < troubleLastsMinutes;
}

/** The two answers of a fake environment at an instant. */
function judge(environment: string, at: Temporal.Instant): EnvironmentHealth {
  const verdicts: Readonly<Record<string, readonly [HealthVerdict, HealthVerdict]>> = {
    'acme-prod': [verdictFrom(isTrouble(at) ? [locked] : []), verdictFrom([])],
    'polder-prod': [verdictFrom([slow]), verdictFrom([memory])],
    'acme-training': [verdictFrom([blind]), verdictFrom([blind])],
  };
  const [business, infrastructure] = verdicts[environment] ?? [verdictFrom([]), verdictFrom([])];
  return { environment, business, infrastructure, judgedAt: at };
}

function findingOf(environment: string, reason: HealthReason): FindingDraft {
  return {
    key: `${reason.code}/${reason.subject}`,
    code: reason.code,
    severity: reason.health === 'unhealthy' ? 'critical' : 'warning',
    environment,
    subject: `${environment}/${reason.subject}`,
    reason: reason.summary,
    action: reason.action,
    evidence: reason.evidence,
  };
}

const stepsOf: Readonly<Record<string, readonly string[]>> = {
  'ship-order': ['order', 'confirm', 'reserve', 'pick', 'ship', 'invoice'],
  'receive-goods': ['purchase', 'receive', 'put away'],
  'portal-login': ['login', 'orders'],
};

function journeyAt(environment: string, journey: string, startedAt: Temporal.Instant): JourneyRun {
  const failsAt = environment === 'acme-prod' && isTrouble(startedAt) && journey === 'ship-order' ? 3 : -1;
  const names = stepsOf[journey] ?? [];
  const steps = names.map((name, index) => {
    const seconds = 0.08 + chance(`${environment}/${journey}/${name}`, startedAt, 1) * 0.4;
    if (failsAt >= 0 && index > failsAt) return { name, outcome: 'skipped' as const, durationSeconds: 0, detail: null };
    if (index !== failsAt) return { name, outcome: 'passed' as const, durationSeconds: seconds, detail: null };
    return {
      name,
      outcome: 'failed' as const,
      durationSeconds: 5,
      detail: 'canceling statement due to lock timeout on stock_picking',
    };
  });
  return {
    id: randomUUID(),
    environment,
    journey,
    services: journey === 'receive-goods' ? ['goods-receipt'] : ['order-confirmation', 'shipment-confirmation'],
    startedAt,
    durationSeconds: steps.reduce((sum, step) => sum + step.durationSeconds, 0),
    outcome: failsAt >= 0 ? 'failed' : 'passed',
    reason: failsAt >= 0 ? `Step ${names[failsAt]} failed: the table stock_picking is locked.` : null,
    steps,
  };
}

/** Runs a fake journey now; `undefined` where the environment has no such journey. */
export async function runFakeJourney(
  store: Store,
  clock: Clock,
  environment: string,
  journey: string,
): Promise<JourneyRun | undefined> {
  if (stepsOf[journey] === undefined || environment === 'acme-training') return undefined;
  const run = journeyAt(environment, journey, clock.now());
  await store.journeys.record(run);
  return run;
}

async function fillThePast(store: Store, environments: readonly string[], now: Temporal.Instant): Promise<void> {
  const actor = { kind: 'user' as const, name: 'Mara de Vries' };
  for (const environment of environments) {
    for (const [index, to] of (['requested', 'provisioned', 'active'] as const).entries()) {
      const at = now.subtract({ hours: 72 - index });
      await store.lifecycle.set(environment, to, at);
      const data = { to, reason: 'First light' };
      await store.ledger.append(
        { actor, type: 'environment.transitioned', subject: `environment/${environment}`, data },
        at,
      );
    }
    if (environment === 'acme-training') continue;
    for (let minutes = 24 * 60; minutes > 0; minutes -= 10) {
      const startedAt = now.subtract({ minutes });
      for (const journey of Object.keys(stepsOf))
        await store.journeys.record(journeyAt(environment, journey, startedAt));
    }
  }
}

/** One look at every fake environment. */
export async function liveOnce(store: Store, environments: readonly string[], now: Temporal.Instant): Promise<void> {
  for (const environment of environments) {
    const health = judge(environment, now);
    const reasons = [...new Set([...health.business.reasons, ...health.infrastructure.reasons])];
    await store.transaction(async (inside) => {
      await inside.health.put(health);
      await inside.findings.reconcile(
        { source: 'health', environment },
        reasons.map((each) => findingOf(environment, each)),
        now,
      );
    });
  }
}

/** Lives until the signal: judges every few seconds and runs a journey now and then. */
export async function liveFakeLife(
  store: Store,
  clock: Clock,
  environments: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await fillThePast(store, environments, clock.now());
  for (let round = 0; !signal.aborted; round += 1) {
    const now = clock.now();
    await liveOnce(store, environments, now);
    if (round % (journeyEverySeconds / judgeEverySeconds) === 0) {
      for (const environment of environments) {
        for (const journey of Object.keys(stepsOf)) await runFakeJourney(store, clock, environment, journey);
      }
      await store.journeys.prune(now.subtract({ hours: 25 }));
      await store.events.prune(now.subtract({ hours: 1 }));
    }
    await clock.sleep(judgeEverySeconds, signal).catch(() => {});
  }
}
