import type { Seconds } from '../kernel/index.ts';
import type { Labels, MetricName } from '../observe/index.ts';

export interface TimedValue {
  readonly at: Temporal.Instant;
  readonly value: number;
}

/** What was kept of one series, oldest first. */
export interface IndicatorSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly points: readonly TimedValue[];
}

/** A delay, a backlog or a count of failures that is clearly above what it was over the day before. */
export interface Rising {
  readonly metric: string;
  /** `shipping`, `mail` …: what kind of work it is about, which tells what may stand behind it. */
  readonly work: Work;
  readonly title: string;
  readonly unit: 'seconds' | 'count';
  readonly usual: number;
  readonly now: number;
  readonly since: Temporal.Instant;
}

export type Work = 'shipping' | 'receiving' | 'moving' | 'orders' | 'invoices' | 'mail' | 'jobs' | 'scheduled-actions';

type Definition = Pick<Rising, 'title' | 'unit' | 'work'>;

const byDirection: Readonly<Record<string, Work>> = { outgoing: 'shipping', incoming: 'receiving', internal: 'moving' };
const wordOf: Readonly<Record<string, string>> = {
  outgoing: 'outgoing transfers',
  incoming: 'incoming transfers',
  internal: 'internal transfers',
};

function transfers(what: string, unit: Rising['unit']) {
  return ({ direction = '' }: Labels): Definition | undefined => {
    const work = byDirection[direction];
    return work === undefined ? undefined : { title: `${what} of ${wordOf[direction]}`, unit, work };
  };
}

/** The indicators that tell of delays and backlogs, and of what work. The rest of their labels is added up, or the worst counts. */
export const risingIndicators = {
  odoo_picking_backlog_count: transfers('backlog', 'count'),
  odoo_picking_late_count: transfers('late work', 'count'),
  odoo_picking_processing_seconds: ({ quantile, ...rest }) =>
    quantile === '0.95' ? transfers('processing time (95 of 100)', 'seconds')(rest) : undefined,
  odoo_order_waiting_count: () => ({ title: 'orders that wait for confirmation', unit: 'count', work: 'orders' }),
  odoo_invoice_draft_count: () => ({ title: 'invoices that wait to be posted', unit: 'count', work: 'invoices' }),
  odoo_queue_job_oldest_seconds: ({ channel = 'root' }) => ({
    ...{ title: `wait of the oldest job in ${channel}`, unit: 'seconds', work: 'jobs' },
  }),
  odoo_mail_outgoing_oldest_seconds: () => ({ title: 'wait of the oldest mail', unit: 'seconds', work: 'mail' }),
  odoo_cron_overdue_seconds: () => ({
    ...{ title: 'lateness of scheduled actions', unit: 'seconds', work: 'scheduled-actions' },
  }),
  odoo_queue_job_count: ({ state }) =>
    state === 'failed' ? { title: 'failed jobs', unit: 'count', work: 'jobs' } : undefined,
  odoo_cron_failing_count: () => ({
    ...{ title: 'scheduled actions that fail', unit: 'count', work: 'scheduled-actions' },
  }),
  odoo_mail_failed_count: () => ({ title: 'mails that could not be delivered', unit: 'count', work: 'mail' }),
} as const satisfies Partial<Readonly<Record<MetricName, (labels: Labels) => Definition | undefined>>>;

/** What counts as usual: from a day to an hour before now. */
export const usualSeconds: Seconds = 86_400;
const recentSeconds: Seconds = 1_800;
const settledSeconds: Seconds = 3_600;
/** Fewer points than these say neither what is usual nor what is now. */
const leastUsual = 6;
const leastRecent = 2;
/** Below this factor, and below these differences, it is the day going up and down. */
const leastFactor = 1.5;
const leastDifference = { seconds: 60, count: 10 } as const;
/** Of what should never fail, fewer pieces are no swell of the day. */
const leastFailures: Readonly<Record<string, number>> = {
  odoo_queue_job_count: 3,
  odoo_cron_failing_count: 1,
  odoo_mail_failed_count: 3,
};

const leastOf = (metric: string, unit: Rising['unit']): number => leastFailures[metric] ?? leastDifference[unit];

const secondsOf = (at: Temporal.Instant): number => at.epochMilliseconds / 1_000;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value that the share of the values does not exceed. */
export function shareOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Series of one meaning as one: counts add up, of waits the longest counts. */
function together(series: readonly IndicatorSeries[], unit: Rising['unit']): readonly TimedValue[] {
  const values = new Map<number, number>();
  for (const { at, value } of series.flatMap(({ points }) => points)) {
    const known = values.get(at.epochMilliseconds);
    const joined = known === undefined ? value : unit === 'count' ? known + value : Math.max(known, value);
    values.set(at.epochMilliseconds, joined);
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([at, value]) => ({ at: Temporal.Instant.fromEpochMilliseconds(at), value }));
}

function risingOf(points: readonly TimedValue[], least: number, now: Temporal.Instant) {
  const age = ({ at }: TimedValue): number => secondsOf(now) - secondsOf(at);
  const recent = points.filter((point) => age(point) >= 0 && age(point) <= recentSeconds).map(({ value }) => value);
  const before = points.filter((point) => age(point) > settledSeconds && age(point) <= usualSeconds);
  if (recent.length < leastRecent || before.length < leastUsual) return undefined;
  const values = before.map(({ value }) => value);
  const [usual, high, level] = [shareOf(values, 0.5), shareOf(values, 0.9), meanOf(recent)];
  const isClear = level >= usual * leastFactor && level - usual >= least && level > high;
  if (!isClear) return undefined;
  // It began where it left what the day before knew: half-way up, and above the day's own swell.
  const border = Math.max((usual + level) / 2, high);
  const calm = points.findLastIndex((point) => point.value <= border && age(point) >= 0);
  return { usual, now: level, since: points[calm + 1]?.at ?? now };
}

/** Which delays and backlogs have risen, the largest rise first. Says nothing where too little was counted. */
export function risingsOf(series: readonly IndicatorSeries[], now: Temporal.Instant): readonly Rising[] {
  const definitions: Readonly<Record<string, (labels: Labels) => Definition | undefined>> = risingIndicators;
  const meant = series.flatMap((each) => {
    const definition = definitions[each.metric]?.(each.labels);
    return definition === undefined ? [] : [{ series: each, definition, key: `${each.metric} ${definition.title}` }];
  });
  const factor = (rising: Rising): number =>
    rising.now / Math.max(rising.usual, leastOf(rising.metric, rising.unit) / 10);
  return [...Map.groupBy(meant, ({ key }) => key).values()]
    .flatMap((same): readonly Rising[] => {
      const [first] = same;
      if (first === undefined) return [];
      const { definition } = first;
      const found = risingOf(
        together(
          same.map((each) => each.series),
          definition.unit,
        ),
        leastOf(first.series.metric, definition.unit),
        now,
      );
      return found === undefined ? [] : [{ metric: first.series.metric, ...definition, ...found }];
    })
    .toSorted((a, b) => factor(b) - factor(a) || a.title.localeCompare(b.title));
}
