import type { Measures } from './resources.ts';

/** Ranges that one may look back over, by the word that stands in the address. */
export const ranges = { '24h': 24, '7d': 168, '31d': 744 } as const;
export type Range = keyof typeof ranges;

/** The range of the address; a day where it says nothing sensible. */
export function rangeOf(text: string | undefined): Range {
  return text !== undefined && Object.hasOwn(ranges, text) ? (text as Range) : '24h';
}

type Latency = Measures['latency'][number];

/** A transaction class in its two periods, side by side. */
export interface ClassLatency {
  readonly name: string;
  readonly normal: Latency | undefined;
  readonly peak: Latency | undefined;
  /** How many times as long the p95 is in peaks; nothing where one of the two was not measured. */
  readonly peakFactor: number | undefined;
}

/** Latency by class, the slowest p95 first. */
export function latencyByClass(latency: Measures['latency']): readonly ClassLatency[] {
  const classes = [...Map.groupBy(latency, (each) => each.class)].map(([name, rows]): ClassLatency => {
    const normal = rows.find(({ period }) => period === 'normal');
    const peak = rows.find(({ period }) => period === 'peak');
    const isComparable = normal !== undefined && peak !== undefined && normal.p95Seconds > 0;
    return { name, normal, peak, peakFactor: isComparable ? peak.p95Seconds / normal.p95Seconds : undefined };
  });
  const slowest = ({ normal, peak }: ClassLatency) => Math.max(normal?.p95Seconds ?? 0, peak?.p95Seconds ?? 0);
  return classes.toSorted((a, b) => slowest(b) - slowest(a));
}

type Queue = Measures['queues'][number];

/** A queue's delays, its statistics side by side. */
export interface QueueDelays {
  readonly queue: string;
  readonly class: string;
  readonly half: Queue | undefined;
  readonly most: Queue | undefined;
  readonly oldest: Queue | undefined;
}

/** Queues with what half and 95 % of their jobs waited, and the oldest that still waits. */
export function queuesOf(queues: Measures['queues']): readonly QueueDelays[] {
  return [...Map.groupBy(queues, (each) => `${each.queue}\0${each.class}`)].map(([, rows]) => {
    const of = (statistic: string) => rows.find((row) => row.statistic === statistic);
    return {
      queue: rows[0]?.queue ?? '',
      class: rows[0]?.class ?? '',
      half: of('0.5'),
      most: of('0.95'),
      oldest: of('oldest'),
    };
  });
}
