import { type Estate, parseEstate } from '../../core/estate/index.ts';
import type { Diagnostic } from '../../core/kernel/index.ts';
import type { Scenario } from './scenarios.ts';
import { thousandText } from './thousand.ts';

/** The kinds that every made-up estate has. */
const groundText = `
kind: Estate
name: northsea
regions: [{ name: eu-west, jurisdiction: EU }, { name: eu-north, jurisdiction: EU }]
---
kind: Tier
name: warehouse-critical
objectives: { rpo: 5m, rto: 1h, availability: 99.9% }
recovery: { pattern: warm-standby, drillEvery: 7d }
backup: { method: physical, every: 1d, retain: { daily: 7, weekly: 5, monthly: 12 } }
`;

/** Where the made-up backups lie, in every estate but the one of the very first day. */
const vaultText = `
---
kind: Repository
name: vault
region: eu-west
directory: /srv/vault
sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
---
kind: Repository
name: vault-north
region: eu-north
directory: /srv/vault-north
sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
`;

const northsea = `
---
kind: Tenant
name: acme
---
kind: Tenant
name: polder
---
kind: Tenant
name: palmetto
---
kind: Site
name: rotterdam-dc
title: Rotterdam
timezone: Europe/Amsterdam
odoo: { warehouses: [WH] }
calendar:
  - { name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0", service: shipment-confirmation }
  - { name: postnl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=19;BYMINUTE=30", service: shipment-confirmation }
  - { name: night-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=4;BYMINUTE=0", service: shipment-confirmation }
  - { name: early-shift, kind: shift-start, rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=6;BYMINUTE=0" }
  - { name: afternoon-wave, kind: peak, rule: "FREQ=DAILY;BYHOUR=15;BYMINUTE=0", lasts: 2h }
  - { name: month-end, kind: peak, rule: "FREQ=MONTHLY;BYMONTHDAY=-1", lasts: 24h, profile: month-end }
  - { name: weekly-changes, kind: change-window, rule: "FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=21;BYMINUTE=0", lasts: 3h }
---
kind: Site
name: felixstowe-dc
title: Felixstowe
timezone: Europe/London
odoo: { warehouses: [FXT] }
calendar:
  - { name: royal-mail-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=16;BYMINUTE=30", service: shipment-confirmation }
  - { name: container-arrivals, kind: receiving-window, rule: "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=5;BYMINUTE=0", lasts: 6h }
  - { name: sunday-maintenance, kind: maintenance-window, rule: "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=0", lasts: 4h }
---
kind: Site
name: savannah-dc
title: Savannah
timezone: America/New_York
calendar:
  - { name: ups-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=18;BYMINUTE=0", service: shipment-confirmation }
---
kind: Environment
name: acme-prod
tenant: acme
stage: production
tier: warehouse-critical
platform: host
region: eu-west
owner: platform
sites: [rotterdam-dc]
odoo: { version: "19.0", database: acme, modules: [sale_management, stock, purchase, account, delivery] }
workers: { web: 2, gevent: 1, cron: 1 }
backup: { repository: vault, copies: [eu-north] }
connect: { odoo: { url: "http://127.0.0.1:1" } }
---
kind: Environment
name: polder-prod
tenant: polder
stage: production
tier: warehouse-critical
platform: host
region: eu-west
owner: platform
sites: [felixstowe-dc, rotterdam-dc]
odoo: { version: "17.0", database: polder, modules: [sale_management, stock, account] }
workers: { web: 4, gevent: 1, cron: 2 }
backup: { method: logical, every: 6h }
connect: { odoo: { url: "http://127.0.0.1:1" } }
---
kind: Environment
name: savannah-prod
tenant: palmetto
stage: production
tier: warehouse-critical
platform: host
region: eu-west
owner: platform
sites: [savannah-dc]
odoo: { version: "18.0", database: savannah, modules: [sale_management, stock] }
workers: { web: 2, gevent: 1, cron: 1 }
connect: { odoo: { url: "http://127.0.0.1:1" } }
---
kind: Environment
name: acme-training
tenant: acme
stage: training
platform: host
region: eu-west
sites: [rotterdam-dc]
odoo: { version: "19.0", database: acme_training, modules: [sale_management, stock] }
workers: { web: 1, gevent: 1, cron: 1 }
connect: { odoo: { url: "http://127.0.0.1:1" } }
---
kind: Team
name: warehouse-operations
title: Warehouse operations
members: [cas, dina]
onCall:
  timezone: Europe/Amsterdam
  shifts:
    - { members: [cas], rule: "FREQ=DAILY;BYHOUR=6", lasts: 8h }
    - { members: [dina], rule: "FREQ=DAILY;BYHOUR=14", lasts: 8h }
notify: [{ channel: pager }]
---
kind: Team
name: platform
title: Platform operations
members: [ada, bo]
onCall:
  timezone: Europe/Amsterdam
  shifts: [{ members: [ada, bo], rule: "FREQ=DAILY;BYHOUR=8", lasts: 1d }]
notify: [{ channel: pager }]
escalate: { to: [warehouse-operations] }
---
kind: Channel
name: pager
webhook: { url: "http://127.0.0.1:1/page" }
---
kind: Runbook
name: locked-table
when: [TABLE_LOCKED]
owner: platform
steps:
  - Read in the alert who holds the table, since when, and what they last asked.
  - { do: "Ask them to finish; where they do not answer, end that session.", run: end-session, approvals: 1 }
  - { do: Prove that orders ship again., run: { journey: ship-order }, approvals: 1 }
---
kind: Runbook
name: cut-off-at-risk
when: [CUT_OFF_AT_RISK]
owner: warehouse-operations
steps:
  - Move people to the wave that leaves first.
  - Tell customers whose parcels will leave a day later.
---
kind: BusinessService
name: order-confirmation
environments: [acme-prod, polder-prod, savannah-prod]
owner: warehouse-operations
journey: ship-order
objectives: [{ availability: 99.5%, window: 30d }]
---
kind: BusinessService
name: shipment-confirmation
environments: [acme-prod, polder-prod, savannah-prod]
owner: warehouse-operations
journey: ship-order
objectives:
  - { availability: 99.5%, window: 30d }
  - { latency: { p95: 2s }, window: month }
  - { backlog: { clearBefore: dhl-cutoff } }
  - { integration: { name: dhl, success: 99% } }
recovery: { rpo: 15m, rto: 45m }
dependsOn: [order-confirmation]
---
kind: BusinessService
name: goods-receipt
environments: [acme-prod]
owner: warehouse-operations
journey: receive-goods
objectives: [{ availability: 99.5%, window: 30d }]
---
kind: Integration
name: dhl
partner: carrier
environments: [acme-prod, polder-prod]
exchange: synchronous
criticality: high
availability: 99.7%
owner: warehouse-operations
---
kind: BusinessCommitment
name: polder-gold
title: Shipments are confirmed at any time
tenant: polder
service: shipment-confirmation
promise: { availability: 99.7% }
window: 30d
penalty: 5 % of the month's fee
---
kind: BusinessCommitment
name: acme-same-day
tenant: acme
service: shipment-confirmation
promise: { before: dhl-cutoff, onTime: 95%, availability: 99% }
window: 30d
`;

