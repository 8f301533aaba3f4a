import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type JourneyGround, openJourneyGround, realCompanyFacts } from '../../../test/journeys/ground.ts';
import { type JourneyInput, shipOrderOn } from '../../core/journey/index.ts';
import { runScript } from '../run-script.ts';
import { installJourneys } from './install-journeys.ts';
import { runJourney } from './run-journey.ts';

let ground: JourneyGround;
let realCompanyId: number;
let syntheticCompanyId: number;

const run = (journey: string, clockAheadSeconds = 0) =>
  runJourney(ground.dependencies(clockAheadSeconds), ground.environment, journey, {
    services: ['shipment-confirmation'],
  });

const operatorCall = async (model: string, method: string, rest: Readonly<Record<string, unknown>>) =>
  (await ground.dependencies().odoo.operator(ground.environment)).call({ model, method, timeoutSeconds: 120, ...rest });

const synthetic = async () => {
  const [counts] = await ground.sql<{ orders: number; invoices: number; transfers: number }[]>`
    select (select count(*)::int from sale_order where company_id = ${syntheticCompanyId} and state <> 'sent') as orders,
      (select count(*)::int from account_move where company_id = ${syntheticCompanyId} and move_type = 'out_invoice') as invoices,
      (select count(*)::int from stock_picking where company_id = ${syntheticCompanyId}) as transfers`;
  return counts;
};

beforeAll(async () => {
  ground = await openJourneyGround();
  const [company] = await ground.sql<{ id: number }[]>`select id from res_company order by id limit 1`;
  realCompanyId = company?.id ?? 0;
  // The copy is old and its server runs no scheduler: without this, its jobs stand still from the start.
  await ground.sql`update ir_cron set nextcall = now() at time zone 'utc' + interval '1 hour' where active`;
});

afterAll(() => ground?.close());

describe('consent (OBS-04)', () => {
  test('without the synthetic company a write journey is refused and changes nothing, a read-only one runs', async () => {
    const before = await realCompanyFacts(ground.sql, realCompanyId);
    for (const journey of ['ship-order', 'receive-goods', 'portal-login']) {
      const refused = await run(journey);
      expect(refused).toMatchObject({
        outcome: 'refused',
        reason: expect.stringContaining('plimsoll journey install lab'),
      });
      expect(refused.steps.every(({ outcome }) => outcome === 'skipped')).toBe(true);
    }
    expect((await run('read-orders')).outcome).toBe('passed');
    expect(await realCompanyFacts(ground.sql, realCompanyId)).toEqual(before);
    expect(ground.samples.some(({ labels }) => labels['journey'] === 'ship-order')).toBe(false);
  });
});

describe('installing', () => {
  test('twice sets up one company, leaves the real one as it was, and nobody else belongs to it', async () => {
    const before = await realCompanyFacts(ground.sql, realCompanyId);
    const first = await installJourneys(ground.dependencies(), ground.environment);
    const second = await installJourneys(ground.dependencies(), ground.environment);
    syntheticCompanyId = first.companyId;
    expect(second.companyId).toBe(syntheticCompanyId);
    expect(syntheticCompanyId).not.toBe(realCompanyId);
    expect(await realCompanyFacts(ground.sql, realCompanyId)).toEqual(before);
    const members = await ground.sql<{ login: string }[]>`
      select u.login from res_company_users_rel r join res_users u on u.id = r.user_id
      where r.cid = ${syntheticCompanyId} and u.id <> 1 order by u.login`;
    expect(members.map(({ login }) => login)).toEqual(['plimsoll-journeys', 'plimsoll-portal']);
    const [marked] =
      await ground.sql`select value from ir_config_parameter where key = 'plimsoll.synthetic_company_id'`;
    expect(marked?.['value']).toBe(String(syntheticCompanyId));
  });

  test('consent in the estate is needed as well: without it write journeys are refused', async () => {
    const environment = { ...ground.environment, journeys: { writes: false } };
    const refused = await runJourney(ground.dependencies(), environment, 'ship-order');
    expect(refused).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('journeys: { writes: true }'),
    });
  });
});

