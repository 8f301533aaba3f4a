import type { LiveForecast } from './live.ts';

/** The forecast of one backlog against its next cut-off, as it is kept and shown. */
export interface BacklogForecast {
  readonly environment: string;
  readonly service: string;
  readonly site: string;
  readonly siteTitle: string;
  readonly cutOff: {
    readonly name: string;
    readonly title: string;
    readonly at: Temporal.Instant;
    readonly timezone: string;
  };
  /** `null` where too little was counted to say anything, or too long ago. */
  readonly said: LiveForecast | null;
  readonly judgedAt: Temporal.Instant;
}
