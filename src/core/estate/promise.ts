import type { Ratio, Seconds } from '../kernel/index.ts';
import type { Place } from './place.ts';

/** A window that rolls, or a period of the calendar. */
export type DeclaredWindow = Seconds | 'week' | 'month' | 'quarter';

/** Agreed time that does not count: declared, shown with its reason, never silent. */
export interface AgreedTime {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  readonly reason: string;
}

/** p95 at most 2 s is `{ percentileRatio: 0.95, seconds: 2 }`. */
export interface LatencyLimit {
  readonly percentileRatio: Ratio;
  readonly seconds: Seconds;
}

/** One entry under `objectives:` of a service; it may hold several promises over one window. */
export interface ServiceObjective {
  readonly availabilityRatio: Ratio | undefined;
  readonly window: DeclaredWindow | undefined;
  readonly latency: LatencyLimit | undefined;
  readonly backlog: { readonly clearBefore: string; readonly onTimeRatio: Ratio | undefined } | undefined;
  readonly integration:
    | { readonly name: string; readonly successRatio: Ratio; readonly carrierType: string }
    | undefined;
  /** Counters to judge it by, instead of what we collect. */
  readonly prometheus: { readonly good: string; readonly total: string } | undefined;
  readonly exclude: readonly AgreedTime[];
}

/** A promise to a customer, apart from our own objectives (SLO-09). */
export interface BusinessCommitment {
  readonly name: string;
  readonly title: string;
  readonly tenant: string | undefined;
  readonly service: string;
  readonly promise: Pick<ServiceObjective, 'availabilityRatio' | 'latency' | 'backlog'>;
  readonly window: DeclaredWindow | undefined;
  readonly exclude: readonly AgreedTime[];
  readonly penalty: string | undefined;
  readonly place: Place;
}

/** A service that answers, but must not be trusted (SEC-09). */
export interface Compromise {
  readonly since: Temporal.Instant;
  readonly until: Temporal.Instant | undefined;
  readonly reason: string;
}

/** What a service may lose and how long it may be away; the strictest of its environments where it says nothing itself. */
export interface ServiceRecovery {
  readonly rpoSeconds: Seconds | undefined;
  readonly rtoSeconds: Seconds | undefined;
  /** Whether the service says it itself. */
  readonly isOwn: boolean;
}
