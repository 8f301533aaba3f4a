import { useSyncExternalStore } from 'react';
import { instantOf } from '../view/time.ts';

// Countdowns and ages follow the server's clock: a reader's laptop may be minutes wrong.
let skewMilliseconds = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tick = readNow();

function readNow(): Temporal.Instant {
  return Temporal.Now.instant().add({ milliseconds: Math.round(skewMilliseconds) });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  tick = readNow();
  timer ??= setInterval(() => {
    tick = readNow();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Learns the server's clock from an answer that carries it. Half a second of network is not a wrong clock. */
export function adoptServerTime(now: string): void {
  const difference = instantOf(now).epochMilliseconds - Temporal.Now.instant().epochMilliseconds;
  if (Math.abs(difference - skewMilliseconds) > 1_500) skewMilliseconds = difference;
}

/** The server's time now, for event handlers and first values. */
export function serverNow(): Temporal.Instant {
  return readNow();
}

/** The server's time, ticking every second; only the component that asks renders again. */
export function useNow(): Temporal.Instant {
  return useSyncExternalStore(subscribe, () => tick);
}

const coarse = new Map<number, Temporal.Instant>();

function coarseNow(everySeconds: number): Temporal.Instant {
  const kept = coarse.get(everySeconds);
  if (kept !== undefined && tick.epochMilliseconds - kept.epochMilliseconds < everySeconds * 1_000) {
    if (tick.epochMilliseconds >= kept.epochMilliseconds) return kept;
  }
  coarse.set(everySeconds, tick);
  return tick;
}

/** The server's time in coarser steps, for whole pages that only ask what has gone stale. */
export function useCoarseNow(everySeconds = 10): Temporal.Instant {
  return useSyncExternalStore(subscribe, () => coarseNow(everySeconds));
}
