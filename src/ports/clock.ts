/** The one source of time for workflows and apps; core takes `now` as an argument. */
export interface Clock {
  now(): Temporal.Instant;
  /** Resolves after the time has passed, rejects with the signal's reason when it is aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}
