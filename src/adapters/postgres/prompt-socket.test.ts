import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { createSecret } from '../../core/kernel/index.ts';
import { administrate } from '../host/cluster.ts';
import { createPostgresAdmin } from '../odoo-database/postgres-admin.ts';
import { createPostgresOdooDatabase } from '../odoo-database/postgres-odoo-database.ts';
import { promptSocket } from './prompt-socket.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Takes every connection and closes it at once, as docker-proxy does whose container is gone. */
async function openNobody() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).end();
  });
  closing.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, url: `postgres://observer:pw@127.0.0.1:${port}/acme`, connections: () => connections };
}

test('where a connection is taken and closed, whoever asks PostgreSQL is told so', async () => {
  const { port, url } = await openNobody();
  const secret = createSecret('a database', url);
  const database = createPostgresOdooDatabase({ url: secret });
  const admin = createPostgresAdmin(secret);
  closing.push(
    () => database.close(),
    () => admin.close(),
  );
  const unreachable = { code: 'ODOO_DATABASE_UNREACHABLE' };
  await expect(database.query('select 1', [], { timeoutSeconds: 2 })).rejects.toMatchObject(unreachable);
  await expect(admin.inspect()).rejects.toMatchObject(unreachable);
  const access = { port, role: 'postgres', password: async () => 'pw' };
  await expect(administrate(access, (sql) => sql`select 1`)).rejects.toMatchObject(unreachable);
});

test('the driver by itself would connect for ever, without a pause: the guard is needed', async () => {
  const nobody = await openNobody();
  const ask = async (options: object) => {
    const sql = postgres(nobody.url, { ...options, max: 1, onnotice: () => {} });
    const before = nobody.connections();
    const answer = sql`select 1`.then(
      () => 'answered',
      () => 'failed',
    );
    const said = await Promise.race([answer, sleep(1_000, 'waits')]);
    void sql.end({ timeout: 0 });
    return { said, connections: nobody.connections() - before };
  };
  expect(await ask(promptSocket)).toEqual({ said: 'failed', connections: 1 });
  const unguarded = await ask({});
  expect(unguarded.said).toBe('waits');
  expect(unguarded.connections).toBeGreaterThan(5);
});

test('a request to cancel is answered by the end of its connection, and that is no error', async () => {
  const { port } = await openNobody();
  const socket = await promptSocket.socket({ host: ['127.0.0.1'], port: [port] });
  const failures: unknown[] = [];
  socket.on('error', (error) => failures.push(error)).write(Buffer.alloc(16));
  socket.resume();
  await once(socket, 'close');
  expect(failures).toEqual([]);
});

test('every connection to a PostgreSQL has the guard', () => {
  const root = resolve(import.meta.dirname, '../..');
  const connecting = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const)
    .filter(([, text]) => /[= ]postgres\((?:url|options|database|\{)/.test(text));
  expect(connecting.length).toBeGreaterThan(7);
  for (const [path, text] of connecting) {
    const calls = text.match(/[= ]postgres\((?:url|options|database|\{)/g)?.length;
    expect(text.match(/\.\.\.promptSocket/g), path).toHaveLength(calls ?? 0);
  }
});
