import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { runCli, type ServeProcess, startServe } from '../../../test/serve.ts';

const work = await mkdtemp(join(tmpdir(), 'plimsoll-first-link-'));
const database = await createTestDatabase({ isEmpty: true });
const environment = { PLIMSOLL_DATABASE_URL: database.url };
let servers: readonly ServeProcess[] = [];

beforeAll(async () => {
  await writeFile(join(work, 'estate.yaml'), 'kind: Estate\nname: lab\n');
  const start = (name: string) => startServe({ estate: work, state: join(work, name), environment });
  servers = await Promise.all([start('one'), start('two')]);
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGKILL')));
  await rm(work, { recursive: true, force: true });
});

const tokenOf = (link: string | null | undefined): string => String(link).split('welcome=')[1] ?? '';

async function welcome(server: ServeProcess | undefined, token: string, email: string) {
  const url = server?.url ?? '';
  const response = await fetch(`${url}/api/auth/welcome`, {
    method: 'POST',
    body: JSON.stringify({ token, name: 'Ann', email, password: 'correct horse battery staple' }),
    headers: { 'content-type': 'application/json', origin: url },
  });
  return { status: response.status, code: ((await response.json()) as { code?: string }).code };
}

const people = () => database.sql<{ email: string; role: string }[]>`SELECT email, role FROM plimsoll.auth_user`;

// One story: each step stands on what the one before left behind.
describe('first sign-in links of two controllers on one empty PostgreSQL (IAM-02)', () => {
  test('both count until one is used: however they are raced, one administrator comes of them', async () => {
    const [one, two] = servers;
    expect(tokenOf(one?.link)).not.toBe('');
    expect(tokenOf(one?.link)).not.toBe(tokenOf(two?.link));
    const raced = await Promise.all([
      welcome(two, tokenOf(one?.link), 'ann@northsea.example'),
      welcome(one, tokenOf(two?.link), 'bob@northsea.example'),
    ]);
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect((await people()).map(({ role }) => role)).toEqual(['administrator']);
  });

  test('the link of the other controller makes nobody afterwards', async () => {
    const [one, two] = servers;
    for (const server of [one, two]) {
      expect(await welcome(one, tokenOf(server?.link), 'eve@northsea.example')).toEqual({
        status: 403,
        code: 'LINK_SPENT',
      });
    }
    expect(await people()).toHaveLength(1);
  });

  test('`access link --role` makes the person what it says, beside other links; an e-mail has one account', async () => {
    const link = async (role: string): Promise<string> => {
      const ran = await runCli(['access', 'link', '--role', role, '--json'], environment);
      expect(ran.code, ran.errors).toBe(0);
      return tokenOf((JSON.parse(ran.output) as { signInLink: string }).signInLink);
    };
    const [operator, viewer] = [await link('operator'), await link('viewer')];
    expect((await welcome(servers[0], operator, 'olga@northsea.example')).status).toBe(200);
    expect(await welcome(servers[1], viewer, 'Olga@northsea.example')).toEqual({ status: 409, code: 'EMAIL_TAKEN' });
    expect((await welcome(servers[1], viewer, 'vic@northsea.example')).status).toBe(200);
    expect((await people()).slice(1)).toEqual([
      { email: 'olga@northsea.example', role: 'operator' },
      { email: 'vic@northsea.example', role: 'viewer' },
    ]);
    const ran = await runCli(['access', 'link', '--role', 'captain'], environment);
    expect(ran.code).not.toBe(0);
    expect(ran.errors).toContain('--role: one of administrator, operator, auditor, viewer.');
  });

  test('withdrawn links make nobody', async () => {
    const made = await runCli(['access', 'link', '--json'], environment);
    const { signInLink } = JSON.parse(made.output) as { signInLink: string };
    expect((await runCli(['access', 'withdraw-links'], environment)).output).toContain('withdrawn');
    expect((await welcome(servers[0], tokenOf(signInLink), 'eve@northsea.example')).status).toBe(403);
  });
});
