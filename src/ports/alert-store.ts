import type { Alert, ExternalAlert, OutboxDraft } from '../core/alert/index.ts';
import type { BacklogForecast } from '../core/forecast/index.ts';

/** An alert as an Alertmanager tells it: with an end where it is over. */
export interface ExternalNotice extends ExternalAlert {
  readonly endsAt: Temporal.Instant | null;
}

/** Alerts, and what they are made from besides findings. */
export interface AlertStore {
  /** Held to the end of the transaction: one look at alerts at a time, whichever controller makes it. */
  lock(): Promise<void>;
  put(alerts: readonly Alert[]): Promise<void>;
  get(id: string): Promise<Alert | undefined>;
  /** Open ones first, the heaviest first; then those that are over, newest first. */
  list(options: {
    readonly environment?: string | undefined;
    readonly includeResolved: boolean;
    readonly limit: number;
  }): Promise<readonly Alert[]>;
  /** Everything that opened at or after the instant. */
  openedSince(at: Temporal.Instant): Promise<readonly Alert[]>;
  takeExternal(notices: readonly ExternalNotice[], now: Temporal.Instant): Promise<void>;
  /** Those that have not ended, and of which something was heard since the instant. */
  external(heardSince: Temporal.Instant): Promise<readonly ExternalAlert[]>;
  putForecasts(forecasts: readonly BacklogForecast[]): Promise<void>;
  forecasts(): Promise<readonly BacklogForecast[]>;
  /** Forgets forecasts of backlogs that are declared no more. */
  dropForecastsExcept(keys: readonly Pick<BacklogForecast, 'environment' | 'service' | 'site'>[]): Promise<void>;
}

/** A message with what became of it. */
export interface OutboxMessage extends OutboxDraft {
  /** Goes with every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  readonly writtenAt: Temporal.Instant;
  readonly settledAt: Temporal.Instant | null;
  /** Why the last attempt failed. */
  readonly problem: string | null;
}

/** What became of an attempt. */
export type Attempt =
  | { readonly kind: 'sent' }
  | { readonly kind: 'again'; readonly dueAt: Temporal.Instant; readonly problem: string }
  | { readonly kind: 'failed'; readonly problem: string };

/** Messages that wait to be sent: written with the decision to send them, and kept until they are. */
export interface OutboxStore {
  /** Writes what was not written yet, by its key; answers how many were new. */
  write(drafts: readonly OutboxDraft[], now: Temporal.Instant): Promise<number>;
  /**
   * Takes due messages for one sender until the instant; another sender may take them after that. Each taking counts as an
   * attempt before it is made, so that a message which kills its sender does not live for ever.
   */
  claim(options: {
    readonly now: Temporal.Instant;
    readonly until: Temporal.Instant;
    readonly limit: number;
  }): Promise<readonly OutboxMessage[]>;
  settle(id: string, attempt: Attempt, now: Temporal.Instant): Promise<void>;
  /** Newest first. */
  list(options: { readonly alert?: string | undefined; readonly limit: number }): Promise<readonly OutboxMessage[]>;
  /** Forgets what was sent or given up before the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}
