import type { Interval, Labels, Sample, SketchSample } from '../core/observe/index.ts';

/** One point of an aggregated series. */
export interface SeriesPoint {
  /** Start of the step. */
  readonly at: Temporal.Instant;
  readonly minimum: number;
  readonly mean: number;
  readonly maximum: number;
  readonly last: number;
  readonly count: number;
}

export interface Series {
  readonly metric: string;
  readonly labels: Labels;
  readonly points: readonly SeriesPoint[];
}

export interface QuantileQuery extends SeriesQuery {
  readonly quantiles: readonly number[];
  readonly during?: readonly Interval[] | undefined;
  /** Where given, points say how many were at most so slow. */
  readonly limitSeconds?: number | undefined;
}

/** One point of a latency series, answered from merged sketches. */
export interface QuantilePoint {
  readonly at: Temporal.Instant;
  readonly count: number;
  /** Keyed by quantile: `{ '0.5': 0.12, '0.95': 0.8 }`, in the metric's unit. */
  readonly quantiles: Readonly<Record<string, number>>;
  /** How many were within the limit, where one was asked for. */
  readonly withinLimit?: number;
}

export interface QuantileSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly points: readonly QuantilePoint[];
}

export interface SeriesQuery {
  readonly environment: string;
  readonly metric: string;
  /** Every label given must match; others are free. */
  readonly labels?: Labels | undefined;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly stepSeconds: number;
}

/** A step that holds all time: for one figure over a whole range, or over parts of it. */
export const wholeStepSeconds = 10_000_000_000;

/** Samples and sketches in time: partitioned, rolled up, retained by policy. */
export interface SampleStore {
  write(samples: readonly Sample[]): Promise<void>;
  writeSketches(sketches: readonly SketchSample[]): Promise<void>;
  /** The newest sample of every series of an environment that is not older than `since`. */
  latest(environment: string, since: Temporal.Instant): Promise<readonly Sample[]>;
  /** The newest sample, not older than `since`, of every series of the metrics of these environments, or of all: one question for a whole estate. */
  newestOf(
    metrics: readonly string[],
    since: Temporal.Instant,
    environments?: readonly string[],
  ): Promise<readonly Sample[]>;
  range(query: SeriesQuery): Promise<readonly Series[]>;
  /** `during` leaves out what does not begin in any of its parts. */
  quantiles(query: QuantileQuery): Promise<readonly QuantileSeries[]>;
  /**
   * Rolls up the hours that ended by the instant and whose roll-ups are behind, late samples included. What a store
   * answers stays the same, it only costs less. Safe to run twice, on two controllers, and to be killed.
   */
  rollUp(endedBy: Temporal.Instant): Promise<{ readonly rolledHours: number }>;
  /** Rolls up what is behind and drops what is older than its retention. Safe to run twice, and on two controllers. */
  maintain(options: {
    readonly now: Temporal.Instant;
    readonly retainRawSeconds: number;
    readonly retainRolledUpSeconds: number;
  }): Promise<{ readonly rolledUpRows: number; readonly droppedPartitions: number }>;
}
