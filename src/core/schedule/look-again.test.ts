import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookAgainAfterSeconds, looksAgain } from './index.ts';

describe('looking again within a slot', () => {
  test.each(['failed', 'unknown'] as const)('what is %s is looked at again before the next slot', (outcome) => {
    expect(looksAgain(outcome, 60)).toBe(2);
    expect(looksAgain(outcome, 3_600)).toBe(4);
  });

  test.each(['passed', 'refused'] as const)('what is %s is not', (outcome) => {
    expect(looksAgain(outcome, 3_600)).toBe(0);
  });

  test('the waits never take more than half of the slot', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (everySeconds) => {
        expect(looksAgain('failed', everySeconds) * lookAgainAfterSeconds).toBeLessThanOrEqual(everySeconds / 2);
      }),
    );
  });
});
