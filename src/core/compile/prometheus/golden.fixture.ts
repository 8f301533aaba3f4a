import { type Estate, parseEstate } from '../../estate/index.ts';

const text = `
kind: Estate
name: northsea
---
kind: Tenant
name: acme
---
kind: Team
name: warehouse-operations
contact: floor@acme.example
---
kind: Team
name: integrations
---
kind: Site
name: rotterdam-dc
timezone: Europe/Amsterdam
calendar: [{ name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0" }]
---
kind: Environment
name: acme-prod
tenant: acme
stage: production
platform: host
sites: [rotterdam-dc]
odoo: { version: "19.0", database: acme }
---
kind: BusinessService
name: shipment-confirmation
environments: [acme-prod]
owner: warehouse-operations
journey: ship-order
objectives:
  - { availability: 99.5%, window: 30d }
  - { latency: { p95: 2s }, window: month }
  - { backlog: { clearBefore: dhl-cutoff, onTime: 80% } }
---
kind: BusinessService
name: edi
environments: [acme-prod]
owner: integrations
journey: read-orders
objectives: [{ availability: 99%, window: 7d }]
---
kind: BusinessCommitment
name: acme-gold
tenant: acme
service: shipment-confirmation
promise: { availability: 99.9% }
`;

/** An estate with every shape of promise: rolling, calendar, loose, short, and to a customer. */
export function goldenEstate(): Estate {
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text }]);
  if (estate === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return estate;
}
