import type { Seconds } from '../kernel/index.ts';

/** How a process that should run came to an end. */
export type Ending = 'crash' | 'clean' | 'unknown';

/** What the supervisor knows about one component that is not running. */
export interface DownComponent {
  readonly endedAt: Temporal.Instant;
  readonly ending: Ending;
  /** Earlier restarts, oldest first. */
  readonly restarts: readonly Temporal.Instant[];
  /** An operator asked for it to stay stopped. */
  readonly isHeld: boolean;
}

export type RestartDecision =
  | { readonly kind: 'hold'; readonly why: string }
  | { readonly kind: 'wait'; readonly until: Temporal.Instant; readonly why: string }
  | { readonly kind: 'start'; readonly why: string };

/** Restarts that count towards the next delay. */
export const restartMemorySeconds: Seconds = 600;
/** The longest wait between two restarts of a component that keeps crashing. */
export const longestDelaySeconds: Seconds = 60;
/** A process that somebody ended cleanly comes back after this: long enough to be noticed, and never for ever. */
export const cleanEndDelaySeconds: Seconds = 60;

/** 1 s, 2 s, 4 s … up to the longest delay, by the restarts of the last ten minutes. */
export function restartDelaySeconds(restarts: readonly Temporal.Instant[], now: Temporal.Instant): Seconds {
  const since = now.subtract({ seconds: restartMemorySeconds });
  const recent = restarts.filter((restart) => Temporal.Instant.compare(restart, since) > 0).length;
  return Math.min(longestDelaySeconds, 2 ** Math.min(recent, 10));
}

/**
 * Whether to start a component that is down. A crash is healed at once and then with growing delays; a clean end from
 * outside was somebody's wish and is respected for a minute; an operator's hold lasts until it is lifted.
 */
export function decideRestart(component: DownComponent, now: Temporal.Instant): RestartDecision {
  if (component.isHeld) return { kind: 'hold', why: 'stopped by an operator' };
  const isClean = component.ending === 'clean';
  const delay = isClean ? cleanEndDelaySeconds : restartDelaySeconds(component.restarts, now);
  const until = component.endedAt.add({ milliseconds: Math.round(delay * 1_000) });
  const why = isClean ? 'ended cleanly from outside' : 'ended unexpectedly';
  return Temporal.Instant.compare(now, until) >= 0 ? { kind: 'start', why } : { kind: 'wait', until, why };
}
