import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { emptyHead, type LedgerHead, verifyChain } from '../../core/ledger/index.ts';
import { verifyLedger } from '../../workflows/verify-ledger.ts';
import { inTransaction, openPool, type Sql } from './connect.ts';
import { createLedger, lockHead, sha256Hex } from './ledger.ts';
import { createPostgresStore } from './store.ts';

const database = await createTestDatabase();
const { sql } = database;
const at = Temporal.Instant.from('2026-11-21T06:00:00Z');

/** Several writers on connections of their own, each in its own transaction. */
async function writeFromManySides(count: number, lock: (sql: Sql) => Promise<LedgerHead>): Promise<unknown[]> {
  const pools = Array.from({ length: 8 }, () => openPool(database.url, { maxConnections: 1 }));
  const outcomes = await Promise.allSettled(
    pools.flatMap((pool, writer) =>
      Array.from({ length: count }, (_, index) =>
        inTransaction(pool, (inside) =>
          createLedger(inside, lock).append(
            {
              actor: { kind: 'controller', name: `w${writer}` },
              type: 'test.wrote',
              subject: `w/${writer}`,
              data: { index },
            },
            at,
          ),
        ),
      ),
    ),
  );
  await Promise.all(pools.map((pool) => pool.end()));
  return outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason);
}

describe('the ledger in PostgreSQL (SEC-07)', () => {
  test('eight concurrent writers leave one chain without a fork', async () => {
    expect(await writeFromManySides(10, lockHead)).toEqual([]);
    const entries = await createLedger(sql).read({ afterSequence: 0, limit: 1_000 });
    expect(entries).toHaveLength(80);
    expect(verifyChain(emptyHead, entries, sha256Hex).isIntact).toBe(true);
  });

  test('without the lock on the head two writers attach to the same entry, and the fork is refused by its constraints', async () => {
    const withoutLock = async (inside: Sql): Promise<LedgerHead> => {
      const [row] = await inside<LedgerHead[]>`SELECT sequence, hash, pg_sleep(0.02)::text FROM plimsoll.ledger_head`;
      return { sequence: row?.sequence ?? 0, hash: row?.hash ?? '' };
    };
    const failures = await writeFromManySides(2, withoutLock);
    expect(failures.length).toBeGreaterThan(0);
    expect(String(failures[0])).toMatch(/duplicate key/);
  });

  test.each([
    'UPDATE plimsoll.ledger SET type = type',
    'DELETE FROM plimsoll.ledger',
    'TRUNCATE plimsoll.ledger',
    `MERGE INTO plimsoll.ledger USING (SELECT 1 AS n) one ON sequence = n WHEN MATCHED THEN DELETE`,
  ])('the superuser is refused: %s', async (statement) => {
    await expect(sql.unsafe(statement)).rejects.toThrow(/append-only/);
  });

  test('replication mode, which skips ordinary triggers, does not open the ledger', async () => {
    const attempt = inTransaction(sql, async (inside) => {
      await inside`SET LOCAL session_replication_role = replica`;
      await inside`DELETE FROM plimsoll.ledger`;
    });
    await expect(attempt).rejects.toThrow(/append-only/);
  });
});

describe('the ledger when its owner is an ordinary role', () => {
  const role = `owner_${Math.abs(Date.now() % 1_000_000)}`;
  afterAll(async () => {
    await sql`REASSIGN OWNED BY ${sql(role)} TO CURRENT_USER`;
    await sql`DROP OWNED BY ${sql(role)}`;
    await sql`DROP ROLE ${sql(role)}`;
  });

  test('the owner may append and read, and is refused UPDATE, DELETE and TRUNCATE', async () => {
    await sql`CREATE ROLE ${sql(role)}`;
    await sql`GRANT USAGE ON SCHEMA plimsoll TO ${sql(role)}`;
    await sql`ALTER TABLE plimsoll.ledger OWNER TO ${sql(role)}`;
    await sql`ALTER TABLE plimsoll.ledger_head OWNER TO ${sql(role)}`;
    const as = (statement: string) =>
      inTransaction(sql, async (inside) => {
        await inside`SET LOCAL ROLE ${inside(role)}`;
        return inside.unsafe(statement);
      });
    expect((await as('SELECT count(*) FROM plimsoll.ledger'))[0]).toBeDefined();
    for (const statement of [
      'UPDATE plimsoll.ledger SET type = type',
      'DELETE FROM plimsoll.ledger',
      'TRUNCATE plimsoll.ledger',
    ]) {
      await expect(as(statement), statement).rejects.toThrow(/permission denied|append-only/);
    }
  });
});

describe('tampering with the database (SEC-07)', () => {
  test('an entry edited by a superuser who switched the trigger off is found and named', async () => {
    const store = createPostgresStore(sql);
    expect((await verifyLedger(store, sha256Hex)).broken).toBeUndefined();
    await sql`ALTER TABLE plimsoll.ledger DISABLE TRIGGER ledger_is_append_only`;
    await sql`UPDATE plimsoll.ledger SET data = '{"index":999}' WHERE sequence = 41`;
    expect((await verifyLedger(store, sha256Hex)).broken).toMatchObject({ sequence: 41 });
  });

  test('entries cut off the end are missed', async () => {
    await sql`DELETE FROM plimsoll.ledger WHERE sequence > 30`;
    expect((await verifyLedger(createPostgresStore(sql), sha256Hex)).broken).toMatchObject({ sequence: 31 });
  });
});
