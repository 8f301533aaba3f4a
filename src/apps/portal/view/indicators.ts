import type { LatestSample } from './resources.ts';

/** One row of figures: a metric, its total or its worst, and the parts it came from. */
export interface Indicator {
  readonly metric: string;
  readonly title: string;
  readonly help: string;
  readonly unit: string;
  readonly value: number;
  /** When the oldest of its parts was measured. */
  readonly at: string;
  readonly isStale: boolean;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
}

const unitSuffix = /_(count|seconds|bytes|ratio|per_hour|per_second|up)$/;

// Names where dropping the unit would leave two rows alike, or none that anybody would say.
const titles: Readonly<Record<string, string>> = {
  odoo_cron_overdue_seconds: 'Longest cron delay',
  odoo_picking_late_oldest_seconds: 'Longest picking delay',
  odoo_mail_outgoing_oldest_seconds: 'Oldest outgoing mail',
  odoo_shipment_untracked_count: 'Shipments without tracking',
  postgres_up: 'Answers',
  postgres_connections_ratio: 'Connections used',
  postgres_dead_rows_ratio: 'Dead rows, worst table',
  postgres_lock_waiting_oldest_seconds: 'Longest lock wait',
  postgres_transaction_oldest_seconds: 'Oldest transaction',
  postgres_database_bytes: 'Database size',
  filestore_bytes: 'Filestore size',
  host_cpu_ratio: 'Processor',
  host_disk_used_ratio: 'Disk used, fullest',
  plimsoll_collector_up: 'Every collector sees',
  plimsoll_observation_seconds: 'Whole pass',
};

/** `odoo_picking_backlog_count` as words: `Picking backlog`. The unit stands at the value. */
export function titleOf(metric: string, labels: Readonly<Record<string, string>> = {}): string {
  const given = titles[metric];
  if (given !== undefined) return given;
  const bare = metric
    .replace(/^(odoo|postgres|plimsoll)_/, '')
    .replace(unitSuffix, (suffix) => (suffix === '_up' ? '_up' : ''));
  const words = bare.replaceAll('_', ' ') || metric;
  const quantile = labels['quantile'];
  const horizon = labels['horizon'];
  const suffix =
    quantile !== undefined
      ? ` p${Math.round(Number(quantile) * 100)}`
      : horizon !== undefined
        ? ` within ${horizon}`
        : '';
  return words.charAt(0).toUpperCase() + words.slice(1) + suffix;
}

/** What tells a part from its sisters, in words: `assigned, outgoing`. */
export function partName(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([key]) => key !== 'quantile' && key !== 'horizon')
    .map(([, value]) => value)
    .join(', ');
}

/** Counts and rates add up over their labels; of times, shares and signs the worst one counts. */
function combine(unit: string, values: readonly number[]): number {
  if (unit === 'boolean') return Math.min(...values);
  if (unit === 'seconds' || unit === 'ratio') return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0);
}

function indicatorOf(samples: readonly LatestSample[]): Indicator | undefined {
  const first = samples[0];
  if (first === undefined) return undefined;
  const named = samples.filter((sample) => partName(sample.labels) !== '');
  return {
    metric: first.metric,
    title: titleOf(first.metric, first.labels),
    help: first.help,
    unit: first.unit,
    value: combine(
      first.unit,
      samples.map((sample) => sample.value),
    ),
    at: samples.map((sample) => sample.at).sort()[0] ?? first.at,
    isStale: samples.some((sample) => sample.isStale),
    parts:
      samples.length < 2
        ? []
        : named
            .map((sample) => ({ name: partName(sample.labels), value: sample.value }))
            .sort((left, right) => right.value - left.value),
  };
}

/** Rows for the samples whose metric begins so, in the order of the catalogue the server answers in. */
export function indicatorsOf(samples: readonly LatestSample[], prefixes: readonly string[]): Indicator[] {
  const groups = new Map<string, LatestSample[]>();
  for (const sample of samples) {
    if (!prefixes.some((prefix) => sample.metric.startsWith(prefix))) continue;
    const key = [sample.metric, sample.labels['quantile'] ?? '', sample.labels['horizon'] ?? ''].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].map(indicatorOf).filter((indicator) => indicator !== undefined);
}

/** Which samples belong to which part of the environment page. */
export const indicatorGroups = {
  business: [
    'odoo_picking',
    'odoo_stock',
    'odoo_order',
    'odoo_purchase',
    'odoo_invoice',
    'odoo_shipment',
    'odoo_cron',
    'odoo_mail',
    'odoo_queue',
    'odoo_user',
    'odoo_valuation',
    'odoo_audit',
  ],
  database: ['postgres_'],
  machine: ['odoo_endpoint', 'odoo_log', 'odoo_attachment', 'host_', 'process_', 'filestore_'],
  observer: ['plimsoll_'],
} as const;
