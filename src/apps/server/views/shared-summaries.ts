import type { Estate } from '../../../core/estate/index.ts';
import type { ServerDeps } from '../deps.ts';
import { calendarAround, type EnvironmentSummary, summariesOf } from './environments.ts';

/** Measurements come without an event; after this they count. */
const sharedForMilliseconds = 2_000;

interface Shared {
  readonly estate: Estate;
  readonly atMilliseconds: number;
  readonly summaries: Promise<readonly EnvironmentSummary[]>;
}

/**
 * The summaries of the whole estate, read once for everybody who asks while nothing happens: a thousand environments
 * cost a thousand rows, and every open portal asks at the same event. An event makes the next question read again.
 */
export function createSharedSummaries(deps: ServerDeps): () => Promise<readonly EnvironmentSummary[]> {
  let shared: Shared | undefined;
  deps.onEvents(() => {
    shared = undefined;
  });
  return () => {
    const now = deps.clock.now();
    const { estate } = deps.estate();
    const age = now.epochMilliseconds - (shared?.atMilliseconds ?? 0);
    if (shared?.estate === estate && age >= 0 && age < sharedForMilliseconds) return shared.summaries;
    const summaries = summariesOf(deps, estate.environments, calendarAround(deps, estate, now), now);
    const mine: Shared = { estate, atMilliseconds: now.epochMilliseconds, summaries };
    shared = mine;
    summaries.catch(() => {
      if (shared === mine) shared = undefined;
    });
    return summaries;
  };
}
