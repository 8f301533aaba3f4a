// How long checking takes as an estate grows. Run with `node bench/check.ts`; linear means that the last column stays level.
import { parseEstate } from '../src/core/estate/index.ts';

function estateOf(environments: number): string {
  const documents = [
    'kind: Estate\nname: large',
    'kind: Team\nname: floor',
    'kind: Tier\nname: critical\nobjectives: { rpo: 5m, rto: 1h }',
  ];
  for (let index = 0; index < environments; index += 1) {
    documents.push(
      `kind: Tenant\nname: tenant-${index}`,
      `kind: Site
name: site-${index}
timezone: ${['Europe/Amsterdam', 'America/New_York', 'Asia/Kolkata'][index % 3]}
calendar:
  - { name: cutoff-${index}, kind: cut-off, rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=${12 + (index % 8)}", service: ship-${index} }
  - { name: month-end-${index}, kind: peak, rule: "FREQ=MONTHLY;BYMONTHDAY=-1", lasts: 1d }`,
      `kind: Environment
name: env-${index}
tenant: tenant-${index}
stage: production
tier: critical
platform: host
sites: [site-${index}]
odoo: { version: "19.0", database: db-${index}, modules: [sale_management, stock, purchase] }
connect:
  odoo: { url: "http://odoo-${index}.example", login: admin, apiKey: "env:KEY_${index}" }
  postgres: { url: "env:DATABASE_${index}" }`,
      `kind: BusinessService
name: ship-${index}
environments: [env-${index}]
owner: floor
journey: ship-order
objectives: [{ availability: 99.5%, window: 30d }, { backlog: { clearBefore: cutoff-${index} } }]
dependsOn: [integration/carrier-${index}]`,
      `kind: Integration\nname: carrier-${index}\npartner: carrier\nenvironments: [env-${index}]\nexchange: synchronous\nowner: floor`,
    );
  }
  return documents.join('\n---\n');
}

for (const environments of [125, 250, 500, 1_000, 2_000]) {
  const text = estateOf(environments);
  const start = performance.now();
  const { estate, diagnostics } = parseEstate([{ path: 'large.yaml', text }]);
  const seconds = (performance.now() - start) / 1_000;
  const perEnvironment = ((seconds / environments) * 1_000).toFixed(2);
  const size = `${estate?.environments.length} environments, ${diagnostics.length} diagnostics`;
  console.log(`${size}: ${seconds.toFixed(2)} s, ${perEnvironment} ms each`);
}
