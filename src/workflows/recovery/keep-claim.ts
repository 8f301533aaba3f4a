import type { Clock } from '../../ports/clock.ts';

const renewEverySeconds = 20;

/** Aborts with the reason when the claim is lost: another writes now, or the repository is away. */
export function keepClaim(claim: { renew(): Promise<void> }, clock: Clock) {
  const lost = new AbortController();
  const ended = new AbortController();
  const renewing = (async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(renewEverySeconds, ended.signal).catch(() => {});
      if (!ended.signal.aborted) await claim.renew();
    }
  })().catch((error: unknown) => lost.abort(error));
  return {
    signal: lost.signal,
    stop: async (): Promise<void> => {
      ended.abort();
      await renewing;
    },
  };
}
