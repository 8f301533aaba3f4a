import { expect, test } from 'vitest';
import { timeBasedCode } from './time-based-code.ts';

// The ASCII secret of RFC 6238 appendix B, whose eight digits end in these six.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [20_000_000_000, '353130'],
])('at %d seconds the code is that of RFC 6238', (seconds, code) => {
  const at = Temporal.Instant.fromEpochMilliseconds(seconds * 1_000);
  expect(timeBasedCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', at)).toBe(code);
});
