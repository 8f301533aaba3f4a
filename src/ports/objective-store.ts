import type { ObjectivePoint, ObjectiveVerdict } from '../core/objective/index.ts';

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
  /** Forgets points older than the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}
