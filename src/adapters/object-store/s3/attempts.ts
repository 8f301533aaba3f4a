import { decorrelatedJitterGenerator, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Fault } from '../../../core/kernel/index.ts';
import { faultOf, readRefusal } from './faults.ts';

/** How long and how often a service is asked, in seconds. */
export interface S3Patience {
  readonly attempts: number;
  readonly firstDelaySeconds: number;
  readonly longestDelaySeconds: number;
  readonly connectSeconds: number;
  /** Longest silence on an open connection. */
  readonly idleSeconds: number;
  /** Longest that one try may take in all: the slowest link that is worth using moves a piece in this time. */
  readonly attemptSeconds: number;
}

export const defaultPatience: S3Patience = {
  attempts: 6,
  firstDelaySeconds: 0.2,
  longestDelaySeconds: 10,
  connectSeconds: 10,
  idleSeconds: 30,
  attemptSeconds: 180,
};

/** Asks with bounded tries; the answer, a `Fault`, or the caller's own reason to stop. */
export type Ask = <Answer>(
  what: string,
  work: (signal: AbortSignal) => Promise<Answer>,
  signal?: AbortSignal | undefined,
) => Promise<Answer>;

/** Every try has a deadline of its own; only what can get better is tried again, later and later, with jitter. */
export function createAsk(place: string, patience: S3Patience): Ask {
  return async (what, work, signal) => {
    signal?.throwIfAborted();
    let attempts = 0;
    // A caller's abort is no weakness of the service: it ends the tries at once.
    const again = retry(
      handleWhen((error) => signal?.aborted !== true && !(error instanceof Fault) && readRefusal(error).isTransient),
      {
        maxAttempts: patience.attempts - 1,
        backoff: new ExponentialBackoff({
          initialDelay: patience.firstDelaySeconds * 1_000,
          maxDelay: patience.longestDelaySeconds * 1_000,
          generator: decorrelatedJitterGenerator,
        }),
      },
    );
    try {
      return await again.execute(async () => {
        attempts += 1;
        const deadline = AbortSignal.timeout(patience.attemptSeconds * 1_000);
        return await work(signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
      }, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Fault) throw error;
      throw faultOf(error, what, place, attempts);
    }
  };
}
