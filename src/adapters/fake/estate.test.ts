import { describe, expect, test } from 'vitest';
import { fakeEstate } from './estate.ts';
import { scenarioNames } from './scenarios.ts';

const now = Temporal.Instant.from('2026-11-21T14:46:00Z');

describe('the made-up estate', () => {
  test.each(scenarioNames)('%s parses, and only a bad day has mistakes', (scenario) => {
    const { estate, diagnostics } = fakeEstate(scenario, now);
    expect(estate.environments).toHaveLength(scenario === 'thousand' ? 1_000 : scenario === 'empty' ? 0 : 4);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.length > 0).toBe(scenario === 'troubled');
  });
});
