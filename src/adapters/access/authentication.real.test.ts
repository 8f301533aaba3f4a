import { getMigrations } from 'better-auth/db/migration';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { describeAccess } from '../../ports/access.contract.ts';
import { createAccess } from './access.ts';
import { createAuthentication } from './authentication.ts';

const ours = await createTestDatabase();
const theirs = await createTestDatabase({ isEmpty: true });
const pools: postgres.Sql[] = [];

function plainPool(url: string, schema: string): postgres.Sql {
  const pool = postgres(url, { max: 3, onnotice: () => {}, connection: { search_path: schema } });
  pools.push(pool);
  return pool;
}

afterAll(async () => {
  for (const pool of pools) await pool.end({ timeout: 5 });
});

const origin = 'http://localhost:7070';
const options = { secret: 's'.repeat(40), claimCode: async () => true, onSignIn: async () => {}, onError: () => {} };

/** Columns, indexes and references of the tables, as the database itself describes them. */
async function describeTables(pool: postgres.Sql, schema: string) {
  const columns = await pool`
    SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
    WHERE table_schema = ${schema} AND starts_with(table_name, 'auth_') ORDER BY table_name, column_name`;
  const constraints = await pool`
    SELECT c.conrelid::regclass::text AS of, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c
    JOIN pg_namespace n ON n.oid = c.connamespace JOIN pg_class t ON t.oid = c.conrelid
    WHERE n.nspname = ${schema} AND starts_with(t.relname, 'auth_') ORDER BY 1, 2`;
  const indexes = await pool`
    SELECT tablename, replace(indexdef, ${`${schema}.`}, '') AS definition FROM pg_indexes
    WHERE schemaname = ${schema} AND starts_with(tablename, 'auth_') ORDER BY 1, 2`;
  return [...columns, ...constraints, ...indexes].map((row) => Object.values(row).join(' '));
}

describe('the tables of better-auth in our migrations', () => {
  test('are what the library asks for, column by column, index by index', async () => {
    const pool = plainPool(theirs.url, 'public');
    const migration = await getMigrations(createAuthentication({ ...options, pool, origin }).options);
    expect(migration.toBeCreated.map(({ table }) => table).sort()).toEqual([
      'auth_account',
      'auth_passkey',
      'auth_rate_limit',
      'auth_session',
      'auth_two_factor',
      'auth_user',
      'auth_verification',
    ]);
    await migration.runMigrations();
    const asked = await describeTables(pool, 'public');
    expect(asked.length).toBeGreaterThan(60);
    expect(await describeTables(plainPool(ours.url, 'plimsoll'), 'plimsoll')).toEqual(asked);
  });

  test('leave it nothing to add, and a column that goes missing is noticed', async () => {
    const pool = plainPool(ours.url, 'plimsoll');
    const wanted = async () => getMigrations(createAuthentication({ ...options, pool, origin }).options);
    expect(await wanted()).toMatchObject({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], schemaProblems: [] });
    await pool`ALTER TABLE plimsoll.auth_user RENAME COLUMN "twoFactorEnabled" TO "elsewhere"`;
    try {
      expect((await wanted()).toBeAdded).toMatchObject([{ table: 'auth_user' }]);
    } finally {
      await pool`ALTER TABLE plimsoll.auth_user RENAME COLUMN "elsewhere" TO "twoFactorEnabled"`;
    }
  });
});

describeAccess('sessions, tokens and the local operator', async () => {
  const operatorToken = 'o'.repeat(40);
  const bearer = (token: string) => new Headers({ host: 'localhost:7070', authorization: `Bearer ${token}` });
  return {
    access: createAccess({
      ...options,
      pool: plainPool(ours.url, 'plimsoll'),
      publicOrigin: undefined,
      operatorToken,
      checkToken: async () => ({ kind: 'rejected', reason: 'This token is not known.' }),
      redeemLink: async () => undefined,
    }),
    nobody: () => new Headers({ host: 'localhost:7070' }),
    somebody: () => bearer(operatorToken),
    expected: { kind: 'local', role: 'administrator' },
    worthless: bearer('x'.repeat(40)),
  };
});

describe('attempts at signing in', () => {
  const access = createAccess({
    ...options,
    pool: plainPool(ours.url, 'plimsoll'),
    publicOrigin: undefined,
    operatorToken: 'o'.repeat(40),
    checkToken: async () => ({ kind: 'rejected', reason: 'none' }),
    redeemLink: async () => undefined,
  });
  const attempt = async (index: number, peer: string): Promise<number> => {
    const headers = {
      host: 'localhost:7070',
      origin,
      'content-type': 'application/json',
      'x-forwarded-for': `203.0.113.${index}`,
      'x-real-ip': `203.0.113.${index}`,
      'x-plimsoll-client': `203.0.113.${index}`,
    };
    const body = JSON.stringify({ email: 'ann@example.com', password: `wrong password ${index}` });
    const request = new Request(`${origin}/api/auth/sign-in/email`, { method: 'POST', headers, body });
    return (await access.handleSignIn(request, peer)).status;
  };
  const attempts = async (peer: string): Promise<readonly number[]> => {
    const answers: number[] = [];
    for (let index = 1; index <= 12; index += 1) answers.push(await attempt(index, peer));
    return answers;
  };

  test('are limited to ten a minute, whatever address a client claims to have', async () => {
    expect(await attempts('198.51.100.7')).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  });

  test('would not be limited if the claimed address counted', async () => {
    const answers: number[] = [];
    for (let index = 1; index <= 12; index += 1) answers.push(await attempt(index, `203.0.113.${index}`));
    expect(new Set(answers)).toEqual(new Set([401]));
  });
});
