import type { JourneyRun, LatestSample, QuantileSeries, Series } from '../view/resources.ts';

interface Shape {
  readonly metric: string;
  readonly unit: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly level: number;
  readonly swing: number;
}

const shape = (metric: string, unit: string, help: string, level: number, swing = 0, labels = {}): Shape => ({
  metric,
  unit,
  help,
  labels,
  level,
  swing,
});

/** The series the made-up environment has: names and units as the observers write them. */
export const shapes: readonly Shape[] = [
  shape('odoo_picking_backlog_count', 'count', 'Transfers that are neither done nor cancelled nor drafts.', 270, 80, {
    state: 'assigned',
  }),
  shape('odoo_picking_backlog_count', 'count', 'Transfers that are neither done nor cancelled nor drafts.', 142, 40, {
    state: 'confirmed',
  }),
  shape('odoo_picking_late_count', 'count', 'Open transfers whose deadline has passed.', 18, 16, {
    direction: 'outgoing',
  }),
  shape('odoo_picking_late_oldest_seconds', 'seconds', 'How late the latest open transfer is.', 3_360, 600),
  shape('odoo_picking_due_count', 'count', 'Open transfers that fall due within the horizon.', 236, 90, {
    horizon: '4h',
  }),
  shape('odoo_picking_created_per_hour', 'per-hour', 'Transfers created in the last hour.', 188, 60),
  shape('odoo_picking_done_per_hour', 'per-hour', 'Transfers done in the last hour.', 151, 50),
  shape('odoo_stock_move_done_per_hour', 'per-hour', 'Stock moves done in the last hour.', 3_024, 400),
  shape('odoo_order_confirmation_seconds', 'seconds', 'From creation to confirmation.', 41, 8, { quantile: '0.5' }),
  shape('odoo_order_confirmation_seconds', 'seconds', 'From creation to confirmation.', 214, 30, { quantile: '0.95' }),
  shape('odoo_order_confirmed_per_hour', 'per-hour', 'Sales orders confirmed in the last hour.', 96, 30),
  shape('odoo_shipment_untracked_count', 'count', 'Deliveries that left without a tracking reference.', 2),
  shape('odoo_cron_overdue_count', 'count', 'Active scheduled actions whose next call has passed.', 1),
  shape('odoo_cron_overdue_seconds', 'seconds', 'How long the most overdue scheduled action waits.', 42),
  shape('odoo_mail_outgoing_count', 'count', 'Mails that are due and not sent.', 7, 4),
  shape('odoo_mail_outgoing_oldest_seconds', 'seconds', 'How long the oldest due mail waits.', 95, 10),
  shape('postgres_up', 'boolean', 'Whether the read-only role could ask.', 1),
  shape('postgres_connections_count', 'count', 'Sessions of the database by state.', 26, 6, { state: 'active' }),
  shape('postgres_connections_count', 'count', 'Sessions of the database by state.', 12, 4, { state: 'idle' }),
  shape('postgres_connections_ratio', 'ratio', 'Sessions of the whole server against max_connections.', 0.38, 0.09),
  shape('postgres_lock_waiting_count', 'count', 'Sessions that wait for a lock.', 7, 3),
  shape('postgres_lock_waiting_oldest_seconds', 'seconds', 'How long the longest waiting session waits.', 94, 20),
  shape('postgres_transaction_oldest_seconds', 'seconds', 'Age of the oldest open transaction.', 121, 20),
  shape('postgres_database_bytes', 'bytes', 'Size of the database on disk.', 18_420_000_000, 40_000_000),
  shape('postgres_cache_hit_ratio', 'ratio', 'Blocks found in the shared buffers.', 0.9942, 0.002),
  shape('postgres_replication_lag_seconds', 'seconds', 'Replay lag of a replica.', 0.4, 0.2, { replica: 'rot-b' }),
  shape('postgres_dead_rows_ratio', 'ratio', 'Dead rows against all rows.', 0.07, 0.02, { table: 'stock_move' }),
  shape('postgres_dead_rows_count', 'count', 'Dead rows, of the largest tables.', 18_240, 9_000, {
    table: 'stock_move',
  }),
  shape('postgres_dead_rows_count', 'count', 'Dead rows, of the largest tables.', 6_021, 2_000, {
    table: 'stock_picking',
  }),
  shape('filestore_bytes', 'bytes', 'Size of the filestore.', 42_100_000_000, 1_000_000),
  shape('host_cpu_ratio', 'ratio', 'Processor time in use.', 0.46, 0.2),
  shape('host_disk_used_ratio', 'ratio', 'Disk space in use.', 0.61, 0.01, { mount: '/var/lib' }),
  shape('plimsoll_collector_up', 'boolean', 'Whether the collector could see what it looks at.', 1, 0, {
    collector: 'postgres',
  }),
];

