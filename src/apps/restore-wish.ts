import type { Environment } from '../core/estate/index.ts';
import type { RestoreWish } from '../core/recovery/index.ts';
import type { RestoreAsk } from './server/deps.ts';

/** What the API took as the core's wish. */
export const wishOf = (environment: Environment, ask: RestoreAsk): RestoreWish => ({
  mode: ask.mode,
  target: ask.mode === 'in-place' ? environment.name : ask.target,
  at: ask.at === undefined ? undefined : Temporal.Instant.from(ask.at),
  backup: ask.backup,
  acceptLossSeconds: ask.acknowledgeLossSeconds,
  // Beside its source it is neutralised, always: what goes live is made by hand, on the machine.
  isLive: ask.mode === 'in-place',
  acceptsSecondLive: false,
  withoutSafetyBackup: ask.mode === 'in-place' && ask.withoutSafetyBackup,
  runsJourneys: ask.runsJourneys,
  isReduced: ask.mode === 'clone' && ask.reduceSeconds !== undefined,
  isAnonymised: ask.mode === 'clone' && ask.isAnonymised,
});
