import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { eventually, startServe } from '../../../test/serve.ts';
import { routes } from '../contract/index.ts';

const database = await createTestDatabase({ isEmpty: true });
const directory = await mkdtemp(join(tmpdir(), 'plimsoll-secrets-'));

/** Answers whatever it was asked, as an Odoo with a debugging proxy in front might: errors hold what we sent. */
let received = '';
const odoo: Server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    received += `${JSON.stringify(request.headers)} ${body}`;
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(`${request.url} ${JSON.stringify(request.headers)} ${body}`);
  });
});
await new Promise<void>((resolve) => odoo.listen(0, '127.0.0.1', resolve));

afterAll(async () => {
  odoo.closeAllConnections();
  odoo.close();
  await rm(directory, { recursive: true, force: true });
});

const planted = {
  PLANTED_KEY: 'planted-api-key-5f1e',
  PLANTED_DSN: 'postgres://odoo:planted-dsn-password-77@127.0.0.1:9/acme',
  PLIMSOLL_SECRET: 'planted-signing-secret-000000000000000000',
};
const password = 'planted correct horse battery';

await writeFile(
  join(directory, 'estate.yaml'),
  `kind: Estate
name: lab
---
kind: Site
name: dc
timezone: Europe/Amsterdam
---
kind: Environment
name: acme
stage: staging
platform: host
sites: [dc]
odoo: { version: "19.0", database: acme, modules: [stock] }
connect:
  odoo: { url: "http://127.0.0.1:${(odoo.address() as AddressInfo).port}", login: watcher, apiKey: "env:PLANTED_KEY" }
  postgres: { url: "env:PLANTED_DSN" }
thresholds: { collectEvery: 2s, journeyEvery: 10s }
---
kind: BusinessService
name: orders
environments: [acme]
journey: read-orders
owner: operations
`,
);

type Get = (path: string) => Promise<string>;

/** Every GET of the contract, with whatever its address and query need, and what is served beside the contract. */
async function everyAnswer(get: Get): Promise<string> {
  const now = Temporal.Now.instant();
  const query = new URLSearchParams({
    metric: 'odoo_up',
    from: now.subtract({ hours: 1 }).toString(),
    to: now.toString(),
    stepSeconds: '60',
    element: 'environment/acme',
    direction: 'affects',
    limit: '100',
  });
  const idOf = async (path: string): Promise<string> =>
    (JSON.parse(await get(path)) as { items: { id: string }[] }).items[0]?.id ?? 'none';
  const paths = Object.values(routes).flatMap((route) => (route.method === 'get' ? [route.path as string] : []));
  expect(paths.length).toBeGreaterThan(15);
  const ids: Readonly<Record<string, string>> = {
    '/findings/{id}': await idOf('/api/v1/findings'),
    '/journeys/{id}': await idOf('/api/v1/journeys'),
  };
  expect(Object.values(ids)).not.toContain('none');
  const texts: string[] = [];
  for (const path of paths) {
    const filled = path.replace('{name}', 'acme').replace('{id}', ids[path] ?? 'none');
    texts.push(`${filled} ${await get(`/api/v1${filled}?${query}`)}`);
  }
  for (const path of ['/metrics', '/healthz', '/readyz', '/api/v1/openapi.json']) texts.push(await get(path));
  return texts.join('\n');
}

/** Every row of our tables, but for those that exist to keep a secret: passwords by hash, sessions, the signing key. */
async function everyRow(): Promise<string> {
  const tables = await database.sql<{ schema: string; name: string }[]>`
    SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
    WHERE table_schema IN ('plimsoll', 'plimsoll_workflow') AND table_type = 'BASE TABLE'
      AND NOT starts_with(table_name, 'auth_') AND table_name <> 'secret_key'`;
  const rows: string[] = [];
  for (const { schema, name } of tables) {
    const found =
      await database.sql`SELECT to_jsonb(t)::text AS row FROM ${database.sql(schema)}.${database.sql(name)} t`;
    rows.push(...found.map(({ row }) => `${name} ${String(row)}`));
  }
  return rows.join('\n');
}

describe('secrets', () => {
  test('are in no log, no answer of the API and no row of the ledger or any other table', async () => {
    const state = join(directory, 'state');
    const server = await startServe({
      estate: directory,
      state,
      environment: { ...planted, PLIMSOLL_DATABASE_URL: database.url },
    });
    const link = server.link?.split('welcome=')[1] ?? '';
    const operator = (await readFile(join(state, 'operator-token'), 'utf8')).trim();
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json', ...init.headers },
      });
    const post = (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) });
    const draft = { name: 'ci', role: 'viewer', expiresInSeconds: 3_600 };
    const token = ((await (await post('/api/v1/access/tokens', draft)).json()) as { secret: string }).secret;
    const person = { token: link, name: 'Ann', email: 'ann@example.com', password };
    expect((await post('/api/auth/welcome', person)).status).toBe(200);
    expect((await post('/api/auth/welcome', person)).status).toBe(403);
    await post('/api/auth/sign-in/email', { email: person.email, password: `${password} mistyped` });
    await ask(`/api/v1/environments/${encodeURIComponent(token)}`, { headers: { authorization: `Bearer ${token}x` } });
    await post('/api/v1/environments/acme/journeys/read-orders/runs', {});
    await eventually(60, async () => {
      const { items } = (await (await ask('/api/v1/journeys')).json()) as { items: unknown[] };
      const looked =
        await database.sql`SELECT 1 FROM plimsoll.finding WHERE source = 'health' AND environment = 'acme'`;
      return items.length > 0 && looked.length > 0 ? items : undefined;
    });
    const answers = await everyAnswer(async (path) => (await ask(path)).text());
    expect(await server.kill('SIGTERM')).toBe(0);
    const rows = await everyRow();
    const { output, errors } = server.written();
    const announced = output.replace(server.link ?? '', '');
    const secrets = [...Object.values(planted), 'planted-dsn-password-77', password, link, operator, token];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15);
      for (const [place, text] of Object.entries({ answers, rows, errors, announced })) {
        expect(text.includes(secret), `${secret.slice(0, 12)}… in ${place}: ${around(text, secret)}`).toBe(false);
      }
    }
    // The secret was in use, and what is meant to be there is there: the search looks at something.
    expect(received).toContain(planted.PLANTED_KEY);
    for (const text of [answers, rows]) expect(text).toContain(token.slice(0, 12));
    expect(rows).toContain('user.created');
    expect(answers).toContain('read-orders');
  });
});

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 20);
}
