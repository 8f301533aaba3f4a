import type { Incident } from '../../core/incident/index.ts';

interface Past {
  readonly daysAgo: number;
  readonly code: string;
  readonly subject: string;
  readonly summary: string;
  readonly detectSeconds: number;
  readonly takeSeconds: number | null;
  readonly recoverMinutes: number;
  readonly isClosed: boolean;
}

const pasts: readonly Past[] = [
  {
    daysAgo: 2,
    code: 'ODOO_WEB_DOWN',
    subject: 'web',
    summary: 'The web process did not answer: connection refused.',
    detectSeconds: 14,
    takeSeconds: 95,
    recoverMinutes: 11,
    isClosed: false,
  },
  {
    daysAgo: 9,
    code: 'TABLE_LOCKED',
    subject: 'stock_picking',
    summary: 'psql (pid 2214, user ops) kept everyone from stock_picking for 3m 10s.',
    detectSeconds: 22,
    takeSeconds: 60,
    recoverMinutes: 4,
    isClosed: true,
  },
  {
    daysAgo: 17,
    code: 'TABLE_LOCKED',
    subject: 'stock_quant',
    summary: 'A stock count kept everyone from stock_quant for 6m.',
    detectSeconds: 31,
    takeSeconds: 140,
    recoverMinutes: 9,
    isClosed: true,
  },
  {
    daysAgo: 35,
    code: 'POSTGRES_UNREACHABLE',
    subject: 'postgres',
    summary: 'PostgreSQL refused connections.',
    detectSeconds: 12,
    takeSeconds: 210,
    recoverMinutes: 18,
    isClosed: true,
  },
  {
    daysAgo: 41,
    code: 'TABLE_LOCKED',
    subject: 'stock_move',
    summary: 'A report kept everyone from stock_move for 2m.',
    detectSeconds: 25,
    takeSeconds: null,
    recoverMinutes: 3,
    isClosed: true,
  },
  {
    daysAgo: 52,
    code: 'ODOO_CRON_DOWN',
    subject: 'cron',
    summary: 'No scheduled job ran for 12m.',
    detectSeconds: 640,
    takeSeconds: 300,
    recoverMinutes: 31,
    isClosed: true,
  },
];

const impact = {
  sentence: 'Rotterdam: 86 parcels were at risk for DHL 17:00',
  ...{ services: ['shipment-confirmation'], sites: ['rotterdam-dc'], itemsAtRisk: 86, deadline: null },
};

/** The same each time, so that a page has an address. */
const idOf = (place: number): string => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;

function made(past: Past, place: number, now: Temporal.Instant): Incident {
  const began = now.subtract({ hours: past.daysAgo * 24 });
  const at = (seconds: number): Temporal.Instant => began.add({ seconds });
  const detected = at(past.detectSeconds);
  const taken = past.takeSeconds === null ? null : detected.add({ seconds: past.takeSeconds });
  const recovered = at(past.recoverMinutes * 60);
  const closed = past.isClosed ? recovered.add({ hours: 30 }) : null;
  const action = {
    id: idOf(place),
    text: `Find out why ${past.subject} could stop so long`,
    owner: 'platform',
    due: null,
  };
  const evidence = { evidence: 'https://git.northsea.example/ops/-/issues/118', closedBy: 'ada', closedAt: closed };
  return {
    ...{
      id: idOf(place),
      title: `${past.code} on ${past.subject} (acme-prod)`,
      environment: 'acme-prod',
      environments: ['acme-prod'],
      holds: [],
      severity: 1,
    },
    state: past.isClosed ? 'closed' : 'review',
    cause: { code: past.code, subject: past.subject, summary: past.summary },
    ...{ owner: 'platform', boundary: 'ours', roles: taken === null ? {} : { lead: 'ada' }, alerts: [] },
    runbook: past.code === 'TABLE_LOCKED' ? 'locked-table' : null,
    ...{ impact, impacts: [{ environment: 'acme-prod', ...impact }] },
    faultStart: { at: began, because: `${past.code} on ${past.subject} began then` },
    ...{
      detectedAt: detected,
      acknowledgedAt: taken,
      recoveredAt: recovered,
      closedAt: closed,
      steps: [],
      requests: [],
      running: null,
    },
    communications: [],
    review: {
      summary: past.isClosed
        ? 'A session was left open; sessions that idle in a transaction now end by themselves.'
        : null,
      actions: past.isClosed
        ? [{ ...action, ...evidence }]
        : [{ ...action, evidence: null, closedBy: null, closedAt: null }],
    },
  };
}

/** What stood still in the past weeks, so that there are figures and a review to write. */
export function fakeIncidents(now: Temporal.Instant): readonly Incident[] {
  return pasts.map((past, index) => made(past, index + 1, now));
}
