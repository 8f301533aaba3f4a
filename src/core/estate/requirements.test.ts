import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Estate } from './index.ts';
import { findIntegrations, parseEstate } from './index.ts';

function parse(text: string) {
  return parseEstate([{ path: 'estate.yaml', text: `kind: Estate\nname: test\n---\n${text}` }]);
}

function sound(text: string): Estate {
  const { estate, diagnostics } = parse(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (estate === undefined) throw new Error('the estate must be sound');
  return estate;
}

const environment = (more: string, name = 'one') =>
  `kind: Environment\nname: ${name}\nplatform: host\nodoo: { version: 19.0, database: ${name} }\n${more}\n`;
const team = '---\nkind: Team\nname: floor\n';
const service = (name: string, more = '') =>
  `---\nkind: BusinessService\nname: ${name}\nowner: floor\nenvironments: [one]\n${more}`;

describe('EST-04: the service class sets the defaults', () => {
  const resolved = (more: string) => sound(environment(more)).environments[0];

  test('another class gives another environment', () => {
    const uat = resolved('stage: uat');
    const asProduction = resolved('stage: uat\nserviceClass: production');
    expect([uat?.serviceClass, asProduction?.serviceClass]).toEqual(['non-production', 'production']);
    for (const key of ['resources', 'backup', 'schedule', 'objectives', 'thresholds'] as const) {
      expect(uat?.[key]).not.toEqual(asProduction?.[key]);
    }
  });

  test('an environment outranks its tier, and its tier the class', () => {
    const tier = '---\nkind: Tier\nname: quick\nthresholds: { collectEvery: 5s, journeyEvery: 30s }\n';
    const found = sound(environment('stage: production\ntier: quick\nthresholds: { journeyEvery: 45s }') + tier);
    const thresholds = found.environments[0]?.thresholds;
    expect([
      thresholds?.collectEverySeconds,
      thresholds?.journeyEverySeconds,
      thresholds?.statementTimeoutSeconds,
    ]).toEqual([5, 45, 2]);
  });

  test('a policy is laid under what a tier says itself', () => {
    const policy = '---\nkind: BackupPolicy\nname: nightly\nmethod: logical\nevery: 12h\nretain: { daily: 3 }\n';
    const tier = '---\nkind: Tier\nname: cheap\nbackup: { policy: nightly, every: 6h }\n';
    const { backup } = sound(environment('stage: production\ntier: cheap') + policy + tier).environments[0] ?? {};
    expect(backup).toMatchObject({ method: 'logical', everySeconds: 21_600, retain: { daily: 3, weekly: 0 } });
  });
});

describe('EST-05: the service catalogue', () => {
  test('a service without an owner fails', () => {
    const { diagnostics } = parse(
      `${environment('stage: production')}${service('shipping').replace('owner: floor\n', '')}`,
    );
    expect(diagnostics.map(({ code }) => code)).toContain('SERVICE_WITHOUT_OWNER');
  });
});

describe('EST-06: criticality with its reasons', () => {
  const ladder = ['low', 'medium', 'high', 'critical'];

  test('warehouse execution ranks above training', () => {
    const { services } = sound(environment('stage: production') + team + service('pick-waves') + service('training'));
    const [picking, training] = services;
    expect(ladder.indexOf(picking?.criticality ?? '')).toBeGreaterThan(ladder.indexOf(training?.criticality ?? ''));
    expect(picking?.criticalityReasons).toEqual(['pick-waves: warehouse execution stops without it']);
    expect(training?.criticalityReasons).toEqual(['training: nothing real depends on it']);
  });

  test('a cut-off, a commitment and a high volume each raise it', () => {
    const commitment =
      '---\nkind: BusinessCommitment\nname: promise\nservice: customer-portal\npromise: { availability: 99% }\n';
    const base = environment('stage: production') + team;
    const plain = sound(base + service('customer-portal')).services[0];
    const raised = sound(base + service('customer-portal', 'volume: { peakPerHour: 2000 }\n') + commitment).services[0];
    expect([plain?.criticality, raised?.criticality]).toEqual(['medium', 'high']);
    expect(raised?.criticalityReasons).toHaveLength(3);
  });

  test('what runs in no production environment is not critical', () => {
    const { services, environments } = sound(environment('stage: training') + team + service('pick-waves'));
    expect(services[0]).toMatchObject({ criticality: 'low' });
    expect(environments[0]).toMatchObject({ criticality: 'low', criticalityReasons: ['stage training'] });
  });
});

describe('EST-08: the integration register', () => {
  test('answers all synchronous links of high criticality', () => {
    const directory = join(import.meta.dirname, '../../../examples/northsea');
    const files = readdirSync(directory).map((path) => ({ path, text: readFileSync(join(directory, path), 'utf8') }));
    const { estate } = parseEstate(files);
    if (estate === undefined) throw new Error('the example must be sound');
    const names = (query: Parameters<typeof findIntegrations>[1]) =>
      findIntegrations(estate, query).map(({ name }) => name);
    expect(names({ exchange: 'synchronous', atLeast: 'high' })).toEqual(['dhl']);
    expect(names({ atLeast: 'high' })).toEqual(['dhl', 'webshop']);
    expect(names({ trustZone: 'partner', exchange: 'queued' })).toEqual(['edi-gateway']);
  });
});

describe('EST-09: held data derives its controls', () => {
  test('employee records add the controls they need', () => {
    const holding = (held: string) =>
      sound(`kind: DataClass\nname: held\nholds: [${held}]\nresidency: [EU]\n`).dataClasses[0];
    const [without, withPeople] = [holding('inventory-positions'), holding('inventory-positions, employee-records')];
    expect(without).toMatchObject({ sensitivity: 'internal', requiredControls: ['encryption-in-transit'] });
    expect(withPeople?.sensitivity).toBe('restricted');
    expect(withPeople?.requiredControls).toEqual(
      expect.arrayContaining(['field-level-access', 'access-reviews', 'multi-factor-authentication', 'access-logging']),
    );
  });
});
