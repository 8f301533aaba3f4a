import type { ObjectivePoint, ObjectiveVerdict } from '../core/objective/index.ts';

/** What was counted for an objective since it was first judged: it only grows. */
export interface ObjectiveCounter {
  readonly key: string;
  readonly good: number;
  readonly total: number;
}

/** The newest verdict on every objective, and how each got there. */
export interface ObjectiveStore {
  /**
   * Makes the verdicts on an environment those given: what is no longer promised is forgotten, its past is kept. Verdicts
   * that are older than the stored ones change nothing.
   */
  put(environment: string, verdicts: readonly ObjectiveVerdict[], at: Temporal.Instant): Promise<void>;
  /** By key. */
  list(options?: { readonly environment?: string | undefined }): Promise<readonly ObjectiveVerdict[]>;
  get(key: string): Promise<ObjectiveVerdict | undefined>;
  /** Keeps points of the past; a point of the same key and instant is replaced. */
  remember(points: readonly ObjectivePoint[]): Promise<void>;
  /** Oldest first. */
  history(key: string, since: Temporal.Instant): Promise<readonly ObjectivePoint[]>;
  /**
   * Adds what was counted from `from` up to `upTo`. Only where the counter stands at `from` or has not begun: nothing is ever
   * counted twice, whoever counts.
   */
  advance(
    counted: readonly (ObjectiveCounter & { readonly from: Temporal.Instant; readonly upTo: Temporal.Instant })[],
  ): Promise<void>;
  /** Up to when each was counted. */
  countedUpTo(keys: readonly string[]): Promise<ReadonlyMap<string, Temporal.Instant>>;
  counters(): Promise<readonly ObjectiveCounter[]>;
  /** Forgets points older than the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}
