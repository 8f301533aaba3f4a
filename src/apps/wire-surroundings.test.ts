import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Settings } from './settings.ts';
import { requireEstate } from './wire-estate.ts';
import { surroundingsOf } from './wire-surroundings.ts';

const environment = `kind: Estate
name: northsea
---
kind: Environment
name: acme-prod
stage: production
platform: compose
odoo: { version: "19.0", database: acme }
`;
const partner = `kind: Integration
name: dhl
partner: carrier
environments: [acme-prod]
exchange: synchronous
endpoint: "env:DHL_URL"
`;

test('BKP-01: documents in every folder of the estate are in a backup, and the integrations are named by them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-surroundings-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'partners'));
  await writeFile(join(directory, 'estate.yaml'), environment);
  await writeFile(join(directory, 'partners', 'dhl.yaml'), partner);
  const estate = await requireEstate(directory);
  const [acme] = estate.environments;
  if (acme === undefined) throw new Error('an environment is declared');
  const settings = { stateDirectory: join(directory, '.state') } as Settings;
  const around = await surroundingsOf(estate, acme, { settings, directory });
  expect(around.configuration.map(({ path }) => path)).toEqual(['estate/estate.yaml', 'estate/partners/dhl.yaml']);
  expect(around.integrations).toEqual([
    { name: 'dhl', partner: 'carrier', exchange: 'synchronous', references: ['env:DHL_URL'] },
  ]);
  expect(around.declaredIntegrations).toEqual(['dhl']);
});
