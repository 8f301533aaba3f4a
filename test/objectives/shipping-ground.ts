import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { createOdooAccess } from '../../src/adapters/odoo/access.ts';
import { createPostgresOdooDatabase } from '../../src/adapters/odoo-database/postgres-odoo-database.ts';
import { createLocalSecrets } from '../../src/adapters/secrets/local-secrets.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import type { OdooDatabase } from '../../src/ports/odoo-database.ts';
import { type LabDatabase, type LabOdoo, startLab } from '../lab/index.ts';
import { labEnvironment } from '../lab-environment.ts';

/** A real Odoo whose floor ships what the test says, at the times that the test says. */
export interface ShippingGround {
  readonly odoo: LabOdoo;
  readonly sql: postgres.Sql;
  /** The database as a collector reads it. */
  readonly database: OdooDatabase;
  /** Odoo makes deliveries that are due at a time; they are there since `at`. */
  arrive(count: number, at: Temporal.Instant, due: Temporal.Instant): Promise<void>;
  /** Odoo validates the oldest of them; they are done since `at`. Answers how many there were. */
  drain(count: number, at: Temporal.Instant, carrier?: { readonly isTracked: boolean }): Promise<number>;
  /** Nothing waits any more. */
  clear(): Promise<void>;
  /** How many wait, counted apart from our collectors. */
  open(): Promise<number>;
  close(): Promise<void>;
}

const odooTime = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' }).slice(0, 19);

async function deliveryOf(sql: postgres.Sql) {
  const [kind] = await sql`select kind.id, kind.default_location_src_id as source, customer.id as destination
    from stock_picking_type kind join stock_warehouse warehouse on warehouse.id = kind.warehouse_id and warehouse.code = 'WH'
    cross join lateral (select id from stock_location where usage = 'customer' order by id limit 1) customer
    where kind.code = 'outgoing' order by kind.id limit 1`;
  const [goods] = await sql`select product.id, template.uom_id as unit from product_product product
    join product_template template on template.id = product.product_tmpl_id
    where template.type = 'consu' and product.active order by product.id limit 1`;
  return { kind, goods };
}

/** Boots an Odoo on a copy of the lab's database in which nothing waits to be shipped. */
export async function openShippingGround(): Promise<ShippingGround> {
  const lab = await startLab();
  const copy: LabDatabase = await lab.createDatabase();
  const odoo = await lab.bootOdoo({ database: copy.name });
  const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-shipping-'));
  const access = createOdooAccess({
    secrets: createLocalSecrets({ environment: { LAB_KEY: odoo.apiKey }, stateDirectory }),
  });
  const rpc = await access.operator(labEnvironment(odoo));
  const sql = postgres(copy.url, { max: 2, onnotice: () => {} });
  const database = createPostgresOdooDatabase({ url: createSecret('lab', await lab.superuserUrl(copy.name)) });
  const clear = async (): Promise<void> => {
    await sql`update stock_picking set state = 'cancel' where state not in ('done', 'cancel')`;
  };
  await clear();
  // A carrier that prices online, as far as counting goes.
  await sql`update delivery_carrier set delivery_type = 'dhl'`;
  const { kind, goods } = await deliveryOf(sql);
  const own = { picking_type_id: kind?.['id'], location_id: kind?.['source'], location_dest_id: kind?.['destination'] };
  const line = {
    product_id: goods?.['id'],
    product_uom: goods?.['unit'],
    product_uom_qty: 1,
    quantity: 1,
    picked: true,
  };
  const call = (method: string, rest: { readonly ids?: readonly number[]; readonly args?: Record<string, unknown> }) =>
    rpc.call({ model: 'stock.picking', method, timeoutSeconds: 60, ...rest });
  return {
    ...{ odoo, sql, database, clear },
    arrive: async (count, at, due) => {
      const { picking_type_id: _kind, ...places } = own;
      const delivery = { ...own, move_ids: [[0, 0, { ...line, ...places }]] };
      const ids = (await call('create', { args: { vals_list: Array(count).fill(delivery) } })) as number[];
      await call('action_confirm', { ids });
      await sql`update stock_picking set create_date = ${odooTime(at)}::timestamp, origin = 'test',
        date_deadline = ${odooTime(due)}::timestamp, scheduled_date = ${odooTime(due)}::timestamp where id in ${sql(ids)}`;
    },
    drain: async (count, at, carrier) => {
      const waiting = await sql<{ id: number }[]>`select id from stock_picking
        where origin = 'test' and state not in ('done', 'cancel') order by id limit ${count}`;
      const ids = waiting.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await call('button_validate', { ids });
      await sql`update stock_picking set date_done = ${odooTime(at)}::timestamp where id in ${sql(ids)} and state = 'done'`;
      if (carrier !== undefined) {
        await sql`update stock_picking set carrier_id = (select id from delivery_carrier order by id limit 1),
          carrier_tracking_ref = ${carrier.isTracked ? 'JD0146' : null} where id in ${sql(ids)}`;
      }
      return ids.length;
    },
    open: async () => {
      const [row] = await sql`select count(*)::int as open from stock_picking picking
        join stock_picking_type kind on kind.id = picking.picking_type_id and kind.code = 'outgoing'
        where picking.state in ('waiting', 'confirmed', 'assigned')`;
      return Number(row?.['open']);
    },
    close: async () => {
      access.close();
      await database.close();
      await sql.end();
      await odoo.stop();
      await copy.drop();
      await rm(stateDirectory, { recursive: true, force: true });
    },
  };
}
