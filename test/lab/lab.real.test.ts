import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, startLab } from './index.ts';

describe('the shared lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });

  test('a copy of the logistics database holds multi-step work', async () => {
    const database = await lab.createDatabase();
    const sql = postgres(database.url, { max: 1 });
    try {
      const [warehouse] =
        await sql`select delivery_steps, reception_steps from stock_warehouse where active order by id limit 1`;
      expect(warehouse).toEqual({ delivery_steps: 'pick_pack_ship', reception_steps: 'two_steps' });
      const states = await sql<{ state: string; count: number }[]>`
        select state, count(*)::int as count from stock_picking group by state`;
      const count = (state: string): number => states.find((row) => row.state === state)?.count ?? 0;
      expect(count('assigned')).toBeGreaterThan(5);
      expect(count('done')).toBeGreaterThan(5);
      const [batches] = await sql<{ count: number }[]>`select count(*)::int as count from stock_picking_batch`;
      expect(batches?.count).toBeGreaterThan(0);
      const [extension] = await sql`select 1 as is_there from pg_extension where extname = 'pg_stat_statements'`;
      expect(extension).toEqual({ is_there: 1 });
    } finally {
      await sql.end();
      await database.drop();
    }
  });

  describe('an Odoo server on a copy', () => {
    let stop: () => Promise<void> = async () => undefined;
    afterAll(() => stop());

    test('answers JSON-2 calls with the API key of the seed, and refuses another key', async () => {
      const database = await lab.createDatabase();
      const odoo = await lab.bootOdoo({ database: database.name });
      stop = async () => {
        await odoo.stop();
        await database.drop();
      };
      const count = (apiKey: string) =>
        fetch(`${odoo.url}/json/2/stock.picking/search_count`, {
          method: 'POST',
          headers: {
            authorization: `bearer ${apiKey}`,
            'x-odoo-database': database.name,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ domain: [['state', '=', 'assigned']] }),
        });
      const answered = await count(odoo.apiKey);
      expect(answered.status).toBe(200);
      expect(Number(await answered.text())).toBeGreaterThan(5);
      expect((await count('0'.repeat(40))).status).toBe(401);
    });
  });
});
