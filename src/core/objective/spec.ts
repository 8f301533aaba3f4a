import type { AgreedTime, BacklogKind } from '../estate/index.ts';
import type { Ratio, Seconds } from '../kernel/index.ts';
import type { Target } from './burn.ts';
import type { ObjectiveKind } from './verdict.ts';
import type { WindowSpec } from './window.ts';

/** Where the good and the total of an objective come from. */
export type Signal =
  /** Runs of a synthetic transaction; with a limit, those that passed within it are good. */
  | { readonly kind: 'journey'; readonly journey: string; readonly limitSeconds: Seconds | undefined }
  /** Requests of users by transaction class; without a limit, those that the server did not fail are good. */
  | { readonly kind: 'requests'; readonly class: string; readonly limitSeconds: Seconds | undefined }
  /** Each time a calendar event comes, nothing may be late. `warehouses`: `undefined` for all. */
  | {
      readonly kind: 'cut-off';
      readonly event: string;
      readonly site: string;
      readonly warehouses: readonly string[] | undefined;
      /** What must not be late: transfers by where they go, or documents that must not wait at all. */
      readonly work: BacklogKind;
    }
  /** Deliveries through a kind of carrier: those with a tracking reference are good. */
  | { readonly kind: 'shipments'; readonly carrierType: string }
  /** Counters of a Prometheus. */
  | { readonly kind: 'prometheus'; readonly good: string; readonly total: string }
  /** Nothing that is observed says anything about it. */
  | { readonly kind: 'none'; readonly why: string };

/** One promise, ours or to a customer, about one service in one environment: everything needed to judge it. */
export interface ObjectiveSpec extends Target {
  readonly key: string;
  readonly environment: string;
  readonly service: string;
  readonly kind: ObjectiveKind;
  readonly promise: string;
  readonly commitment: string | null;
  readonly window: WindowSpec;
  readonly signal: Signal;
  /** The limit and the share it stands for, for a latency objective. */
  readonly latency: { readonly percentileRatio: Ratio; readonly seconds: Seconds } | undefined;
  readonly exclude: readonly AgreedTime[];
  /** Points come this often where all is well; longer without one is a gap. `undefined` where silence says nothing. */
  readonly everySeconds: Seconds | undefined;
}
