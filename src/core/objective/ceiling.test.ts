import { expect, test } from 'vitest';
import { ceilingFindings } from './ceiling.ts';
import { judgeObjective } from './judge.ts';
import { estateWith, noon, runs, sliOf } from './live.fixture.ts';
import { objectivesOf } from './plan.ts';

const carrier = (exchange: string, availability = '99.5%') => `---
kind: Integration
name: dhl
partner: carrier
environments: [acme-prod]
services: [shipment-confirmation]
exchange: ${exchange}
availability: ${availability}`;

function findingsWith(target: string, more: string) {
  const { estate, environment } = estateWith(`objectives: [{ availability: ${target} }]`, more);
  return ceilingFindings(estate, environment, objectivesOf(estate, environment), []);
}

test('a promise that its dependencies cannot support is a finding with the arithmetic (SLO-02)', () => {
  const [finding] = findingsWith('99.8%', carrier('synchronous'));
  // 99.9 % × 99.5 % is 99.4005 %
  expect(finding).toMatchObject({ code: 'DEPENDENCY_CEILING', subject: 'service/shipment-confirmation' });
  expect(finding?.evidence).toMatchObject({ targetRatio: 0.998, weakest: 'integration dhl' });
  expect(finding?.evidence['ceilingRatio']).toBeCloseTo(0.999 * 0.995, 12);
  expect(finding?.reason).toContain('together at most 99.401%');
});

test('a promise that just fits is none, nor is one whose partner is reached through a queue', () => {
  expect(findingsWith('99.4%', carrier('synchronous'))).toEqual([]);
  expect(findingsWith('99.8%', carrier('queued'))).toEqual([]);
  expect(findingsWith('99.9%', '')).toEqual([]);
});

test('what was measured counts for more than what was declared', () => {
  const { estate, environment } = estateWith(
    'objectives: [{ availability: 99.4% }, { integration: { name: dhl, success: 99% } }]',
    carrier('synchronous'),
  );
  const specs = objectivesOf(estate, environment);
  const [, integration] = specs;
  if (integration === undefined) throw new Error('nothing is promised');
  const measured = judgeObjective(
    sliOf(
      integration,
      runs(noon, 48, (at) => at % 3_000 !== 0),
    ),
    undefined,
    noon,
  );
  const [finding] = ceilingFindings(estate, environment, specs, [measured]);
  expect(finding?.reason).toContain('integration dhl 89.931%');
  expect(finding?.reason).toContain('(measured)');
});
