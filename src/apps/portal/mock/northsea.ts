import type {
  CalendarOccurrence,
  EnvironmentSummary,
  HealthReason,
  HealthVerdict,
  Overview,
} from '../view/resources.ts';

// A made-up estate in every state the portal must show, for the portal's own tests. Everything follows from `now`.

const healthy: HealthVerdict = { health: 'healthy', reasons: [] };

const lockedTable: HealthReason = {
  code: 'TABLE_LOCKED',
  health: 'unhealthy',
  summary: 'stock_picking has been locked for 94 s by pid 48211 (psql, user dba); 7 sessions wait behind it.',
  subject: 'table/stock_picking',
  services: ['shipment-confirmation', 'pick-waves'],
  evidence: {
    table: 'stock_picking',
    blockerPid: 48_211,
    waitingSeconds: 94,
    waitingCount: 7,
    mode: 'AccessExclusiveLock',
  },
  action: 'Ask the owner of pid 48211 to end the transaction, or end it with pg_terminate_backend(48211).',
};

const slowConfirmation: HealthReason = {
  code: 'REQUEST_LATENCY_HIGH',
  health: 'degraded',
  summary: 'Order confirmation takes 2.6 s at p95 over the last 15 min; its limit is 2 s.',
  subject: 'class/order-confirmation',
  services: ['order-confirmation'],
  evidence: { p95Seconds: 2.6, limitSeconds: 2, requestCount: 412 },
  action: 'Compare the SQL and Python shares below: a rising SQL share points at the database.',
};

const blind: HealthReason = {
  code: 'COLLECTOR_STALE',
  health: 'unknown',
  summary: 'No sample from PostgreSQL for 21 min: connection refused at the declared address.',
  subject: 'collector/postgres',
  services: [],
  evidence: { lastSampleSeconds: 1_260, error: 'ECONNREFUSED' },
  action: 'Check `connect.postgres` of the environment and run `plimsoll connect nordlicht-uat`.',
};

const verdict = (...reasons: HealthReason[]): HealthVerdict => ({
  health: reasons[0]?.health ?? 'healthy',
  reasons,
});

const zones: Readonly<Record<string, string>> = {
  'rotterdam-dc': 'Europe/Amsterdam',
  'gdansk-hub': 'Europe/Warsaw',
  'tilbury-dc': 'Europe/London',
  'savannah-dc': 'America/New_York',
};

/** One occurrence at a distance in minutes from now. */
export function occurrence(
  now: Temporal.Instant,
  site: string,
  kind: string,
  name: string,
  inMinutes: number,
  lastsMinutes = 0,
): CalendarOccurrence {
  const at = now.add({ minutes: inMinutes }).round({ smallestUnit: 'minute' });
  return {
    site,
    timezone: zones[site] ?? 'UTC',
    name,
    kind,
    at: at.toString(),
    until: lastsMinutes === 0 ? null : at.add({ minutes: lastsMinutes }).toString(),
    service: kind === 'cut-off' ? 'shipment-confirmation' : null,
    profile: kind === 'peak' ? 'month-end' : null,
  };
}

interface Sketch {
  readonly name: string;
  readonly tenant: string;
  readonly site: string;
  readonly stage?: string;
  readonly business?: HealthVerdict;
  readonly infrastructure?: HealthVerdict;
  readonly backlog?: readonly [number, number, number] | null;
  readonly cutOff?: readonly [string, number];
  readonly judgedSecondsAgo?: number | null;
}

function environment(now: Temporal.Instant, sketch: Sketch): EnvironmentSummary {
  const ago = sketch.judgedSecondsAgo === undefined ? 4 : sketch.judgedSecondsAgo;
  const isProduction = (sketch.stage ?? 'production') === 'production';
  const [open, late, due] = sketch.backlog ?? [null, null, null];
  return {
    name: sketch.name,
    tenant: sketch.tenant,
    stage: sketch.stage ?? 'production',
    serviceClass: isProduction ? 'production' : 'non-production',
    tier: isProduction ? 'warehouse-critical' : 'standard',
    platform: 'host',
    region: 'eu-west',
    odooVersion: '19.0',
    lifecycle: 'active',
    sites: [{ name: sketch.site, timezone: zones[sketch.site] ?? 'UTC' }],
    business: sketch.business ?? healthy,
    infrastructure: sketch.infrastructure ?? healthy,
    judgedAt: ago === null ? null : now.subtract({ seconds: ago }).toString(),
    backlog: {
      openCount: open,
      lateCount: late,
      dueBeforeNextCutOffCount: due,
      measuredAt: sketch.backlog === null ? null : now.subtract({ seconds: 12 }).toString(),
    },
    nextCutOff:
      sketch.cutOff === undefined ? null : occurrence(now, sketch.site, 'cut-off', sketch.cutOff[0], sketch.cutOff[1]),
    activePeak: null,
    activeFreeze: null,
    openFindingCount: sketch.business === undefined ? 0 : 2,
  };
}

