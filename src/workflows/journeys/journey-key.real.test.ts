import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JourneyGround, openJourneyGround } from '../../../test/journeys/ground.ts';
import { installJourneys, isSetUp } from './install-journeys.ts';

let ground: JourneyGround;
let realCompanyId: number;

beforeAll(async () => {
  ground = await openJourneyGround();
  const [company] = await ground.sql<{ id: number }[]>`select id from res_company order by id limit 1`;
  realCompanyId = company?.id ?? 0;
});

afterAll(() => ground?.close());

describe('the key that journeys run with', () => {
  test('one that outlived its database does not count as set up, and an installation replaces it', async () => {
    const { keys, odoo } = ground.dependencies();
    await keys.write(ground.environment.name, '0'.repeat(40));
    expect(await isSetUp(odoo, ground.environment)).toBe(false);
    await installJourneys(ground.dependencies(), ground.environment);
    expect(await isSetUp(odoo, ground.environment)).toBe(true);
    expect((await keys.read(ground.environment.name))?.reveal()).not.toBe('0'.repeat(40));
  });

  test('reads nothing of the real company: no order, no transfer, no invoice (SEC-07)', async () => {
    const { keys, odoo } = ground.dependencies();
    const key = async () => (await keys.read(ground.environment.name)) ?? expect.fail('installing made a key');
    const rpc = await odoo.user(ground.environment, 'plimsoll-journeys', key);
    const call = (model: string, method: string, rest: object) =>
      rpc.call({ model, method, timeoutSeconds: 30, ...rest });
    for (const model of ['sale.order', 'stock.picking', 'account.move']) {
      const table = ground.sql(model.replace('.', '_'));
      const [real] = await ground.sql<
        { id: number }[]
      >`select id from ${table} where company_id = ${realCompanyId} order by id limit 1`;
      const id = real?.id ?? (model === 'account.move' ? 0 : expect.fail(`the real company has a ${model}`));
      const domain = [['company_id', '=', realCompanyId]];
      expect(await call(model, 'search_count', { args: { domain } }), model).toBe(0);
      // Neither by asking for the company, nor by knowing the record.
      const context = { allowed_company_ids: [realCompanyId] };
      await expect(call(model, 'search_count', { args: { domain }, context }), model).rejects.toMatchObject({
        code: 'ODOO_DENIED',
      });
      if (id === 0) continue;
      const reading = call(model, 'read', { ids: [id], args: { fields: ['name'] } });
      await expect(reading, model).rejects.toMatchObject({ code: 'ODOO_DENIED' });
    }
  });
});
