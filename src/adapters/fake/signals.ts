import { createRandom, seedFrom } from '../../core/kernel/index.ts';
import type { Labels } from '../../core/observe/index.ts';

/** A series of the fake estate: a level that swings through the day and trembles. */
export interface Signal {
  readonly metric: string;
  readonly labels: Labels;
  readonly level: number;
  readonly swing: number;
  readonly isWhole: boolean;
}

const picking = { warehouse: 'WH', picking_type: 'Delivery Orders', direction: 'outgoing' };

function signal(metric: string, level: number, swing: number, labels: Labels = {}): Signal {
  return { metric, labels, level, swing, isWhole: metric.endsWith('_count') || metric.endsWith('_bytes') };
}

const signals: readonly Signal[] = [
  signal('odoo_picking_backlog_count', 140, 60, { ...picking, state: 'assigned' }),
  signal('odoo_picking_backlog_count', 45, 25, { ...picking, state: 'confirmed' }),
  signal('odoo_picking_late_count', 4, 4, picking),
  signal('odoo_picking_due_count', 22, 12, { ...picking, horizon: '1h' }),
  signal('odoo_picking_due_count', 70, 30, { ...picking, horizon: '4h' }),
  signal('odoo_picking_due_count', 160, 50, { ...picking, horizon: '24h' }),
  signal('odoo_picking_created_per_hour', 110, 60, picking),
  signal('odoo_picking_done_per_hour', 105, 55, picking),
  signal('odoo_stock_move_done_per_hour', 320, 160, { warehouse: 'WH' }),
  signal('odoo_order_confirmed_per_hour', 90, 50),
  signal('odoo_order_line_per_hour', 260, 140),
  signal('odoo_order_confirmation_seconds', 0.42, 0.1, { quantile: '0.5' }),
  signal('odoo_order_confirmation_seconds', 1.3, 0.4, { quantile: '0.95' }),
  signal('odoo_cron_active_count', 23, 0),
  signal('odoo_cron_overdue_count', 0, 0),
  signal('odoo_mail_outgoing_count', 3, 3),
  signal('odoo_endpoint_up', 1, 0, { component: 'web' }),
  signal('odoo_endpoint_seconds', 0.012, 0.006, { component: 'web' }),
  signal('postgres_up', 1, 0),
  signal('postgres_connections_count', 18, 8, { state: 'idle' }),
  signal('postgres_connections_count', 4, 3, { state: 'active' }),
  signal('postgres_connections_ratio', 0.22, 0.1),
  signal('postgres_transaction_oldest_seconds', 3, 3),
  signal('postgres_lock_waiting_count', 0, 0),
  signal('postgres_lock_waiting_oldest_seconds', 0, 0),
  signal('postgres_commit_per_second', 24, 14),
  signal('postgres_cache_hit_ratio', 0.985, 0.01),
  signal('postgres_database_bytes', 38_000_000_000, 200_000_000),
  signal('filestore_bytes', 29_000_000_000, 100_000_000),
  signal('host_cpu_ratio', 0.31, 0.15),
  signal('host_load_ratio', 0.4, 0.2),
  signal('host_memory_used_ratio', 0.54, 0.04),
  signal('host_disk_used_ratio', 0.41, 0.01, { mount: '/' }),
  signal('process_count', 3, 0, { component: 'web' }),
  signal('process_memory_bytes', 420_000_000, 30_000_000, { component: 'web' }),
];

const dhl = { carrier_type: 'dhl' };
const postnl = { carrier_type: 'postnl' };

/** What waits in queues, and what goes to carriers. */
const exchanges: readonly Signal[] = [
  signal('odoo_queue_job_delay_seconds', 1.4, 0.6, { channel: 'root.edi', quantile: '0.5' }),
  signal('odoo_queue_job_delay_seconds', 9, 5, { channel: 'root.edi', quantile: '0.95' }),
  signal('odoo_queue_job_oldest_seconds', 14, 12, { channel: 'root.edi' }),
  signal('odoo_queue_job_delay_seconds', 0.6, 0.3, { channel: 'root.labels', quantile: '0.5' }),
  signal('odoo_queue_job_delay_seconds', 2.8, 1.6, { channel: 'root.labels', quantile: '0.95' }),
  signal('odoo_queue_job_oldest_seconds', 3, 3, { channel: 'root.labels' }),
  signal('odoo_mail_outgoing_oldest_seconds', 40, 35),
  signal('odoo_cron_overdue_seconds', 4, 4),
  signal('odoo_shipment_per_hour', 62, 34, { ...dhl, tracked: 'yes' }),
  signal('odoo_shipment_per_hour', 0.9, 0.9, { ...dhl, tracked: 'no' }),
  signal('odoo_shipment_per_hour', 28, 15, { ...postnl, tracked: 'yes' }),
  signal('odoo_shipment_per_hour', 0.1, 0.1, { ...postnl, tracked: 'no' }),
];

const felixstowe = { ...picking, warehouse: 'FXT' };

/** The second warehouse of the one environment that serves two sites. */
const secondSite: readonly Signal[] = [
  signal('odoo_picking_backlog_count', 60, 25, { ...felixstowe, state: 'assigned' }),
  signal('odoo_picking_late_count', 1, 1, felixstowe),
  signal('odoo_picking_due_count', 9, 5, { ...felixstowe, horizon: '1h' }),
  signal('odoo_picking_due_count', 30, 12, { ...felixstowe, horizon: '4h' }),
  signal('odoo_picking_due_count', 70, 20, { ...felixstowe, horizon: '24h' }),
];

/** Every series of a fake environment. */
export function signalsOf(environment: string): readonly Signal[] {
  return environment === 'polder-prod' ? [...signals, ...exchanges, ...secondSite] : [...signals, ...exchanges];
}

/** Transaction classes with the middle of their latency. */
export const latencyClasses: readonly (readonly [string, number])[] = [
  ['order-confirmation', 0.31],
  ['picking-validation', 0.24],
  ['search', 0.06],
  ['web-client', 0.11],
];

/** How much work an hour of the day brings, from 0 at night to 1 at noon. */
function tide(at: Temporal.Instant): number {
  const hour = (at.epochMilliseconds / 3_600_000) % 24;
  return (1 - Math.cos((hour / 24) * 2 * Math.PI)) / 2;
}

/** Chance that is the same for the same name and time, on every machine. */
export function chance(name: string, at: Temporal.Instant, stepSeconds: number): number {
  return createRandom(seedFrom(`${name}/${Math.floor(at.epochMilliseconds / 1_000 / stepSeconds)}`)).next();
}

/** The value of a series at an instant: a function of time, so that every question gets the same answer. */
export function valueAt(
  environment: string,
  { metric, labels, level, swing, isWhole }: Signal,
  at: Temporal.Instant,
): number {
  const name = `${environment}/${metric}/${JSON.stringify(labels)}`;
  const size = environment === 'polder-prod' ? 1.6 : 1;
  const wave = (tide(at) - 0.5) * 2 * swing + (chance(name, at, 10) - 0.5) * swing * 0.3;
  const value = Math.max(0, (level + wave) * (metric.endsWith('_ratio') ? 1 : size));
  return isWhole ? Math.round(value) : value;
}
