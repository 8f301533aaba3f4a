import type { Seconds } from '../core/kernel/index.ts';

/** The one source of time for workflows and apps; core takes `now` as an argument. */
export interface Clock {
  now(): Temporal.Instant;
  /** Seconds since some beginning, whoever sets the clock meanwhile. Absent where nobody can: then `now` tells as much. */
  elapsedSeconds?(): Seconds;
  /** Resolves after the time has passed, rejects with the signal's reason when it is aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
}
