import { describe, expect, test } from 'vitest';
import { integrationsIn } from '../estate/index.ts';
import { integrationCoverage, integrationsProblem } from './integration-coverage.ts';

const documents = (more = '') => [
  {
    path: 'estate/partners.yaml',
    text: `kind: Integration
name: dhl
partner: carrier
environments: [acme-prod, acme-uat]
exchange: synchronous
endpoint: "env:DHL_URL"
---
{ kind: Integration, name: bank, partner: finance, environments: [acme-uat], exchange: queued }
${more}`,
  },
];
const dhl = { name: 'dhl', partner: 'carrier', exchange: 'synchronous', references: ['env:DHL_URL'] };
const named = [dhl];

describe('the integrations that a backup names (BKP-01)', () => {
  test('are those of its environment, with references and never a value', () => {
    expect(integrationsIn(documents(), 'acme-prod')).toEqual(named);
    expect(integrationsIn(documents(), 'acme-uat').map(({ name }) => name)).toEqual(['bank', 'dhl']);
    const plain =
      '---\n{ kind: Integration, name: edi, partner: edi, environments: [acme-prod], endpoint: "https://edi.example" }';
    expect(integrationsIn(documents(plain), 'acme-prod').at(-1)).toMatchObject({ name: 'edi', references: [] });
  });

  test('cover the part where all that are declared are named, and say which is not', () => {
    expect(integrationCoverage({ declared: ['dhl'], named }).isCovered).toBe(true);
    expect(integrationCoverage({ declared: [], named: undefined }).isCovered).toBe(true);
    expect(integrationCoverage({ declared: ['dhl', 'wms'], named })).toMatchObject({
      isCovered: false,
      why: 'it does not name wms',
    });
    expect(integrationCoverage({ declared: ['dhl'], named: undefined })).toMatchObject({ isCovered: false });
  });

  test('agree with the documents of the same backup, or the difference is named', () => {
    const problem = (list = named, more = '') => integrationsProblem(list, documents(more), 'acme-prod');
    expect(problem()).toBeUndefined();
    expect(problem([])).toBe('The list of integrations leaves out dhl.');
    expect(problem([dhl, { ...dhl, name: 'ups' }])).toBe(
      'The list of integrations names ups, which no document declares.',
    );
    expect(problem([{ ...dhl, references: ['env:OTHER'] }])).toBe(
      'The list of integrations says of dhl what the documents do not.',
    );
    expect(problem(named, '---\n: not yaml: [')).toContain('names dhl, which no document declares');
  });
});
