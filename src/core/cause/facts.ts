import type { Ratio } from '../kernel/index.ts';
import type { IndicatorSeries } from './rising.ts';

export type CauseKind =
  | 'lock'
  | 'database'
  | 'change'
  | 'workers'
  | 'scheduled-actions'
  | 'partner'
  | 'machine'
  | 'arrivals'
  | 'floor';

/** A finding, open or over, as far as it may explain something. */
export interface FindingSeen {
  readonly code: string;
  readonly subject: string;
  readonly reason: string;
  readonly action: string;
  readonly openedAt: Temporal.Instant;
  readonly closedAt: Temporal.Instant | null;
}

/** A change of how the environment is made, with what it did to latency where that is known. */
export interface ChangeSeen {
  readonly at: Temporal.Instant;
  readonly what: string;
  readonly step: string | null;
  /** A start of a component changes less than a release. */
  readonly isStart: boolean;
}

/** What was recorded around a rise. Series: five-minute steps of a day, and for flows hours of a week. */
export interface CauseFacts {
  readonly findings: readonly FindingSeen[];
  readonly changes: readonly ChangeSeen[];
  readonly series: readonly IndicatorSeries[];
  readonly hourly: readonly IndicatorSeries[];
  /** Declared processes by component. */
  readonly workers: Readonly<Record<string, number>>;
  readonly now: Temporal.Instant;
}

/** One sign of one cause. */
export interface Sign {
  readonly kind: CauseKind;
  readonly strength: Ratio;
  readonly evidence: string;
  readonly action: string;
  readonly since: Temporal.Instant | null;
}
