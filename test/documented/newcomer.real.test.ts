import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../cli/run-cli.ts';
import { type LabDatabase, type LabOdoo, startLab } from '../lab/index.ts';

// docs/guides/connect-an-odoo.md, typed by somebody whose Odoo was there before Plimsoll.

let work: string;
let database: LabDatabase;
let admin: postgres.Sql;
let odoo: LabOdoo;
let environment: Record<string, string>;
let estate: readonly string[];

beforeAll(async () => {
  const lab = await startLab();
  work = await mkdtemp(join(tmpdir(), 'plimsoll-newcomer-'));
  database = await lab.createDatabase();
  odoo = await lab.bootOdoo({ database: database.name });
  environment = {
    PLIMSOLL_STATE: join(work, 'state'),
    PRODUCTION_LOGIN: odoo.login,
    PRODUCTION_API_KEY: odoo.apiKey,
    ADMIN_URL: await lab.superuserUrl(database.name),
  };
  admin = postgres(await lab.superuserUrl(), { max: 1 });
  estate = ['--estate', join(work, 'my-estate')];
}, 900_000);
afterAll(async () => {
  await odoo?.stop();
  await database?.drop();
  // Roles belong to the cluster, which other tests share.
  await admin?.unsafe('drop role if exists plimsoll_observer');
  await admin?.end();
  await rm(work, { recursive: true, force: true });
}, 60_000);

const probed = z.object({ collectors: z.array(z.object({ collector: z.string(), outcome: z.string() })) });
const collectorsOf = (stdout: string) =>
  new Map(probed.parse(JSON.parse(stdout)).collectors.map(({ collector, outcome }) => [collector, outcome]));

describe('an Odoo that runs already is brought under watch, step by step', { timeout: 120_000 }, () => {
  test('it is declared by answers, and the declaration is sound', async () => {
    const answers = ['--yes', '--url', odoo.url, '--database', database.name];
    const written = await runCli(['init', join(work, 'my-estate'), ...answers], environment);
    expect(written, written.stderr).toMatchObject({ code: 0 });
    expect(written.stdout).toContain('plimsoll connect production');
    expect(await runCli(['check', join(work, 'my-estate')], environment)).toMatchObject({ code: 0 });
  });

  test('whoever may not hold an administrator password gets the SQL', async () => {
    const { code, stdout } = await runCli(['connect', 'production', ...estate], environment);
    expect(code).toBe(1);
    expect(stdout).toContain('create role "plimsoll_observer"');
    expect(stdout).toContain('that you can pass over');
  });

  test('the role is made, its address lies where the declaration looks, and it sees everything', async () => {
    const made = await runCli(['connect', 'production', ...estate, '--admin', 'env:ADMIN_URL'], environment);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const looked = await runCli(['connect', 'production', ...estate], environment);
    expect(looked.stdout).toContain('sees everything');
    expect(looked.code).toBe(0);
  });

  test('one look reaches Odoo, its database and its indicators', async () => {
    const { stdout } = await runCli(['probe', 'production', ...estate, '--json'], environment);
    const collectors = collectorsOf(stdout);
    expect([...collectors]).toEqual(
      expect.arrayContaining([
        ['web', 'ok'],
        ['database', 'ok'],
        ['indicators', 'ok'],
      ]),
    );
  });

  test('a second Plimsoll that takes the same role over says what that does to the first', async () => {
    const second = { ...environment, PLIMSOLL_STATE: join(work, 'second') };
    const taken = await runCli(['connect', 'production', ...estate, '--admin', 'env:ADMIN_URL'], second);
    expect(taken.stderr).toContain('has a new password');
    const { stdout } = await runCli(['probe', 'production', ...estate, '--json'], environment);
    expect(collectorsOf(stdout).get('database')).toBe('failed');
  });
});
