const siteCount = 40;
const tenantCount = 125;
const zones = ['Europe/Amsterdam', 'Europe/London', 'America/New_York', 'Asia/Singapore'] as const;
const stages = ['production', 'production', 'uat', 'training'] as const;
const versions = ['19.0', '18.0', '17.0', '16.0'] as const;

const at = <Item>(items: readonly [Item, ...Item[]], index: number): Item => items[index % items.length] ?? items[0];
const numbered = (name: string, index: number): string => `${name}-${String(index).padStart(4, '0')}`;

function siteText(index: number): string {
  const hour = 14 + (index % 8);
  return `
---
kind: Site
name: ${numbered('site', index)}
timezone: ${at(zones, index)}
calendar:
  - { name: evening-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=${hour};BYMINUTE=${(index * 7) % 60}", service: shipment-confirmation }
  - { name: weekly-changes, kind: change-window, rule: "FREQ=WEEKLY;BYDAY=TU;BYHOUR=21;BYMINUTE=0", lasts: 3h }`;
}

function environmentText(index: number): string {
  const stage = at(stages, index);
  const isProduction = stage === 'production';
  return `
---
kind: Environment
name: ${numbered(isProduction ? 'prod' : stage, index)}
tenant: ${numbered('tenant', index % tenantCount)}
stage: ${stage}
${isProduction ? 'tier: warehouse-critical\n' : ''}platform: host
region: eu-west
sites: [${numbered('site', index % siteCount)}]
odoo: { version: "${at(versions, index)}", database: ${numbered('odoo', index).replace('-', '_')}, modules: [stock] }
workers: { web: 2, gevent: 1, cron: 1 }
connect: { odoo: { url: "http://127.0.0.1:1" } }`;
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Sites, tenants and so many environments, spread evenly over zones, stages and versions. */
export function thousandText(environmentCount: number): string {
  const tenants = range(tenantCount).map((index) => `\n---\nkind: Tenant\nname: ${numbered('tenant', index)}`);
  const names = range(environmentCount).filter((index) => at(stages, index) === 'production');
  const service = `
---
kind: Team
name: warehouse-operations
---
kind: BusinessService
name: shipment-confirmation
environments: [${names.map((index) => numbered('prod', index)).join(', ')}]
owner: warehouse-operations
objectives: [{ availability: 99.5%, window: 30d }]
`;
  return [...tenants, ...range(siteCount).map(siteText), ...range(environmentCount).map(environmentText), service].join(
    '',
  );
}
