import type { Clock } from '../src/ports/clock.ts';

// Clocks for tests. They pass the contract of the port, as the machine's own does.

/** A clock whose time passes when the test says so, and wakes those whose time has come. */
export function createHandClock(start: Temporal.Instant): Clock & { readonly pass: (seconds: number) => void } {
  let now = start;
  const sleepers = new Set<{ readonly until: Temporal.Instant; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { until: now.add({ milliseconds: Math.ceil(seconds * 1_000) }), wake: resolve };
        sleepers.add(sleeper);
        const giveUp = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
      }),
    pass: (seconds) => {
      now = now.add({ milliseconds: Math.round(seconds * 1_000) });
      const due = [...sleepers].filter(({ until }) => Temporal.Instant.compare(until, now) <= 0);
      for (const sleeper of due.toSorted((a, b) => Temporal.Instant.compare(a.until, b.until))) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

/** A clock that somebody sets while time passes; nobody sleeps by it. */
export function createJumpingClock(
  start: Temporal.Instant,
): Clock & { readonly pass: (seconds: number) => void; readonly jump: (bySeconds: number) => void } {
  let [now, elapsedSeconds] = [start, 0];
  const jump = (bySeconds: number): void => {
    now = now.add({ milliseconds: Math.round(bySeconds * 1_000) });
  };
  return {
    now: () => now,
    elapsedSeconds: () => elapsedSeconds,
    sleep: async () => {},
    jump,
    pass: (seconds) => {
      elapsedSeconds += seconds;
      jump(seconds);
    },
  };
}

/** A clock that only moves when everybody waits: time-outs and latencies are exact, and nothing takes real time. */
export function createVirtualClock(): Clock {
  let nowSeconds = 0;
  const sleepers: { readonly atSeconds: number; readonly wake: () => void }[] = [];
  let isTicking = false;
  const tick = (): void => {
    // Two turns of the event loop let every promise that became ready run first.
    setImmediate(() =>
      setImmediate(() => {
        sleepers.sort((a, b) => a.atSeconds - b.atSeconds);
        const next = sleepers.shift();
        isTicking = next !== undefined;
        if (next === undefined) return;
        nowSeconds = Math.max(nowSeconds, next.atSeconds);
        next.wake();
        tick();
      }),
    );
  };
  return {
    now: () => Temporal.Instant.fromEpochMilliseconds(0).add({ nanoseconds: Math.round(nowSeconds * 1e9) }),
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleepers.push({ atSeconds: nowSeconds + seconds, wake: resolve });
        if (!isTicking) {
          isTicking = true;
          tick();
        }
      }),
  };
}
