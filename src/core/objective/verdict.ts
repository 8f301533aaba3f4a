import type { Ratio, Seconds } from '../kernel/index.ts';
import type { AlertSeverity, BurnRule } from './burn-rules.ts';
import type { Exclusion } from './exclusion.ts';

export const objectiveKinds = ['availability', 'latency', 'backlog', 'integration'] as const;
export type ObjectiveKind = (typeof objectiveKinds)[number];

/**
 * `at-risk`: the budget burns too fast, is nearly spent, or the ratio is below the target with budget left. `unknown`: nothing
 * recent enough is known; it is neither good nor bad.
 */
export const objectiveStates = ['met', 'at-risk', 'breached', 'unknown'] as const;
export type ObjectiveState = (typeof objectiveStates)[number];

/** How the service does right now, apart from its promise: slow or failing in part is not interrupted (SLO-04). */
export const serviceConditions = ['working', 'degraded', 'interrupted', 'unknown'] as const;
export type ServiceCondition = (typeof serviceConditions)[number];

/** A burn rule that fires. */
export interface Firing {
  readonly severity: AlertSeverity;
  /** The long window of the rule. */
  readonly window: BurnRule['window'];
  readonly burnRate: number;
  readonly isLowTraffic: boolean;
  readonly since: Temporal.Instant;
  /** The rule's condition was last true then; it ends when it was not for as long as the short window. */
  readonly lastTrueAt: Temporal.Instant;
}

/** The time an objective is judged over. */
export interface ObjectiveWindow {
  readonly kind: 'rolling' | 'calendar';
  /** `30d`, or `month`, `week`, `quarter`. */
  readonly name: string;
  readonly seconds: Seconds;
  readonly from: Temporal.Instant;
  /** The end of the calendar period, or the moment of the verdict. */
  readonly to: Temporal.Instant;
}

/** Time that does not count, with who says so and what was counted in it. */
export interface ExcludedTime extends Exclusion {
  readonly source: 'declared' | 'calendar';
  readonly total: number;
}

/** Good of total in a part of the time; `attainment` is `null` where nothing was counted. */
export interface PeriodFigures {
  readonly good: number;
  readonly total: number;
  readonly attainment: Ratio | null;
}

/** What is true of one objective, or of one promise to a customer, at one moment. */
export interface ObjectiveVerdict {
  /** Stable, and safe in an address: `acme-prod.shipment-confirmation.availability-30d`. */
  readonly key: string;
  readonly environment: string;
  readonly service: string;
  readonly kind: ObjectiveKind;
  /** What is promised, in words: `99.5% available over 30d`. */
  readonly promise: string;
  /** The BusinessCommitment it stems from; `null` for an objective of our own. */
  readonly commitment: string | null;
  readonly state: ObjectiveState;
  readonly condition: ServiceCondition;
  /** An active security compromise: not reliable, even where it answers (SEC-09). */
  readonly isCompromised: boolean;
  /** Why the state is what it is, in one sentence. */
  readonly reason: string;
  readonly targetRatio: Ratio;
  readonly attainment: Ratio | null;
  /** The share of the budget that is left; negative where more was spent than there was. */
  readonly budgetRemaining: Ratio | null;
  readonly good: number;
  readonly total: number;
  readonly window: ObjectiveWindow;
  readonly firing: readonly Firing[];
  readonly excluded: readonly ExcludedTime[];
  /** Times for which nothing is known: neither good nor bad. */
  readonly gaps: readonly { readonly from: Temporal.Instant; readonly to: Temporal.Instant }[];
  /** Ordinary times and declared peaks apart (MET-02); `peak` is `null` where the window held none. */
  readonly normal: PeriodFigures;
  readonly peak: PeriodFigures | null;
  readonly at: Temporal.Instant;
}

/** One point of an objective's past, one an hour. */
export interface ObjectivePoint {
  readonly key: string;
  readonly at: Temporal.Instant;
  readonly state: ObjectiveState;
  readonly attainment: Ratio | null;
  readonly budgetRemaining: Ratio | null;
}
