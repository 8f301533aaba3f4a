import type { Ratio } from '../kernel/index.ts';
import type { Place } from './place.ts';

/** A departure from a policy that somebody approved until a day, that day included. */
export interface PolicyException {
  readonly name: string;
  readonly policy: string;
  readonly environments: readonly string[];
  readonly reason: string;
  readonly approvedBy: string;
  readonly expires: string;
  readonly place: Place;
}

/** How a failed exchange with a partner is tried again, as far as it is declared. */
export interface Retry {
  readonly attempts: number | undefined;
  readonly backoff: 'none' | 'fixed' | 'exponential' | undefined;
  /** The share of exchanges that may be repeated ones. */
  readonly budgetRatio: Ratio | undefined;
}
