import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createTestDatabase } from '../embedded-store.ts';
import { eventually, runCli, startServe } from '../serve.ts';

const work = await mkdtemp(join(tmpdir(), 'plimsoll-recovery-findings-'));
const state = join(work, 'state');
const database = await createTestDatabase({ isEmpty: true });
afterAll(() => rm(work, { recursive: true, force: true }));

await writeFile(
  join(work, 'estate.yaml'),
  `kind: Estate
name: lab
---
kind: Repository
name: vault
directory: state/vault
sealedTo: ["file:state/keys/recipients"]
identity: "file:state/keys/identity"
signingKey: "file:state/keys/signing-key"
---
kind: Environment
name: acme-prod
stage: production
platform: host
odoo: { version: "19.0", database: acme }
backup: { method: logical, every: 1d }
objectives: { rpo: 2d }
connect: { odoo: { url: "http://127.0.0.1:9" } }
thresholds: { collectEvery: 10s }
`,
);

const status = z.object({
  source: z.string(),
  environments: z.array(z.object({ name: z.string(), recovery: z.array(z.object({ code: z.string() })) })),
});

test('a controller that runs says by itself that an environment has no backup, in status too (BKP-07)', async () => {
  const environment = { PLIMSOLL_DATABASE_URL: database.url };
  const server = await startServe({ estate: work, state, environment });
  const found = await eventually(60, async () => {
    const asked = { PLIMSOLL_SERVER: server.url, PLIMSOLL_STATE: state };
    const { output } = await runCli(['status', '--json'], asked);
    const [acme] = status.parse(JSON.parse(output)).environments;
    const codes = acme?.recovery.map(({ code }) => code) ?? [];
    return codes.includes('BACKUP_NONE') ? codes : undefined;
  });
  expect(found).toContain('BACKUP_SAME_FAILURE_DOMAIN');
  await server.kill('SIGTERM');
});
