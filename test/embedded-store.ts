import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { openPool, type Sql } from '../src/adapters/postgres/index.ts';

/** A database of this test file's own, on the run's embedded PostgreSQL. */
export interface TestDatabase {
  readonly url: string;
  readonly sql: Sql;
}

/** Creates a database for the calling test file, migrated unless `isEmpty`; it goes when the file is done. */
export async function createTestDatabase(options: { readonly isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const adminUrl = inject('embeddedUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = openPool(adminUrl, { maxConnections: 1 });
  await admin`CREATE DATABASE ${admin(name)} TEMPLATE ${admin(options.isEmpty ? 'template0' : 'plimsoll_template')}`;
  const url = adminUrl.replace(/\/postgres$/, `/${name}`);
  const sql = openPool(url, { maxConnections: 12 });
  afterAll(async () => {
    await sql.end({ timeout: 5 });
    await admin`DROP DATABASE IF EXISTS ${admin(name)} WITH (FORCE)`;
    await admin.end();
  });
  return { url, sql };
}
