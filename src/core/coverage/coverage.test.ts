import { describe, expect, test } from 'vitest';
import { parseEstate } from '../estate/index.ts';
import { coverageFindings, coverageOf } from './coverage.ts';

const connected = `connect:
  odoo: { url: "http://127.0.0.1:8069", login: admin, apiKey: "env:KEY" }
  postgres: { url: "env:DATABASE" }
  log: { file: /var/log/odoo.log }`;

const text = (connect: string) => `
kind: Estate
name: northsea
---
kind: Team
name: floor
contact: floor@northsea.example
---
kind: Site
name: rotterdam-dc
timezone: Europe/Amsterdam
calendar: [{ name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0", service: shipment-confirmation }]
---
kind: Site
name: ghost
timezone: UTC
---
kind: Environment
name: acme-prod
stage: production
platform: host
sites: [rotterdam-dc]
owner: floor
redis: { purpose: [session] }
odoo: { version: "19.0", database: acme }
parts: { identity: keycloak }
${connect}
---
kind: Runbook
name: ship-anyway
services: [shipment-confirmation]
steps: [Call the floor.]
---
kind: Integration
name: dhl
partner: carrier
environments: [acme-prod]
exchange: synchronous
owner: floor
---
kind: Integration
name: edi
partner: edi
environments: [acme-prod]
exchange: queued
---
kind: BusinessService
name: shipment-confirmation
environments: [acme-prod]
owner: floor
journey: ship-order
objectives: [{ availability: 99.5% }, { backlog: { clearBefore: dhl-cutoff } }, { integration: { name: dhl, success: 99%, carrierType: dhl_rest } }]
---
kind: BusinessService
name: customs
environments: [acme-prod]
owner: floor
`;

function of(connect: string) {
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text: text(connect) }]);
  if (estate === undefined) throw new Error(JSON.stringify(diagnostics));
  const items = coverageOf(estate);
  const find = (subject: string, name: string) => {
    const found = items.find((item) => item.subject === subject && item.name === name);
    if (found === undefined) throw new Error(`no ${subject} ${name}`);
    return found;
  };
  return { estate, items, find };
}

const watchesOf = (list: readonly { readonly watch: string }[]) => list.map(({ watch }) => watch);

describe('what is watched by what (OBS-13)', () => {
  test('a service is watched by its journey, its backlog and its promises, and answered by its team and runbook', () => {
    const { find } = of(connected);
    const service = find('service', 'shipment-confirmation');
    expect(service).toMatchObject({ isWatched: true, lacks: [] });
    expect(service.by).toContainEqual({ watch: 'journey', what: 'ship-order' });
    expect(service.by).toContainEqual({ watch: 'indicator', what: 'backlog (outgoing)' });
    expect(service.by).toContainEqual({ watch: 'runbook', what: 'ship-anyway' });
  });

  test('a service without a journey, a process and a promise is watched by nothing, although somebody owns it', () => {
    const { find } = of(connected);
    const service = find('service', 'customs');
    expect(service.isWatched).toBe(false);
    expect(watchesOf(service.by)).toEqual(['alert', 'owner']);
    expect(watchesOf(service.lacks)).toEqual(['journey', 'indicator', 'objective', 'runbook']);
  });

  test('an unmonitored component is listed, and so is one that nothing here can see', () => {
    const { find, items } = of(connected);
    expect(find('component', 'redis')).toMatchObject({
      isWatched: false,
      environment: 'acme-prod',
      lacks: [{ watch: 'indicator', how: 'Declare `connect: { redis }` of the environment.' }, { watch: 'runbook' }],
    });
    expect(find('component', 'identity').lacks[0]?.how).toContain('Plimsoll has no eyes for the identity provider');
    expect(find('component', 'postgres').isWatched).toBe(true);
    // A part that the environment does not have is no component of it: that is another finding.
    expect(items.some(({ name }) => name === 'ingress')).toBe(false);
  });

  test('without any way to look, nothing of the environment is watched, whatever is declared above it', () => {
    const { items } = of('');
    expect(items.filter(({ isWatched, subject }) => isWatched && subject !== 'service')).toEqual([
      expect.objectContaining({ subject: 'integration', name: 'dhl' }),
    ]);
  });

  test('sites, integrations and backups are asked about as well', () => {
    const { find } = of(connected);
    expect(find('site', 'rotterdam-dc')).toMatchObject({ isWatched: true, lacks: [] });
    expect(find('site', 'ghost')).toMatchObject({ isWatched: false });
    expect(find('integration', 'dhl').by).toContainEqual({
      ...{ watch: 'indicator', what: 'deliveries of dhl_rest with a tracking reference' },
    });
    expect(find('integration', 'edi')).toMatchObject({ isWatched: false });
    expect(find('backup', 'physical')).toMatchObject({ isWatched: false, environment: 'acme-prod' });
  });

  test('each thing that nothing watches is one finding, which says how to have it watched', () => {
    const { estate, items } = of(connected);
    const drafts = coverageFindings(estate);
    expect(drafts.length).toBe(items.filter(({ isWatched }) => !isWatched).length);
    expect(new Set(drafts.map(({ key }) => key)).size).toBe(drafts.length);
    expect(drafts).toContainEqual(
      expect.objectContaining({
        ...{ code: 'NOT_WATCHED', severity: 'info', environment: 'acme-prod', subject: 'component/redis' },
        reason: 'Nothing watches the component redis of acme-prod.',
      }),
    );
    expect(drafts).toContainEqual(expect.objectContaining({ severity: 'warning', subject: 'service/customs' }));
  });
});