const wave = (index: number, seed: number) =>
  Math.sin(index / 7 + seed) * 0.6 + Math.sin(index / 2.3 + seed * 3) * 0.25;

/** The newest value of each series; one of them has gone stale. */
export function latestOf(now: Temporal.Instant): LatestSample[] {
  return shapes.map((each, index) => {
    const isStale = each.metric === 'filestore_bytes';
    return {
      metric: each.metric,
      help: each.help,
      unit: each.unit,
      labels: { ...each.labels },
      value: each.level,
      at: now.subtract({ seconds: isStale ? 2_400 : 5 + index }).toString(),
      readEverySeconds: 60,
      isStale,
    };
  });
}

function steps(from: Temporal.Instant, to: Temporal.Instant, stepSeconds: number): Temporal.Instant[] {
  const total = Math.min(500, Math.floor((to.epochMilliseconds - from.epochMilliseconds) / 1_000 / stepSeconds));
  return Array.from({ length: total }, (_, index) => from.add({ seconds: index * stepSeconds }));
}

/** A metric over time; a hole in the middle, because collectors do stop. */
export function seriesOf(metric: string, from: Temporal.Instant, to: Temporal.Instant, stepSeconds: number): Series[] {
  return shapes
    .filter((each) => each.metric === metric)
    .map((each, seed) => ({
      metric,
      unit: each.unit,
      labels: { ...each.labels },
      points: steps(from, to, stepSeconds).flatMap((at, index, all) => {
        if (index > all.length * 0.42 && index < all.length * 0.46) return [];
        const mean = Math.max(0, each.level + each.swing * (wave(index, seed) - wave(all.length - 1, seed)));
        return [{ at: at.toString(), minimum: mean * 0.9, mean, maximum: mean * 1.1, last: mean, count: 4 }];
      }),
    }));
}

const classes: Readonly<Record<string, number>> = {
  'order-confirmation': 0.9,
  'pick-wave': 1.4,
  'shipment-confirmation': 0.6,
  'label-printing': 0.35,
  read: 0.04,
};

/** Request latency by transaction class. */
export function quantilesOf(
  metric: string,
  from: Temporal.Instant,
  to: Temporal.Instant,
  stepSeconds: number,
): QuantileSeries[] {
  return Object.entries(classes).map(([name, base], seed) => ({
    metric,
    unit: 'seconds',
    labels: { class: name },
    points: steps(from, to, stepSeconds).map((at, index) => {
      const median = base * (1 + 0.25 * wave(index, seed));
      return {
        at: at.toString(),
        count: 40 + seed,
        quantiles: { '0.5': median, '0.95': median * 2.6, '0.99': median * 4.1 },
      };
    }),
  }));
}

const stepNames = ['create order', 'confirm', 'reserve stock', 'pick', 'ship', 'invoice'];

/** Journey runs, newest first: mostly passing, one failure behind a lock, one refused. */
export function journeyRunsOf(now: Temporal.Instant): JourneyRun[] {
  return Array.from({ length: 14 }, (_, index): JourneyRun => {
    const outcome = index === 0 ? 'failed' : index === 9 ? 'refused' : 'passed';
    const steps = stepNames.map((name, step): JourneyRun['steps'][number] => {
      if (outcome === 'refused' || (outcome === 'failed' && step > 3)) {
        return { name, outcome: 'skipped', durationSeconds: 0, detail: null };
      }
      if (outcome === 'failed' && step === 3) {
        const detail =
          'stock.picking/button_validate gave no answer within 20 s; stock_picking is locked by pid 48211.';
        return { name, outcome: 'failed', durationSeconds: 20, detail };
      }
      return { name, outcome: 'passed', durationSeconds: 0.14 + 0.21 * ((step * 7 + index * 3) % 5), detail: null };
    });
    return {
      id: `run-${100 - index}`,
      environment: index % 3 === 1 ? 'baltic-prod' : 'acme-prod',
      journey: index % 4 === 2 ? 'goods-receipt' : 'ship-order',
      services: ['shipment-confirmation'],
      startedAt: now.subtract({ seconds: 40 + index * 300 }).toString(),
      durationSeconds: steps.reduce((sum, each) => sum + each.durationSeconds, 0),
      outcome,
      reason:
        outcome === 'failed'
          ? 'Pick gave no answer within 20 s: stock_picking is locked by pid 48211 (psql).'
          : outcome === 'refused'
            ? 'Journeys that write need consent: run `plimsoll journey install baltic-prod`.'
            : null,
      steps,
    };
  });
}