const sketches: readonly Sketch[] = [
  {
    name: 'acme-prod',
    tenant: 'acme',
    site: 'rotterdam-dc',
    business: verdict(lockedTable, slowConfirmation),
    backlog: [412, 18, 236],
    cutOff: ['dhl-cutoff', 74],
  },
  {
    name: 'baltic-prod',
    tenant: 'baltic-freight',
    site: 'gdansk-hub',
    business: verdict(slowConfirmation),
    backlog: [1_284, 0, 310],
    cutOff: ['inpost-cutoff', 134],
  },
  { name: 'thames-prod', tenant: 'thames-3pl', site: 'tilbury-dc', backlog: [96, 0, 41], cutOff: ['dpd-cutoff', 161] },
  {
    name: 'savannah-prod',
    tenant: 'palmetto',
    site: 'savannah-dc',
    backlog: [530, 0, 0],
    cutOff: ['ups-cutoff', 1_590],
  },
  {
    name: 'nordlicht-uat',
    tenant: 'nordlicht',
    site: 'rotterdam-dc',
    stage: 'uat',
    business: verdict(blind),
    infrastructure: verdict(blind),
    backlog: null,
  },
  { name: 'acme-training', tenant: 'acme', site: 'rotterdam-dc', stage: 'training', backlog: [12, 0, 0] },
];

function cutOffsOf(environments: readonly EnvironmentSummary[]): Overview['cutOffs'] {
  const found = environments.flatMap((each) =>
    each.nextCutOff === null ? [] : [{ ...each.nextCutOff, environments: [each.name] }],
  );
  return found.sort((left, right) => left.at.localeCompare(right.at));
}

/** The estate in trouble: one warehouse behind a lock, one slow, one unseen, the rest calm. */
export function troubledOverview(now: Temporal.Instant): Overview {
  const environments = sketches.map((sketch) => environment(now, sketch));
  return {
    estate: 'northsea',
    now: now.toString(),
    environments,
    cutOffs: cutOffsOf(environments),
    changes: {
      isAllowed: false,
      reasons: ['black-friday-freeze at rotterdam-dc forbids changes until Mon 30 Nov.'],
      nextChange: occurrence(now, 'rotterdam-dc', 'change-window', 'tuesday-window', 13_140, 120),
    },
    recovery: { verifiedCount: 4, environmentCount: environments.length },
    diagnosticCount: { errors: 0, warnings: 2 },
  };
}

/** The same estate on a good day. */
export function calmOverview(now: Temporal.Instant): Overview {
  const environments = sketches.map((sketch) =>
    environment(now, {
      name: sketch.name,
      tenant: sketch.tenant,
      site: sketch.site,
      ...(sketch.stage === undefined ? {} : { stage: sketch.stage }),
      backlog: [sketch.backlog?.[0] ?? 20, 0, sketch.backlog?.[2] ?? 0],
      ...(sketch.cutOff === undefined ? {} : { cutOff: sketch.cutOff }),
    }),
  );
  return {
    ...troubledOverview(now),
    environments,
    changes: { isAllowed: true, reasons: ['No freeze is active.'], nextChange: null },
    recovery: { verifiedCount: environments.length, environmentCount: environments.length },
    diagnosticCount: { errors: 0, warnings: 0 },
  };
}

/** The very first start: an estate without environments. */
export function emptyOverview(now: Temporal.Instant): Overview {
  return {
    ...calmOverview(now),
    environments: [],
    cutOffs: [],
    recovery: { verifiedCount: 0, environmentCount: 0 },
  };
}

/** A week of calendar around now. */
export function calendarOf(now: Temporal.Instant): CalendarOccurrence[] {
  const day = 1_440;
  const entries = [0, 1, 2, 3, 4, 5, 6].flatMap((index) => [
    occurrence(now, 'rotterdam-dc', 'cut-off', 'dhl-cutoff', 74 + index * day),
    occurrence(now, 'gdansk-hub', 'cut-off', 'inpost-cutoff', 134 + index * day),
    occurrence(now, 'tilbury-dc', 'cut-off', 'dpd-cutoff', 161 + index * day),
    occurrence(now, 'savannah-dc', 'receiving-window', 'dock-window', 400 + index * day, 240),
  ]);
  return [
    ...entries,
    occurrence(now, 'rotterdam-dc', 'freeze', 'black-friday-freeze', -2 * day, 11 * day),
    occurrence(now, 'gdansk-hub', 'peak', 'month-end', 4 * day, day),
    occurrence(now, 'rotterdam-dc', 'change-window', 'tuesday-window', 13_140, 120),
  ].sort((left, right) => left.at.localeCompare(right.at));
}
