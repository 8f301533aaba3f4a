import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createSecret, Fault } from '../../core/kernel/index.ts';
import { odooDatabaseContract } from '../../ports/odoo-database.contract.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { createLazyOdooDatabase } from './lazy.ts';
import { createPostgresOdooDatabase } from './postgres-odoo-database.ts';

const { url, sql } = await createTestDatabase({ isEmpty: true });
await sql.unsafe(`CREATE TABLE thing (id int, name text); INSERT INTO thing VALUES (1, 'one'), (2, NULL)`);
const stranger = `stranger_${process.pid}`;
await sql.unsafe(`CREATE ROLE ${stranger} LOGIN PASSWORD 'stranger'`);
const opened: OdooDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
  await sql.unsafe(`DROP ROLE ${stranger}`);
});

function ways(open: (address: string) => OdooDatabase) {
  const keep = (address: string): OdooDatabase => {
    const database = open(address);
    opened.push(database);
    return database;
  };
  const asStranger = new URL(url);
  asStranger.username = stranger;
  asStranger.password = 'stranger';
  const world = { database: keep(url), lost: keep(`${url}_none`), denied: keep(asStranger.href) };
  return async () => ({
    ...world,
    lock: async () => {
      const session = await sql.reserve();
      await session`BEGIN`;
      await session`LOCK TABLE thing`;
      return async () => {
        await session`ROLLBACK`;
        session.release();
      };
    },
  });
}

odooDatabaseContract(
  'PostgreSQL',
  ways((address) => createPostgresOdooDatabase({ url: createSecret('database', address) })),
);
odooDatabaseContract(
  'PostgreSQL, opened when it is first asked',
  ways((address) => createLazyOdooDatabase(async () => createSecret('database', address))),
);

describe('opened when it is first asked', () => {
  test('a secret that cannot be resolved is a fault of the question, and is asked for again', async () => {
    let asked = 0;
    const database = createLazyOdooDatabase(async () => {
      asked += 1;
      if (asked === 1) throw new Fault('SECRET_UNRESOLVED', 'not there yet');
      return createSecret('database', url);
    });
    opened.push(database);
    const question = () => database.query('select 1 as one', [], { timeoutSeconds: 10 });
    await expect(question()).rejects.toMatchObject({ code: 'SECRET_UNRESOLVED' });
    expect(await question()).toEqual([{ one: 1 }]);
  });
});
