import type { AlertSignal, Exposure } from '../../src/core/alert/index.ts';
import { parseEstate } from '../../src/core/estate/index.ts';

/** A Friday; in Rotterdam it is 16:22, and DHL leaves at 17:00. */
export const now = Temporal.Instant.from('2026-11-27T15:22:00Z');

const files = `
kind: Estate
name: northsea
---
kind: Site
name: rotterdam-dc
title: Rotterdam
timezone: Europe/Amsterdam
calendar:
  - { name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0", service: shipment-confirmation }
---
kind: Tier
name: critical
---
kind: Tenant
name: acme
---
kind: Environment
name: acme-prod
tenant: acme
stage: production
tier: critical
platform: host
sites: [rotterdam-dc]
odoo: { version: "19.0", database: acme }
owner: platform
connect: { odoo: { url: "http://127.0.0.1:8069" } }
---
kind: Environment
name: acme-test
tenant: acme
stage: staging
platform: host
odoo: { version: "19.0", database: acme-test }
---
kind: BusinessService
name: shipment-confirmation
environments: [acme-prod]
owner: floor
criticality: critical
objectives: [{ backlog: { clearBefore: dhl-cutoff } }]
---
kind: BusinessService
name: label-printing
environments: [acme-prod]
owner: floor
criticality: critical
dependsOn: [integration/dhl]
---
kind: BusinessService
name: reporting
environments: [acme-prod]
owner: floor
criticality: low
---
kind: Integration
name: dhl
partner: carrier
environments: [acme-prod]
exchange: synchronous
owner: integrations
---
kind: Team
name: platform
members: [{ name: ada, email: ada@northsea.example }, { name: bo, email: bo@northsea.example }]
contact: platform@northsea.example
onCall:
  timezone: Europe/Amsterdam
  shifts:
    - { members: [ada], rule: "FREQ=DAILY;BYHOUR=8", lasts: 12h }
    - { members: [bo], rule: "FREQ=DAILY;BYHOUR=20", lasts: 12h }
quietHours: { from: "22:00", to: "07:00", timezone: Europe/Amsterdam }
notify: [{ channel: pager, for: [page] }, { channel: mail }]
escalate: { after: 5m, to: [lead] }
---
kind: Team
name: lead
contact: lead@northsea.example
notify: [{ channel: pager }]
escalate: { to: [platform] }
---
kind: Team
name: floor
---
kind: Team
name: integrations
---
kind: Channel
name: pager
webhook: { url: "http://127.0.0.1:9" }
---
kind: Channel
name: mail
email: { host: 127.0.0.1, from: plimsoll@northsea.example }
---
kind: Runbook
name: locked-table
when: [TABLE_LOCKED]
owner: platform
steps: [Look who holds it., { do: Prove that it works again., run: { journey: ship-order } }]
`;

/** A small estate: a warehouse with a cut-off, a team that is called, one that is not. */
export const estate = (() => {
  const { estate: parsed, diagnostics } = parseEstate([{ path: 'estate.yaml', text: files }]);
  if (parsed === undefined) throw new Error(JSON.stringify(diagnostics));
  return parsed;
})();

export const dhl = {
  ...{ name: 'DHL', site: 'rotterdam-dc', siteTitle: 'Rotterdam', timezone: 'Europe/Amsterdam' },
  at: Temporal.Instant.from('2026-11-27T16:00:00Z'),
};

export const waiting: Exposure = { environment: 'acme-prod', deadline: dhl, items: 214, measuredAt: now };

/** A lock on the table that everything ships through. */
export function lock(change: Partial<AlertSignal> = {}): AlertSignal {
  return {
    ...{ key: 'finding/health/acme-prod/business:TABLE_LOCKED:stock_picking', source: 'health', code: 'TABLE_LOCKED' },
    ...{ environment: 'acme-prod', services: ['shipment-confirmation'], subject: 'stock_picking', theme: 'operation' },
    ...{
      class: 'interrupted',
      summary: 'psql (pid 4711) has kept everyone from stock_picking for 20s.',
      action: 'End it.',
    },
    ...{
      deadline: null,
      itemsAtRisk: null,
      growthPerHour: null,
      startedAt: now.subtract({ seconds: 20 }),
      evidence: {},
    },
    ...change,
  };
}

/** A backlog that grows towards its cut-off. */
export function growing(change: Partial<AlertSignal> = {}): AlertSignal {
  return {
    ...lock(),
    ...{
      key: 'forecast/acme-prod/shipment-confirmation/rotterdam-dc/DHL',
      source: 'forecast',
      code: 'CUT_OFF_AT_RISK',
    },
    ...{
      theme: 'cut-off/rotterdam-dc/shipment-confirmation',
      class: 'at-risk',
      subject: 'rotterdam-dc/DHL',
      action: null,
    },
    ...{ deadline: dhl, itemsAtRisk: 214, growthPerHour: 90, summary: 'It clears with a probability of 3 %.' },
    ...change,
  };
}

/** One call to the carrier that failed. */
export function failedCall(change: Partial<AlertSignal> = {}): AlertSignal {
  return {
    ...lock(),
    ...{ key: 'finding/relay/acme-prod/call', source: 'finding', code: 'CARRIER_CALL_FAILED', theme: 'partner/dhl' },
    ...{ class: 'degraded', services: ['label-printing'], subject: 'integration/dhl', itemsAtRisk: 1 },
    ...{ summary: 'One of 40 calls to DHL failed.' },
    ...change,
  };
}
