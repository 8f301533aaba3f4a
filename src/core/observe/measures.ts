import type { Labels } from './sample.ts';

/** A stretch of time: it holds its beginning, and not its end. */
export interface Interval {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

const compare = Temporal.Instant.compare;
const later = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (compare(a, b) > 0 ? a : b);
const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (compare(a, b) < 0 ? a : b);

/** The parts of a whole that lie in any of the windows, in order and without overlap. */
export function inside(whole: Interval, windows: readonly Interval[]): readonly Interval[] {
  const clipped = windows
    .map(({ from, to }) => ({ from: later(from, whole.from), to: earlier(to, whole.to) }))
    .filter(({ from, to }) => compare(from, to) < 0)
    .toSorted((a, b) => compare(a.from, b.from));
  const merged: Interval[] = [];
  for (const next of clipped) {
    const last = merged.at(-1);
    if (last === undefined || compare(last.to, next.from) < 0) merged.push(next);
    else merged[merged.length - 1] = { from: last.from, to: later(last.to, next.to) };
  }
  return merged;
}

/** The parts of a whole that lie in none of the windows. */
export function outside(whole: Interval, windows: readonly Interval[]): readonly Interval[] {
  const rest: Interval[] = [];
  let from = whole.from;
  for (const window of inside(whole, windows)) {
    if (compare(from, window.from) < 0) rest.push({ from, to: window.from });
    from = window.to;
  }
  return compare(from, whole.to) < 0 ? [...rest, { from, to: whole.to }] : rest;
}

/** How long work waits in a queue, of what was measured over some time. */
export interface QueueMeasure {
  readonly queue: string;
  readonly class: string;
  /** `0.5` or `0.95` where it is a quantile of what was started; `oldest` for what still waits. */
  readonly statistic: string;
  readonly meanSeconds: number;
  readonly maximumSeconds: number;
  readonly lastSeconds: number;
}

interface Measured {
  readonly metric: string;
  readonly labels: Labels;
  readonly points: readonly {
    readonly mean: number;
    readonly maximum: number;
    readonly last: number;
    readonly count: number;
  }[];
}

const weighted = (points: Measured['points']): number => {
  const count = points.reduce((sum, point) => sum + point.count, 0);
  return count === 0 ? 0 : points.reduce((sum, point) => sum + point.mean * point.count, 0) / count;
};

/** The series that tell how long queued work waits (MET-03), and what of each is the queue and the class. */
export const queueMetrics = {
  odoo_queue_job_delay_seconds: ({ channel, quantile }: Labels) => ['queue job', channel, quantile],
  odoo_queue_job_oldest_seconds: ({ channel }: Labels) => ['queue job', channel, 'oldest'],
  odoo_picking_processing_seconds: ({ direction, quantile }: Labels) => ['transfers', direction, quantile],
  odoo_mail_outgoing_oldest_seconds: () => ['mail', 'outgoing', 'oldest'],
  odoo_cron_overdue_seconds: () => ['scheduled actions', 'all', 'oldest'],
} as const satisfies Readonly<Record<string, (labels: Labels) => readonly (string | undefined)[]>>;

/** Delays by queue and class (MET-03) from the series that were kept. */
export function queueMeasures(series: readonly Measured[]): readonly QueueMeasure[] {
  return series.flatMap(({ metric, labels, points }): readonly QueueMeasure[] => {
    const name = (queueMetrics as Readonly<Record<string, (labels: Labels) => readonly (string | undefined)[]>>)[
      metric
    ];
    const last = points.at(-1);
    if (name === undefined || last === undefined) return [];
    const [queue = '', className = '', statistic = ''] = name(labels);
    const maximumSeconds = Math.max(...points.map((point) => point.maximum));
    return [
      { queue, class: className, statistic, meanSeconds: weighted(points), maximumSeconds, lastSeconds: last.last },
    ];
  });
}

/** What is known of the exchanges with a kind of partner. */
export interface PartnerMeasure {
  readonly partner: string;
  readonly type: string;
  readonly succeeded: number;
  readonly failed: number;
  /** `null` where nothing records that something was tried again. */
  readonly retries: number | null;
  readonly successRatio: number;
  /** Whether success is inferred from what it leaves behind, because nothing records the exchange itself. */
  readonly isInferred: boolean;
}

/** Kinds of carriers that Odoo prices by itself: no call leaves for them. */
const ownRates: readonly string[] = ['fixed', 'base_on_rule'];

/**
 * Carriers from what was shipped (MET-04): a delivery with a tracking reference is a call that succeeded, one without is
 * a call that failed. Odoo's core keeps no record of the calls, so retries are not known.
 */
export function shipmentMeasures(series: readonly Measured[]): readonly PartnerMeasure[] {
  const carriers = Map.groupBy(
    series.filter(
      ({ metric, labels }) => metric === 'odoo_shipment_per_hour' && !ownRates.includes(labels['carrier_type'] ?? ''),
    ),
    ({ labels }) => labels['carrier_type'] ?? '',
  );
  return [...carriers].flatMap(([partner, own]): readonly PartnerMeasure[] => {
    // The metric counts the last hour at every look: its mean over an hourly step is that hour's count.
    const counted = (tracked: string): number =>
      own
        .filter(({ labels }) => labels['tracked'] === tracked)
        .reduce((sum, { points }) => sum + points.reduce((total, point) => total + point.mean, 0), 0);
    const [succeeded, failed] = [counted('yes'), counted('no')];
    if (succeeded + failed === 0) return [];
    const successRatio = succeeded / (succeeded + failed);
    return [{ partner, type: 'shipment', succeeded, failed, retries: null, successRatio, isInferred: true }];
  });
}
