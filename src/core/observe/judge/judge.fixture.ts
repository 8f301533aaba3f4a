// An environment in order, and troubles to plant in it: shared by the tests of the judgement.
import type { LockHolder, LockWaiter } from '../database/index.ts';
import type { HealthReason } from '../health.ts';
import type { CollectorReport, Observation, UnreadIndicator } from '../observation.ts';
import type { Sample } from '../sample.ts';
import type { JourneyFact, JudgeInput } from './input.ts';

export const now = Temporal.Instant.from('2026-11-20T12:00:00Z');
export const ago = (seconds: number): Temporal.Instant => now.subtract({ milliseconds: Math.round(seconds * 1_000) });

export const thresholds = {
  collectEverySeconds: 15,
  journeyEverySeconds: 60,
  statementTimeoutSeconds: 2,
  staleAfterSeconds: 60,
  cronOverdueAfterSeconds: 600,
  lockWaitUnhealthyAfterSeconds: 5,
  outgoingMailStuckAfterSeconds: 900,
  recoveryKeyCheckEverySeconds: 180 * 86_400,
  requestLatencyP95DegradedSeconds: 2,
  connectionUsageDegradedRatio: 0.8,
  diskUsageDegradedRatio: 0.85,
  pickingsLateUnhealthyCount: 10,
  retainRawSeconds: 7 * 86_400,
  retainRolledUpSeconds: 400 * 86_400,
};

export const report = (
  collector: CollectorReport['collector'],
  change: Partial<CollectorReport> = {},
): CollectorReport => ({
  collector,
  outcome: 'ok',
  at: now,
  durationSeconds: 0.1,
  code: null,
  detail: null,
  ...change,
});

export const sample = (metric: string, value: number, labels: Sample['labels'] = {}): Sample => ({
  environment: 'acme-prod',
  metric,
  labels,
  at: now,
  value,
});

export const webUp = {
  component: 'web',
  outcome: 'up',
  status: 200,
  seconds: 0.02,
  databaseUp: true,
  detail: null,
} as const;

export const quiet: Observation = {
  environment: 'acme-prod',
  at: now,
  collectors: (['web', 'database', 'indicators', 'requests', 'host'] as const).map((name) => report(name)),
  samples: [sample('odoo_cron_active_count', 20), sample('postgres_connections_ratio', 0.2)],
  endpoints: [webUp],
  locks: { holders: [], waiters: [], blockers: [] },
  crons: [],
  latencies: [],
  processes: ['web', 'gevent', 'cron'].map((component) => ({ component, count: 1 })),
  unreadTables: [],
  unreadIndicators: [],
};

export const inputOf = (observation: Partial<Observation> = {}, change: Partial<JudgeInput> = {}): JudgeInput => ({
  environment: {
    name: 'acme-prod',
    workers: { web: 2, gevent: 1, cron: 1, integration: 0, reporting: 0 },
    thresholds,
  },
  services: [
    { name: 'shipment-confirmation', journey: 'ship-order' },
    { name: 'invoice-posting', journey: undefined },
  ],
  observation: { ...quiet, ...observation },
  journeyRuns: [],
  nextCutOffs: [],
  now,
  ...change,
});

export const codes = (reasons: readonly HealthReason[]): readonly string[] => reasons.map((found) => found.code);

export const psql: LockHolder = {
  pid: 4242,
  table: 'stock_picking',
  mode: 'AccessExclusiveLock',
  application: 'psql',
  user: 'odoo',
  state: 'idle in transaction',
  queryStart: '2026-11-20T11:59:30Z',
  backendStart: '2026-11-20T09:00:00.000123Z',
  heldSeconds: 30,
  transactionSeconds: 31,
  query: 'LOCK TABLE stock_picking IN ACCESS EXCLUSIVE MODE',
};

export const waiter: LockWaiter = {
  pid: 77,
  table: 'stock_picking',
  mode: 'AccessShareLock',
  application: 'odoo-11986',
  user: 'odoo',
  waitSeconds: 12,
  blockedBy: [4242],
};

export const unread = (change: Partial<UnreadIndicator> = {}): UnreadIndicator => ({
  name: 'picking-backlog',
  tables: ['stock_picking'],
  cause: 'failed',
  detail: 'permission denied',
  isJudged: true,
  ...change,
});

export const run = (change: Partial<JourneyFact> = {}): JourneyFact => ({
  id: 'run-1',
  journey: 'ship-order',
  services: ['shipment-confirmation'],
  startedAt: ago(10),
  outcome: 'failed',
  reason: 'the picking stayed in state confirmed',
  steps: [{ name: 'reserve', outcome: 'failed' }],
  ...change,
});
