import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { openPool } from './connect.ts';
import { migrate, readMigrations } from './migrate.ts';

const database = await createTestDatabase({ isEmpty: true });
const now = Temporal.Instant.from('2026-11-21T06:00:00Z');

describe('migrations', () => {
  test('starters at the same time apply each migration once, and a newer schema is refused', async () => {
    const migrations = await readMigrations();
    const pools = Array.from({ length: 4 }, () => openPool(database.url, { maxConnections: 1 }));
    const applied = await Promise.all(pools.map((pool) => migrate(pool, migrations, now)));
    await Promise.all(pools.map((pool) => pool.end()));
    expect(applied.flat()).toEqual(migrations.map((migration) => migration.name));
    await database.sql`INSERT INTO plimsoll.migration (name, applied_at) VALUES ('9999-from-the-future', ${now})`;
    await expect(migrate(database.sql, migrations, now)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });
});
