import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, startFakeServer } from '../portal/fake-server.ts';
import { runCli } from './run-cli.ts';

let work: string;
let plimsoll: FakeServer;
let odoo: Server;
let environment: Record<string, string>;

/** An Odoo of which only the web server answers. */
async function startOdoo(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"pass"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const estateOf = (port: number) => `kind: Estate
name: lab
---
kind: Environment
name: lab-uat
stage: uat
platform: host
odoo: { version: "19.0", database: lab, modules: [stock] }
connect: { odoo: { url: "http://127.0.0.1:${port}" } }
`;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'plimsoll-verbs-'));
  plimsoll = await startFakeServer('troubled', work);
  odoo = await startOdoo();
  await writeFile(join(work, 'estate.yaml'), estateOf((odoo.address() as AddressInfo).port));
  environment = { PLIMSOLL_SERVER: plimsoll.url, PLIMSOLL_STATE: join(work, 'state') };
});
afterEach(() => plimsoll.fake.signIn({ role: 'administrator', mustEnrolSecondFactor: false }));
afterAll(async () => {
  await plimsoll?.stop();
  odoo?.close();
  await rm(work, { recursive: true, force: true });
});

const ask = (...argv: string[]) => runCli(argv, environment);
const here = () => ['--estate', work];

describe('plimsoll status', () => {
  test('lists what the server knows, the two answers apart, with the reasons', async () => {
    const { code, stdout } = await ask('status');
    expect(code).toBe(0);
    expect(stdout).toContain(`From the server at ${plimsoll.url}:`);
    expect(stdout).toMatch(/acme-prod +production +✖ unhealthy +● healthy +/);
    expect(stdout).toContain('stock_picking is locked for 42 s by process 3117');
  });

  test('--json is one document with the same', async () => {
    const { code, stdout, stderr } = await ask('status', '--json');
    const answer = JSON.parse(stdout);
    expect([code, stderr, answer.source]).toEqual([0, '', 'server']);
    expect(answer.environments[0]).toMatchObject({
      name: 'acme-prod',
      business: 'unhealthy',
      infrastructure: 'healthy',
      reasons: { business: [{ code: 'TABLE_LOCKED' }], infrastructure: [] },
    });
  });

  test('without a right to ask it says what to set, and looks for itself', async () => {
    plimsoll.fake.signIn(undefined);
    const { code, stdout, stderr } = await ask('status', ...here());
    expect(code).toBe(0);
    expect(stderr).toContain('set PLIMSOLL_TOKEN');
    expect(stdout).toContain('No server answers: looked directly, without journeys.');
    expect(stdout).toMatch(/lab-uat +uat/);
  });
});

describe('plimsoll probe', () => {
  test('an Odoo whose database nobody may read is up, and its business unknown: exit code 1', async () => {
    const { code, stdout } = await ask('probe', 'lab-uat', ...here(), '--json');
    expect(code).toBe(1);
    const { environment: name, business, infrastructure, collectors, samples } = JSON.parse(stdout);
    expect([name, business.health]).toEqual(['lab-uat', 'unknown']);
    expect(infrastructure.reasons.map(({ code: reason }: { code: string }) => reason)).not.toContain('WEB_DOWN');
    expect(collectors.length).toBeGreaterThan(0);
    expect(samples.map(({ metric }: { metric: string }) => metric)).toContain('odoo_endpoint_up');
  });

  test('for people: both answers, the collectors, and each figure with --samples', async () => {
    const { stdout } = await ask('probe', 'lab-uat', ...here(), '--samples');
    expect(stdout).toContain('infrastructure');
    expect(stdout).toContain('business');
    expect(stdout).toContain('collectors');
    expect(stdout).toMatch(/odoo_endpoint_up\{component=web\} 1/);
  });

  test('an Odoo that does not answer is unhealthy', async () => {
    await writeFile(join(work, 'estate.yaml'), estateOf(9));
    const { code, stdout } = await ask('probe', 'lab-uat', ...here(), '--json');
    await writeFile(join(work, 'estate.yaml'), estateOf((odoo.address() as AddressInfo).port));
    expect([code, JSON.parse(stdout).infrastructure.health]).toEqual([1, 'unhealthy']);
  });
});

describe('plimsoll connect', () => {
  test('explains the role where the estate names no database, and ends with exit code 1', async () => {
    const { code, stdout } = await ask('connect', 'lab-uat', ...here());
    expect(code).toBe(1);
    expect(stdout).toContain('the environment declares no connect.postgres.url');
    expect(stdout).toMatch(/CREATE ROLE/i);
  });

  test('--json gives the statements as data', async () => {
    const { code, stdout } = await ask('connect', 'lab-uat', ...here(), '--json');
    const { works, statements } = JSON.parse(stdout);
    expect([code, works]).toEqual([1, false]);
    for (const { sql, why } of statements) expect([typeof sql, typeof why]).toEqual(['string', 'string']);
  });
});

describe('plimsoll component', () => {
  test('lists the process classes, none of which runs', async () => {
    const { code, stdout } = await ask('component', 'list', 'lab-uat', ...here());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^web +not running$/m);
    const json = JSON.parse((await ask('component', 'list', 'lab-uat', ...here(), '--json')).stdout);
    expect(json.components.every(({ isAlive }: { isAlive: boolean }) => !isAlive)).toBe(true);
  });

  test('stopping what does not run says so and keeps it stopped', async () => {
    const { code, stdout } = await ask('component', 'stop', 'lab-uat', 'web', ...here());
    expect([code, stdout]).toEqual([0, 'web of lab-uat: was not running. It stays stopped.\n']);
    expect((await ask('component', 'list', 'lab-uat', ...here())).stdout).toMatch(/^web +stopped by an operator$/m);
  });

  test('a class that does not exist is refused with those that do', async () => {
    const { code, stderr } = await ask('component', 'stop', 'lab-uat', 'warp-drive', ...here());
    expect(code).toBe(2);
    expect(stderr).toContain('web');
    expect(stderr).not.toContain('Unexpected');
  });
});

describe('what asks the server', () => {
  test('a token is made, listed and revoked', async () => {
    const made = JSON.parse((await ask('access', 'token', 'create', 'nightly', '--role', 'viewer', '--json')).stdout);
    expect(made.secret).toMatch(/^plimsoll_/);
    const list = async () => (await ask('access', 'token', 'list')).stdout.split('\n');
    expect((await list()).find((line) => line.includes('nightly'))).toMatch(/\tviewer\tuntil /);
    expect((await ask('access', 'token', 'revoke', made.id)).stdout).toBe('nightly is revoked\n');
    expect((await list()).find((line) => line.includes('nightly'))).toMatch(/\trevoked /);
  });

  test('without a token, and without the right, the fault says what is missing', async () => {
    plimsoll.fake.signIn(undefined);
    const anonymous = await ask('access', 'token', 'list');
    expect([anonymous.code, anonymous.stderr]).toEqual([2, expect.stringContaining('SIGN_IN_REQUIRED')]);
    plimsoll.fake.signIn({ role: 'viewer', mustEnrolSecondFactor: false });
    const viewer = await ask('access', 'token', 'list');
    expect([viewer.code, viewer.stderr]).toEqual([2, expect.stringContaining('PERMISSION_DENIED')]);
  });

  test('an environment that the server does not know is said so, and not as a refusal', async () => {
    const { code, stderr } = await ask('environment', 'transition', 'nobody', 'active', '--reason', 'test');
    expect([code, stderr]).toEqual([2, expect.stringContaining('ENVIRONMENT_UNKNOWN')]);
    expect(stderr).not.toContain('Unexpected');
  });
});
