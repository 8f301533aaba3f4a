import type {
  ApiToken,
  Diagnostic,
  EnvironmentDetail,
  Finding,
  LedgerEntry,
  Me,
  Overview,
  ServiceSummary,
  TimelineEntry,
  User,
} from '../view/resources.ts';
import { calendarOf } from './northsea.ts';

/** The administrator of the tests. */
export const administrator: Me = {
  kind: 'fake',
  name: 'Ada Lindqvist',
  role: 'administrator',
  permissions: [
    'health',
    'estate:read',
    'samples:read',
    'journeys:read',
    'journeys:run',
    'findings:read',
    'ledger:read',
    'lifecycle:change',
    'access:manage',
    'own-account',
  ],
  mustEnrolSecondFactor: false,
};

/** Business services and what proves them. */
export function servicesOf(overview: Overview): ServiceSummary[] {
  const acme = overview.environments.find((each) => each.name === 'acme-prod');
  const reasons = acme?.business.reasons ?? [];
  const service = (name: string, journey: string | null, availabilityRatio: number | null): ServiceSummary => {
    const own = reasons.filter((reason) => reason.services.includes(name));
    return {
      name,
      owner: 'warehouse-operations',
      criticality: availabilityRatio === null ? 'medium' : 'critical',
      criticalityReasons: ['A cut-off depends on it.'],
      journey,
      environments: overview.environments.slice(0, 3).map((each) => each.name),
      health: own[0]?.health ?? (availabilityRatio === null ? 'unknown' : 'healthy'),
      reasons: own,
      availabilityRatio,
    };
  };
  if (acme === undefined) return [];
  return [
    service('shipment-confirmation', 'ship-order', 0.9931),
    service('order-confirmation', 'ship-order', 0.9986),
    service('pick-waves', 'ship-order', 0.9931),
    service('goods-receipt', 'goods-receipt', 1),
    service('label-printing', null, null),
  ];
}

/** One environment in full. */
export function detailOf(overview: Overview, name: string, now: Temporal.Instant): EnvironmentDetail | undefined {
  const summary = overview.environments.find((each) => each.name === name);
  if (summary === undefined) return undefined;
  const sites = summary.sites.map((site) => site.name);
  return {
    ...summary,
    database: summary.name.replaceAll('-', '_'),
    modules: ['sale_management', 'stock', 'purchase', 'account', 'delivery', 'stock_picking_batch'],
    workers: { web: 4, gevent: 1, cron: 2, integration: 1, reporting: 0 },
    thresholds: {
      collectEverySeconds: 15,
      journeyEverySeconds: 300,
      staleAfterSeconds: 60,
      cronOverdueAfterSeconds: 600,
      outgoingMailStuckAfterSeconds: 900,
      lockWaitUnhealthyAfterSeconds: 30,
      requestLatencyP95DegradedSeconds: 2,
      connectionUsageDegradedRatio: 0.8,
      diskUsageDegradedRatio: 0.85,
      pickingsLateUnhealthyCount: 25,
    },
    services: servicesOf(overview).filter((service) => service.environments.includes(name)),
    calendar: calendarOf(now).filter((each) => sites.includes(each.site)),
  };
}

/** Findings, one of them with text from outside that tries to be HTML. */
export function findingsOf(now: Temporal.Instant): Finding[] {
  const at = (minutes: number) => now.subtract({ minutes }).toString();
  const base = { source: 'health', lastSeenAt: at(0), closedAt: null };
  return [
    {
      ...base,
      id: 'finding-1',
      code: 'TABLE_LOCKED',
      severity: 'critical',
      environment: 'acme-prod',
      subject: 'table/stock_picking',
      reason: 'stock_picking has been locked for 94 s by pid 48211; 7 sessions wait behind it.',
      action: 'Ask the owner of pid 48211 to end the transaction.',
      evidence: { blockerPid: 48_211, waitingSeconds: 94, query: 'LOCK TABLE stock_picking' },
      openedAt: at(2),
    },
    {
      ...base,
      id: 'finding-2',
      code: 'TIER_PART_MISSING',
      severity: 'warning',
      environment: 'baltic-prod',
      subject: 'tier/warehouse-critical',
      reason: 'The tier asks for a warm standby; no standby is declared.',
      action: 'Declare one, or choose a tier without that duty.',
      evidence: { pattern: 'warm-standby', declaredStandbyCount: 0 },
      openedAt: at(3_000),
    },
    {
      ...base,
      id: 'finding-3',
      code: 'CRON_FAILED',
      severity: 'info',
      environment: 'acme-prod',
      subject: 'cron/<img src=x onerror="window.broken=1">',
      reason: 'A scheduled action named <img src=x onerror="window.broken=1"> failed once and then passed.',
      action: 'Nothing to do unless it repeats.',
      evidence: { name: '<img src=x onerror="window.broken=1">', failureCount: 1 },
      openedAt: at(190),
    },
    {
      ...base,
      id: 'finding-4',
      code: 'COLLECTOR_STALE',
      severity: 'warning',
      environment: 'thames-prod',
      subject: 'collector/log',
      reason: 'The request log was not readable for 9 min.',
      action: 'None: it is readable again.',
      evidence: {},
      openedAt: at(800),
      closedAt: at(791),
    },
  ];
}

