import { type Environment, parseEstate } from '../src/core/estate/index.ts';
import type { LabOdoo } from './lab/index.ts';

/** A server of the lab as an estate declares it, with changes. Its API key is `env:LAB_KEY`. */
export function labEnvironment(
  odoo: Pick<LabOdoo, 'url' | 'database' | 'login'>,
  changes: Partial<Environment> = {},
): Environment {
  const text = `
kind: Estate
name: lab
---
kind: Environment
name: lab
stage: production
platform: host
lab: true
odoo: { version: "19.0", database: ${odoo.database} }
journeys: { writes: true }
connect:
  odoo: { url: "${odoo.url}", login: ${odoo.login}, apiKey: "env:LAB_KEY" }
`;
  const { estate, diagnostics } = parseEstate([{ path: 'lab.yaml', text }]);
  const environment = estate?.environments[0];
  if (environment === undefined) throw new Error(JSON.stringify(diagnostics));
  return { ...environment, ...changes };
}
