import { expect, test } from 'vitest';
import { environmentWith } from '../test-estate.ts';
import { markEverySeconds } from './mark-plan.ts';

test.each([
  ['5m', 150],
  ['30s', 60],
  ['1d', 900],
])('BKP-02: with an RPO of %s the files are continued every %i s: half of it, within reason', (rpo, seconds) => {
  expect(markEverySeconds(environmentWith(`objectives: { rpo: ${rpo} }`))).toBe(seconds);
});