/** What happened to an environment, newest first. */
export function timelineOf(now: Temporal.Instant): TimelineEntry[] {
  const entry = (
    minutes: number,
    kind: TimelineEntry['kind'],
    tone: TimelineEntry['tone'],
    title: string,
    detail: string | null = null,
  ): TimelineEntry => ({
    at: now.subtract({ minutes }).toString(),
    kind,
    title,
    detail,
    tone,
    link: kind === 'journey' ? '/journeys?run=run-100' : kind === 'finding' ? '/findings?id=finding-1' : null,
  });
  return [
    entry(1, 'journey', 'bad', 'ship-order failed at pick', 'No answer within 20 s.'),
    entry(2, 'health', 'bad', 'Business health: unhealthy', 'stock_picking is locked by pid 48211.'),
    entry(2, 'finding', 'bad', 'TABLE_LOCKED opened'),
    entry(48, 'health', 'warning', 'Business health: degraded', 'Order confirmation takes 2.6 s at p95.'),
    entry(190, 'calendar', 'neutral', 'receiving-window began at rotterdam-dc'),
    entry(1_520, 'lifecycle', 'good', 'provisioned → active', 'By Ada Lindqvist: go-live after rehearsal.'),
  ];
}

const hash = (seed: number) =>
  Array.from({ length: 64 }, (_, index) => ((seed * 31 + index * 7) % 16).toString(16)).join('');

/** A short ledger, newest last. */
export function ledgerOf(now: Temporal.Instant): LedgerEntry[] {
  const types = [
    'environment.lifecycle.changed',
    'access.token.created',
    'finding.opened',
    'journey.finished',
    'estate.loaded',
  ];
  return Array.from({ length: 24 }, (_, index) => ({
    sequence: index + 1,
    at: now.subtract({ minutes: (24 - index) * 17 }).toString(),
    actor: index % 3 === 0 ? { kind: 'user', name: 'Ada Lindqvist' } : { kind: 'controller', name: 'controller-1' },
    type: types[index % types.length] ?? '',
    subject: index % 2 === 0 ? 'environment/acme-prod' : 'estate/northsea',
    data: index % 5 === 0 ? { from: 'provisioned', to: 'active', reason: 'go-live' } : { count: index },
    previousHash: hash(index),
    hash: hash(index + 1),
  }));
}

/** What `plimsoll check` says of the estate. */
export const diagnostics: readonly Diagnostic[] = [
  {
    code: 'REFERENCE_DANGLING',
    severity: 'error',
    file: 'sites.yaml',
    line: 12,
    column: 9,
    message: 'Site `rotterdam-dc` names the service `shipment-confirmaton`, which is not declared.',
    hint: 'Did you mean `shipment-confirmation`?',
  },
  {
    code: 'OWNER_MISSING',
    severity: 'warning',
    file: 'services.yaml',
    line: 31,
    column: 1,
    message: 'Business service `label-printing` has no owner.',
    hint: 'Add `owner:` with the team that is called at night.',
  },
];

/** People and tokens. */
export function accessOf(now: Temporal.Instant): { readonly users: User[]; readonly tokens: ApiToken[] } {
  const at = (days: number) => now.subtract({ hours: days * 24 }).toString();
  return {
    users: [
      {
        id: 'u1',
        name: 'Ada Lindqvist',
        email: 'ada@northsea.example',
        role: 'administrator',
        hasSecondFactor: true,
        createdAt: at(90),
      },
      {
        id: 'u2',
        name: 'Piet de Groot',
        email: 'piet@northsea.example',
        role: 'operator',
        hasSecondFactor: false,
        createdAt: at(12),
      },
    ],
    tokens: [
      {
        id: 't1',
        name: 'ci',
        prefix: 'plm_3f9a',
        role: 'viewer',
        createdAt: at(30),
        expiresAt: now.add({ hours: 1_440 }).toString(),
        lastUsedAt: at(0),
        revokedAt: null,
      },
      {
        id: 't2',
        name: 'old-script',
        prefix: 'plm_88c1',
        role: 'operator',
        createdAt: at(200),
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: at(20),
      },
    ],
  };
}
