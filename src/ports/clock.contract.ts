import { describe, expect, test } from 'vitest';
import type { Clock } from './clock.ts';

/** A clock to try, and how its time is made to pass: nothing where it passes by itself. */
export interface TriedClock {
  readonly clock: Clock;
  readonly pass?: (seconds: number) => void;
}

/** What every clock promises; `create` answers a fresh one. */
export function describeClock(name: string, create: () => TriedClock): void {
  describe(`the clock contract: ${name}`, () => {
    test('its time does not go back', () => {
      const { clock } = create();
      const times = Array.from({ length: 5 }, () => clock.now().epochMilliseconds);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });

    test('who sleeps wakes once that time has passed, and not before', async () => {
      const { clock, pass } = create();
      const from = clock.now();
      const sleeping = clock.sleep(0.05);
      pass?.(0.05);
      await sleeping;
      // Timers may be a millisecond early against the clock.
      expect(clock.now().since(from).total('seconds')).toBeGreaterThanOrEqual(0.048);
    });

    test('who sleeps less wakes first', async () => {
      const { clock, pass } = create();
      const woken: string[] = [];
      const both = [
        clock.sleep(0.12).then(() => woken.push('long')),
        clock.sleep(0.01).then(() => woken.push('short')),
      ];
      pass?.(0.01);
      await both[1];
      expect(woken).toEqual(['short']);
      pass?.(0.11);
      await both[0];
      expect(woken).toEqual(['short', 'long']);
    });

    test('a sleep that is given up ends with the reason, at once', async () => {
      const { clock } = create();
      const stop = new AbortController();
      const sleeping = clock.sleep(3_600, stop.signal);
      stop.abort(new Error('enough'));
      await expect(sleeping).rejects.toThrow('enough');
    });

    test('a sleep that was given up before it began does not begin', async () => {
      const { clock } = create();
      await expect(clock.sleep(3_600, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    });
  });
}
