import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEstate } from '../parse.ts';
import { mayChange, type OpenEvent } from './changes.ts';

const open = (name: string, kind: OpenEvent['kind']): OpenEvent => ({ name, kind, site: 'rotterdam-dc' });
const window = open('tuesday-night', 'change-window');
const peak = open('month-end', 'peak');
const freeze = open('stock-count', 'freeze');
const free = { windows: [], freezes: [] };
const strict = { windows: ['tuesday-night'], freezes: ['month-end'] };

describe('an environment may be changed (EST-10)', () => {
  test.each([
    ['at any time without a policy', free, [], true],
    ['during a peak without a policy', free, [peak], true],
    ['never in a freeze', free, [freeze], false],
    ['inside a window that its policy names', strict, [window], true],
    ['not outside of them', strict, [], false],
    ['not in another window', strict, [open('sunday', 'change-window')], false],
    ['not inside a window during what its policy calls a freeze', strict, [window, peak], false],
  ] as const)('%s', (_, change, events, expected) => {
    expect(mayChange(change, events).isAllowed).toBe(expected);
  });

  test('one more freeze never allows what was forbidden, and says itself', () => {
    const events = fc.subarray([window, peak, freeze]);
    fc.assert(
      fc.property(fc.constantFrom(free, strict), events, (change, given) => {
        const { isAllowed, freezes } = mayChange(change, [...given, freeze]);
        expect(isAllowed).toBe(false);
        expect(freezes).toContain(freeze);
        expect(mayChange(change, given).isAllowed || !isAllowed).toBe(true);
      }),
    );
  });

  test('a tier has the windows and freezes of the policy it names', () => {
    const { estate, diagnostics } = parseEstate([
      {
        path: 'estate.yaml',
        text: `kind: Estate
name: lab
---
kind: Site
name: rotterdam-dc
timezone: Europe/Amsterdam
calendar:
  - { name: tuesday-night, kind: change-window, rule: "FREQ=WEEKLY;BYDAY=TU;BYHOUR=21", lasts: 3h }
  - { name: month-end, kind: peak, rule: "FREQ=MONTHLY;BYMONTHDAY=-1", lasts: 1d }
---
kind: ChangePolicy
name: careful
windows: [tuesday-night]
freezes: [month-end]
---
kind: Tier
name: critical
change: { policy: careful }
---
kind: Environment
name: acme-prod
stage: production
tier: critical
platform: host
sites: [rotterdam-dc]
odoo: { version: "19.0", database: acme }`,
      },
    ]);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(estate?.environments[0]?.tier.change).toMatchObject(strict);
  });
});