describe('journeys on a healthy Odoo (OBS-04)', () => {
  test.each(['ship-order', 'receive-goods', 'portal-login', 'read-orders'])(
    '%s passes, each step timed',
    async (journey) => {
      const passed = await run(journey);
      expect(passed).toMatchObject({ outcome: 'passed', reason: null, services: ['shipment-confirmation'] });
      expect(passed.steps.every(({ outcome, durationSeconds }) => outcome === 'passed' && durationSeconds > 0)).toBe(
        true,
      );
      const own = ground.samples.filter(({ labels }) => labels['journey'] === journey);
      expect(own.filter(({ metric }) => metric === 'journey_success_ratio').at(-1)?.value).toBe(1);
      expect(own.filter(({ metric }) => metric === 'journey_step_seconds').length).toBeGreaterThanOrEqual(
        passed.steps.length,
      );
    },
  );

  test('a refused key of ours is renewed, unnoticed by the verdict', async () => {
    const deps = ground.dependencies();
    await deps.keys.write(ground.environment.name, '0'.repeat(40));
    expect((await runJourney(deps, ground.environment, 'ship-order')).outcome).toBe('passed');
  });

  test('five rounds change nothing of the real company: stock, valuation, numbers, reports', async () => {
    const report = () =>
      operatorCall('sale.report', 'search_count', { args: { domain: [['company_id', '=', realCompanyId]] } });
    const before = { facts: await realCompanyFacts(ground.sql, realCompanyId), report: await report() };
    for (let round = 0; round < 5; round += 1) {
      expect((await run('ship-order')).outcome).toBe('passed');
      expect((await run('receive-goods')).outcome).toBe('passed');
      expect((await run('portal-login')).outcome).toBe('passed');
    }
    expect({ facts: await realCompanyFacts(ground.sql, realCompanyId), report: await report() }).toEqual(before);
  });

  test('the user of the journeys is a manager of nothing but sales, where deleting its own order needs one', async () => {
    const rows = await ground.sql<{ name: string }[]>`
      select d.module || '.' || d.name as name from res_users u join res_groups_users_rel r on r.uid = u.id
        join ir_model_data d on d.model = 'res.groups' and d.res_id = r.gid
        where u.login = 'plimsoll-journeys'`;
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['stock.group_stock_user', 'purchase.group_purchase_user']));
    expect(names.filter((name) => /manager|system|erp/.test(name))).toEqual(['sales_team.group_sale_manager']);
  });

  test('a run leaves its three done transfers and no order, no invoice', async () => {
    const before = await synthetic();
    await run('ship-order');
    expect(await synthetic()).toEqual({ orders: 0, invoices: 0, transfers: (before?.transfers ?? 0) + 3 });
  });

  test('an interrupted run is unknown, and a later one tidies what it left', async () => {
    const stop = new AbortController();
    const onStep = (name: string) => name === 'pack' && stop.abort(new Error('killed'));
    const options = { signal: stop.signal, onStep: (name: string) => void onStep(name) };
    const interrupted = await runJourney(ground.dependencies(), ground.environment, 'ship-order', options);
    expect(interrupted).toMatchObject({ outcome: 'unknown', reason: 'pack: interrupted' });
    expect(await synthetic()).toMatchObject({ orders: 1 });
    expect((await run('ship-order')).outcome).toBe('passed');
    expect(await synthetic()).toMatchObject({ orders: 1 });
    expect((await run('ship-order', 600)).outcome).toBe('passed');
    expect(await synthetic()).toMatchObject({ orders: 0, invoices: 0 });
  });

  test('with the guard off, in the real company, the same steps are seen to change it', async () => {
    const before = await realCompanyFacts(ground.sql, realCompanyId);
    const one = async (query: PromiseLike<readonly { readonly id?: number }[]>) => Number((await query)[0]?.id);
    const { sql } = ground;
    const stockLocationId = await one(
      sql`select lot_stock_id as id from stock_warehouse where company_id = ${realCompanyId} limit 1`,
    );
    const product = await one(
      sql`select q.product_id as id from stock_quant q where location_id = ${stockLocationId} and quantity > 100 limit 1`,
    );
    const partner = await one(sql`select id from res_partner where customer_rank > 0 limit 1`);
    const real = {
      companyId: realCompanyId,
      warehouseId: await one(sql`select id from stock_warehouse where company_id = ${realCompanyId} limit 1`),
      stockLocationId,
      customerId: partner,
      supplierId: partner,
      shippedProductId: product,
      receivedProductId: product,
    };
    const input: JourneyInput = {
      runId: 'unguarded',
      majorVersion: 19,
      now: Temporal.Now.instant(),
      database: ground.odoo.database,
      cronOverdueAfterSeconds: 300,
    };
    const end = await runScript(shipOrderOn(input, real), async (action) => {
      if (action.kind !== 'call') throw new Error('unexpected');
      const { model, method, kind: _kind, ...rest } = action;
      return operatorCall(model, method, rest);
    });
    expect(end.kind).toBe('finished');
    const after = await realCompanyFacts(ground.sql, realCompanyId);
    for (const fact of ['quants', 'moves', 'transfers', 'invoices', 'entries', 'sales', 'numbers']) {
      expect(after[fact], fact).not.toEqual(before[fact]);
    }
  });

  test('the guard itself: a user that belongs to the real company writes nothing', async () => {
    const users = z.array(z.object({ id: z.number() }));
    const domain = [['login', '=', 'plimsoll-journeys']];
    const [user] = users.parse(await operatorCall('res.users', 'search_read', { args: { domain, fields: ['id'] } }));
    const companies = (ids: number[], company: number) =>
      operatorCall('res.users', 'write', {
        ids: [user?.id ?? 0],
        args: { vals: { company_ids: [[6, 0, ids]], company_id: company } },
      });
    await companies([syntheticCompanyId, realCompanyId], realCompanyId);
    const before = await realCompanyFacts(ground.sql, realCompanyId);
    expect((await run('ship-order')).reason).toContain('more than one company, so nothing was written');
    await companies([realCompanyId], realCompanyId);
    expect((await run('receive-goods')).reason).toContain(
      'not belong to the synthetic company, so nothing was written',
    );
    expect(await realCompanyFacts(ground.sql, realCompanyId)).toEqual(before);
    await companies([syntheticCompanyId], syntheticCompanyId);
  });
});