/** A freeze that began the day before yesterday, in the site's own days. */
function freezeText(now: Temporal.Instant): string {
  const { month, day } = now.toZonedDateTimeISO('Europe/Amsterdam').subtract({ days: 2 });
  const rule = `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${day}`;
  return `
---
kind: Site
name: gdansk-hub
timezone: Europe/Warsaw
calendar:
  - { name: stock-count-freeze, kind: freeze, rule: "${rule}", lasts: 11d }
`;
}

function textOf(scenario: Scenario, now: Temporal.Instant): string {
  if (scenario === 'empty') return groundText;
  if (scenario === 'thousand') return groundText + vaultText + thousandText(1_000);
  if (scenario !== 'troubled') return groundText + vaultText + northsea;
  // The practice system stands for the frozen hub as well: one of all may not be changed, the others may.
  const trained = northsea.replace(/(name: acme-training[\s\S]*?sites: \[rotterdam-dc)\]/, '$1, gdansk-hub]');
  return groundText + vaultText + trained + freezeText(now);
}

/**
 * The estate of `serve --fake`: parsed by the real parser, so that it never drifts from what an estate may say. Where the
 * day is bad, the newest files hold mistakes and the last sound estate runs on, as with a real server.
 */
export function fakeEstate(
  scenario: Scenario = 'busy',
  now: Temporal.Instant = Temporal.Instant.fromEpochMilliseconds(0),
): { readonly estate: Estate; readonly diagnostics: readonly Diagnostic[] } {
  const text = textOf(scenario, now);
  const { estate, diagnostics } = parseEstate([{ path: 'northsea.yaml', text }]);
  if (estate === undefined)
    throw new Error(`the fake estate does not parse: ${JSON.stringify(diagnostics.slice(0, 3), null, 2)}`);
  if (scenario !== 'troubled') return { estate, diagnostics };
  const mistaken = text.replace('journey: ship-order\nobjectives', 'journey: ship-order\nobjectivs');
  return { estate, diagnostics: parseEstate([{ path: 'northsea.yaml', text: mistaken }]).diagnostics };
}
