import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSite, eventually, type Site } from './plimsoll.ts';

// The issue's own demonstration, as a user would see it: bring up the example, break it, and read what is said about it.

const reasons = z.array(
  z.object({ code: z.string(), summary: z.string(), evidence: z.record(z.string(), z.unknown()) }),
);
const status = z.object({
  environments: z.array(
    z.object({
      name: z.string(),
      business: z.string(),
      infrastructure: z.string(),
      reasons: z.object({ business: reasons, infrastructure: reasons }),
    }),
  ),
});

let site: Site;

async function acme() {
  const answer = status.parse(await site.json(['status'], 60));
  const found = answer.environments.find((environment) => environment.name === 'acme-prod');
  if (found === undefined) throw new Error('status does not list acme-prod');
  return found;
}

const isHealthy = (environment: Awaited<ReturnType<typeof acme>>): boolean =>
  environment.business === 'healthy' && environment.infrastructure === 'healthy';

beforeAll(async () => {
  site = await createSite();
  const up = await site.run(['up', site.estate, '--detach', '--postgres-port', String(site.postgresPort)], 1_200);
  expect(up.stderr + up.stdout).toContain('sign in once');
  expect(up.code).toBe(0);
});

afterAll(async () => {
  const down = await site.run(['down', site.estate], 120);
  await site.remove();
  expect(down.code).toBe(0);
});

describe('AS-15: a real Odoo under watch, from one command', () => {
  test('status lists acme-prod with a healthy business', async () => {
    const { answer } = await eventually(acme, isHealthy, 180);
    expect(answer.reasons.business).toEqual([]);
  });

  test('stopping the Odoo web process turns the business unhealthy with the reason, and back', async () => {
    await site.json(['component', 'stop', 'acme-prod', 'web'], 60);
    const down = await eventually(acme, (now) => now.business === 'unhealthy', 60);
    console.log(`a stopped web process was noticed after ${down.seconds.toFixed(1)} s`);
    expect(down.answer.reasons.business.map((reason) => reason.code)).toContain('BUSINESS_STOPPED');
    await site.json(['component', 'start', 'acme-prod', 'web'], 60);
    const back = await eventually(acme, isHealthy, 120);
    console.log(`and its return after ${back.seconds.toFixed(1)} s`);
  });

  test('OBS-09: a locked table turns the business red while the infrastructure stays green, and names the blocker', async () => {
    const password = (await readFile(join(site.state, 'acme-prod/postgres/superuser-password'), 'utf8')).trim();
    const sql = postgres({
      host: '127.0.0.1',
      port: site.postgresPort,
      user: 'postgres',
      password,
      database: 'acme',
      max: 1,
      connection: { application_name: 'somebody-in-psql' },
    });
    try {
      await sql.begin(async (transaction) => {
        await transaction`LOCK TABLE stock_picking IN ACCESS EXCLUSIVE MODE`;
        const { answer } = await eventually(acme, (now) => now.business === 'unhealthy', 90);
        expect(answer.infrastructure).toBe('healthy');
        const said = JSON.stringify(answer.reasons.business);
        expect(said).toContain('stock_picking');
        expect(said).toContain('somebody-in-psql');
      });
    } finally {
      await sql.end({ timeout: 5 });
    }
    await eventually(acme, isHealthy, 180);
  });

  test('the ledger holds what happened, and its chain is intact', async () => {
    const verification = await site.json(['ledger', 'verify'], 60);
    expect(verification).toMatchObject({ isIntact: true });
  });
});