describe('what HTTP 200 hides', () => {
  test('a locked table: the step that waits is named within its deadline, and Odoo is left alone afterwards', async () => {
    const deps = ground.dependencies();
    const locker = await ground.sql.reserve();
    await locker`begin`;
    await locker`lock table stock_picking in access exclusive mode`;
    try {
      expect((await fetch(`${ground.odoo.url}/web/health`)).status).toBe(200);
      const failed = await runJourney(deps, ground.environment, 'ship-order');
      expect(failed.outcome).toBe('failed');
      expect(failed.reason).toMatch(/^confirm order: ODOO_TIMEOUT/);
      expect(failed.durationSeconds).toBeLessThan(15);
      expect(failed.steps.find(({ name }) => name === 'confirm order')?.outcome).toBe('failed');
      const held = await runJourney(deps, ground.environment, 'receive-goods');
      expect(held).toMatchObject({
        outcome: 'unknown',
        reason: expect.stringContaining('held back: ship-order timed out'),
      });
    } finally {
      await locker`rollback`;
      locker.release();
    }
    expect((await run('ship-order')).outcome).toBe('passed');
  });

  test('a broken module method: the step is named, and Odoo says why in its own words', async () => {
    const module = [['name', '=', 'base_automation']];
    const found = z
      .array(z.number())
      .parse(await operatorCall('ir.module.module', 'search', { args: { domain: module } }));
    await operatorCall('ir.module.module', 'button_immediate_install', { ids: found });
    const models = [['model', '=', 'sale.order']];
    const [model] = z.array(z.number()).parse(await operatorCall('ir.model', 'search', { args: { domain: models } }));
    const rule = {
      name: 'Customs check',
      model_id: model,
      trigger: 'on_create_or_write',
      filter_domain: "[('state', '=', 'sale')]",
    };
    const [ruleId] = z
      .array(z.number())
      .parse(await operatorCall('base.automation', 'create', { args: { vals_list: [rule] } }));
    const code = "raise UserError('Customs service: invalid tariff table')";
    const action = {
      name: 'Customs check',
      model_id: model,
      state: 'code',
      code,
      base_automation_id: ruleId,
      usage: 'base_automation',
    };
    await operatorCall('ir.actions.server', 'create', { args: { vals_list: [action] } });
    const failed = await run('ship-order');
    expect(failed.outcome).toBe('failed');
    expect(failed.reason).toMatch(/^confirm order: ODOO_FAILED: .*UserError: Customs service: invalid tariff table/);
    expect(failed.reason).not.toContain('Traceback');
    await operatorCall('base.automation', 'unlink', { ids: [ruleId ?? 0] });
    expect((await run('ship-order')).outcome).toBe('passed');
  });

  test('a stopped scheduler: an overdue job is named, by a read-only journey', async () => {
    await ground.sql`update ir_cron set nextcall = now() at time zone 'utc' - interval '20 minutes'
      where id = (select id from ir_cron where active order by id limit 1)`;
    const failed = await run('read-orders');
    expect(failed.outcome).toBe('failed');
    expect(failed.reason).toMatch(/^scheduled jobs run: ".+" should have run at .+ and has not/);
    await ground.sql`update ir_cron set nextcall = now() at time zone 'utc' + interval '1 hour' where active`;
    expect((await run('read-orders')).outcome).toBe('passed');
  });

  test('an Odoo that is down is a failure of the business, a wrong key of ours is unknown', async () => {
    const gone = {
      ...ground.environment,
      name: 'gone',
      connect: {
        ...ground.environment.connect,
        odoo: { url: 'http://127.0.0.1:1', login: undefined, apiKey: ground.environment.connect.odoo?.apiKey },
      },
    };
    expect(await runJourney(ground.dependencies(), gone, 'read-orders')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^read orders: ODOO_UNREACHABLE/),
    });
    const secrets = {
      ...gone,
      connect: { ...gone.connect, odoo: { ...gone.connect.odoo, apiKey: { source: 'env' as const, name: 'NOT_SET' } } },
    };
    expect(await runJourney(ground.dependencies(), secrets, 'read-orders')).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('SECRET_UNRESOLVED'),
    });
  });
});
