import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Look, lookAgainAfterSeconds, mostLooksAgain, waitBeforeLookingAgain } from './index.ts';

const failed: Look = { outcome: 'failed', durationSeconds: 1, looksBefore: 0, sinceFirstSeconds: 1, everySeconds: 300 };

/** All the looks of a slot, the first at zero, when each takes as long and comes to the same. */
function looksOfSlot(outcome: Look['outcome'], durationSeconds: number, everySeconds: number) {
  const begins: number[] = [];
  let at: number | undefined = 0;
  while (at !== undefined && begins.length < 1_000) {
    begins.push(at);
    const sinceFirstSeconds: number = at + durationSeconds;
    const looksBefore = begins.length - 1;
    const wait = waitBeforeLookingAgain({ outcome, durationSeconds, looksBefore, sinceFirstSeconds, everySeconds });
    at = wait === undefined ? undefined : sinceFirstSeconds + wait;
  }
  return begins;
}

describe('looking again within a slot', () => {
  test.each(['failed', 'unknown'] as const)('what is %s is looked at again before the next slot', (outcome) => {
    expect(waitBeforeLookingAgain({ ...failed, outcome })).toBe(lookAgainAfterSeconds);
    expect(looksOfSlot(outcome, 1, 60)).toEqual([0, 13, 26]);
    expect(looksOfSlot(outcome, 1, 3_600)).toHaveLength(1 + mostLooksAgain);
  });

  test.each(['passed', 'refused'] as const)('what is %s is not', (outcome) => {
    expect(waitBeforeLookingAgain({ ...failed, outcome })).toBeUndefined();
  });

  const seconds = fc.double({ min: 0, max: 500, noNaN: true });
  const every = fc.integer({ min: 1, max: 100_000 });

  test('every look again begins in the first half of the slot, and there are few', () => {
    fc.assert(
      fc.property(seconds, every, (duration, everySeconds) => {
        const [, ...again] = looksOfSlot('failed', duration, everySeconds);
        expect(again.length).toBeLessThanOrEqual(mostLooksAgain);
        for (const at of again) expect(at).toBeLessThanOrEqual(everySeconds / 2);
      }),
    );
  });

  test('between two looks a worker has at least as long for others as the look took', () => {
    fc.assert(
      fc.property(seconds, every, (duration, everySeconds) => {
        const begins = looksOfSlot('failed', duration, everySeconds);
        begins.slice(1).forEach((at, index) => {
          const ended = (begins[index] ?? 0) + duration;
          expect(at - ended).toBeGreaterThanOrEqual(Math.max(duration, lookAgainAfterSeconds) - 1e-6);
        });
      }),
    );
  });
});
