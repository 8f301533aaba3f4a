import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createSecret } from '../../core/kernel/index.ts';
import { endSessionSql, sessionNowSql } from '../../core/observe/index.ts';
import { openPool } from '../postgres/index.ts';
import { createPostgresSessions } from './postgres-sessions.ts';

const { url, sql } = await createTestDatabase({ isEmpty: true });
const mark = randomBytes(4).toString('hex');
const signal = new AbortController().signal;
const open: ReturnType<typeof openPool>[] = [];

/** A connection string of a new role with those rights. */
async function roleUrl(name: string, ...rights: readonly string[]): Promise<string> {
  const role = `${name}_${mark}`;
  await sql.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
  for (const right of rights) await sql.unsafe(`GRANT ${right} TO ${role}`);
  const address = new URL(url);
  address.username = role;
  address.password = 'x';
  return address.href;
}

let worker: string;
beforeAll(async () => {
  await sql.unsafe('CREATE TABLE thing (id int); GRANT ALL ON thing TO public');
  worker = await roleUrl('worker');
});
afterEach(async () => {
  for (const pool of open.splice(0)) await pool.end({ timeout: 1 }).catch(() => {});
});
afterAll(async () => {
  await sql.unsafe(`DROP OWNED BY worker_${mark}`);
  for (const name of ['worker', 'ender', 'blind', 'powerless']) await sql.unsafe(`DROP ROLE IF EXISTS ${name}_${mark}`);
});

/** Somebody who holds a table, as a look at the locks would name them. */
async function holder() {
  const pool = openPool(worker, { maxConnections: 1 });
  open.push(pool);
  const session = await pool.reserve();
  await session`BEGIN`;
  await session`LOCK TABLE thing`;
  const [row] = await session`SELECT pg_backend_pid() AS pid`;
  const pid = Number(row?.['pid']);
  const [seen] = await sql`
    SELECT to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
    FROM pg_stat_activity WHERE pid = ${pid}`;
  return { pid, backendStart: String(seen?.['at']) };
}

const lives = async ({ pid, backendStart }: { pid: number; backendStart: string }): Promise<boolean> => {
  const [row] = await sql.unsafe(sessionNowSql, [pid, backendStart]);
  return row?.['is_same'] === true;
};
const sessions = (address: string) => createPostgresSessions(createSecret('sessions', address));
const earlier = '2020-01-01T00:00:00.000000Z';

describe('ending a session of an environment (INC-05)', () => {
  test('ends the one that is named, and its lock with it', async () => {
    const ender = sessions(await roleUrl('ender', 'pg_signal_backend', 'pg_read_all_stats'));
    const session = await holder();
    expect(await ender.end(session, signal)).toMatchObject({ kind: 'ended' });
    expect(await lives(session)).toBe(false);
    await sql.begin(async (transaction) => {
      await transaction`SET LOCAL lock_timeout = '5s'`;
      await transaction`LOCK TABLE thing`;
    });
    expect(await ender.end(session, signal)).toEqual({ kind: 'was-gone', isIdTaken: false });
  });

  test('never hits who was given its process id since; without the comparison it would', async () => {
    const session = await holder();
    const reused = { pid: session.pid, backendStart: earlier };
    expect(await sessions(url).end(reused, signal)).toEqual({ kind: 'was-gone', isIdTaken: true });
    // The statement by itself holds too: between the look and the end an id may be given again.
    expect(await sql.unsafe(endSessionSql, [reused.pid, reused.backendStart])).toHaveLength(0);
    expect(await lives(session)).toBe(true);
    const guard = /to_char\(backend_start[^=]*= \$2/;
    expect(endSessionSql).toMatch(guard);
    await sql.unsafe(endSessionSql.replace(guard, '$2::text is not null'), [reused.pid, reused.backendStart]);
    await expect.poll(() => lives(session), { timeout: 15_000 }).toBe(false);
  });

  test('says what the role lacks, and leaves the session alone', async () => {
    const session = await holder();
    const blind = await sessions(await roleUrl('blind', 'pg_signal_backend')).end(session, signal);
    expect(blind).toMatchObject({ kind: 'kept', reason: expect.stringContaining('pg_read_all_stats') });
    const powerless = await sessions(await roleUrl('powerless', 'pg_read_all_stats')).end(session, signal);
    expect(powerless).toMatchObject({ kind: 'kept', reason: expect.stringContaining('permission denied') });
    expect(await lives(session)).toBe(true);
  });
});
