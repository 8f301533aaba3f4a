import type { Seconds } from '../kernel/index.ts';

/** Degraded and interrupted are different things (SLO-04); what is at risk is not lost yet. */
export type AlertClass = 'interrupted' | 'at-risk' | 'degraded';

/** From the worst on. */
export const alertClasses: readonly AlertClass[] = ['interrupted', 'at-risk', 'degraded'];

export type SignalSource = 'finding' | 'health' | 'burn' | 'forecast' | 'alertmanager';

export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/** A cut-off that work waits for, in the words of its site. */
export interface Deadline {
  readonly name: string;
  readonly site: string;
  readonly siteTitle: string;
  readonly at: Temporal.Instant;
  readonly timezone: string;
}

/** One thing that was noticed. Pure input: where it comes from is not where it is judged. */
export interface AlertSignal {
  /** The same key is the same thing seen again. */
  readonly key: string;
  readonly source: SignalSource;
  /** `TABLE_LOCKED`, `CUT_OFF_AT_RISK` … or the name of an alert from elsewhere. */
  readonly code: string;
  readonly environment: string | null;
  /** Business services that suffer. */
  readonly services: readonly string[];
  readonly subject: string;
  /** What belongs together within an environment: its signals are one alert. */
  readonly theme: string;
  readonly class: AlertClass;
  /** What is seen, as a sentence. */
  readonly summary: string;
  /** What the source says to do; `null` where it says nothing. */
  readonly action: string | null;
  readonly deadline: Deadline | null;
  readonly itemsAtRisk: number | null;
  readonly growthPerHour: number | null;
  readonly startedAt: Temporal.Instant;
  readonly evidence: Evidence;
}

/** Work of a site that waits for its next cut-off: what an outage puts at risk. */
export interface Exposure {
  readonly environment: string;
  readonly deadline: Deadline;
  readonly items: number | null;
  /** When it was counted: during an outage nobody can count. */
  readonly measuredAt: Temporal.Instant | null;
}

/** Time left to a deadline; never less than nothing. */
export function secondsLeft(deadline: Pick<Deadline, 'at'>, now: Temporal.Instant): Seconds {
  return Math.max(0, deadline.at.since(now).total('seconds'));
}
