import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createSignInLinks, lockFirstLinks } from './access.ts';
import { inTransaction, type Sql } from './connect.ts';

const database = await createTestDatabase();
const at = Temporal.Instant.from('2026-11-21T06:00:00Z');

/** Uses two first links at once: the first use holds its transaction open until the second had time to look. */
async function raceFirstLinks(lock: (sql: Sql) => Promise<void>): Promise<number> {
  await database.sql`TRUNCATE plimsoll.sign_in_link`;
  const issued = { role: 'administrator', isFirst: true, createdAt: at, expiresAt: at.add({ hours: 24 }) } as const;
  for (const tokenHash of ['one', 'two']) await createSignInLinks(database.sql).issue({ ...issued, tokenHash });
  const used = Promise.withResolvers<void>();
  const slow = inTransaction(database.sql, async (sql) => {
    const role = await createSignInLinks(sql, lock).consume('one', at);
    used.resolve();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return role;
  });
  await used.promise;
  const quick = inTransaction(database.sql, (sql) => createSignInLinks(sql, lock).consume('two', at));
  return (await Promise.all([slow, quick])).filter((role) => role !== undefined).length;
}

describe('two first sign-in links used at the same moment', () => {
  test('make one administrator, because the second use waits for the first', async () => {
    expect(await raceFirstLinks(lockFirstLinks)).toBe(1);
  });

  test('would make two without the lock', async () => {
    expect(await raceFirstLinks(async () => {})).toBe(2);
  });
});
