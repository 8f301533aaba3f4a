import { describe, expect, test } from 'vitest';
import { overviewAt } from '../../../../test/portal/overview.ts';
import { type EnvironmentFilter, filterChoices, filterEnvironments } from './environment-filter.ts';

const { environments } = await overviewAt(Temporal.Instant.from('2026-11-21T14:46:00Z'), 'troubled');
const found = (filter: EnvironmentFilter) => filterEnvironments(environments, filter).map(({ name }) => name);

describe('looking for environments', () => {
  test('by words in any order, by state, tenant and site, and by all of them together', () => {
    expect(found({})).toEqual(['acme-prod', 'polder-prod', 'savannah-prod', 'acme-training']);
    expect(found({ find: 'ROTT polder' })).toEqual(['polder-prod']);
    expect(found({ state: 'Degraded' })).toEqual(['polder-prod']);
    expect(found({ tenant: 'acme' })).toEqual(['acme-prod', 'acme-training']);
    expect(found({ site: 'rotterdam-dc' })).toEqual(['acme-prod', 'polder-prod', 'acme-training']);
    expect(found({ site: 'rotterdam-dc', tenant: 'acme', state: 'Unknown' })).toEqual(['acme-training']);
    expect(found({ find: 'nothing like it' })).toEqual([]);
  });

  test('the choices are those that lead somewhere', () => {
    expect(filterChoices(environments)).toEqual({
      states: ['Healthy', 'Degraded', 'Unhealthy', 'Unknown'],
      tenants: ['acme', 'palmetto', 'polder'],
      sites: ['felixstowe-dc', 'gdansk-hub', 'rotterdam-dc', 'savannah-dc'],
    });
  });
});
