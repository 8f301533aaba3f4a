import { z } from 'zod';
import { synthetic } from '../journey/index.ts';
import { type Refusal, refuse } from '../kernel/index.ts';
import { call, countRecords, createRecords, fail, readRecords, type Script, searchRead } from '../script/index.ts';
import type { LoadClass, LoadProfile } from './profile.ts';

/** How everything that the driver makes is recognised. */
export const loadMark = 'PLIMSOLL-LOAD';

const productCount = 12;
const partnerCount = 6;
const stockPerProduct = 100_000;

/** Where the load goes: one warehouse of the operator's own company, with goods and partners of the driver's. */
export interface LoadGround {
  readonly companyId: number;
  readonly context: Readonly<Record<string, unknown>>;
  readonly warehouseId: number;
  readonly stockLocationId: number;
  readonly reserveLocationId: number;
  readonly supplierLocationId: number;
  readonly receiptLocationId: number;
  readonly types: Readonly<Record<'receive' | 'store' | 'pick' | 'pack' | 'ship' | 'internal', number>>;
  readonly deliverySteps: string;
  readonly receptionSteps: string;
  readonly products: readonly { readonly id: number; readonly barcode: string; readonly unitId: number }[];
  readonly partnerIds: readonly number[];
}

const id = z.number().int();
const manyToOne = z.tuple([id, z.string()]).rest(z.unknown());

function* ownCompany(): Script<number> {
  const user = z.object({ uid: id }).safeParse(yield* call('res.users', 'context_get'));
  if (!user.success) return yield* fail('Odoo did not say whose API key this is');
  const [own] = yield* readRecords('res.users', [user.data.uid], { company_id: manyToOne });
  const companyId = own?.company_id[0];
  if (companyId === undefined) return yield* fail('the user of the API key has no company');
  const [company] = yield* readRecords('res.company', [companyId], { partner_id: manyToOne });
  const [partner] = yield* readRecords('res.partner', [company?.partner_id[0] ?? 0], { ref: z.unknown() });
  if (partner?.ref === synthetic.companyReference) {
    return yield* fail(
      'the API key belongs to the synthetic company of the journeys, which the load driver never touches',
    );
  }
  return companyId;
}

/** Goods lie at the location: in each warehouse once, however many loads it has seen. */
function* ensureStock(productIds: readonly number[], locationId: number, context: LoadGround['context']): Script<void> {
  const there = [
    ['location_id', '=', locationId],
    ['product_id', 'in', productIds],
  ] as const;
  if ((yield* countRecords('stock.quant', there, context)) > 0) return;
  const inventory = { ...context, inventory_mode: true };
  const counted = productIds.map((product_id) => ({
    product_id,
    location_id: locationId,
    inventory_quantity: stockPerProduct,
  }));
  const quants = yield* createRecords('stock.quant', counted, inventory);
  yield* call('stock.quant', 'action_apply_inventory', { ids: quants, context: inventory });
}

function* ensureGoods(
  companyId: number,
  stockLocationId: number,
  context: LoadGround['context'],
): Script<LoadGround['products']> {
  const shape = { id, barcode: z.string(), uom_id: manyToOne };
  const domain = [['default_code', '=like', `${loadMark}-%`]] as const;
  const codes = Array.from(
    { length: productCount },
    (_unused, index) => `${loadMark}-${String(index + 1).padStart(2, '0')}`,
  );
  let known = yield* searchRead('product.product', domain, shape, { limit: productCount, context });
  if (known.length === 0) {
    const values = codes.map((code) => ({
      name: `Load driver goods ${code}`,
      default_code: code,
      barcode: code,
      type: 'consu',
      is_storable: true,
      // Promised for the next day: without it Odoo counts an order as late the moment it is made.
      sale_delay: 1,
      company_id: companyId,
      list_price: 1,
    }));
    yield* createRecords('product.product', values, context);
    known = yield* searchRead('product.product', domain, shape, { limit: productCount, context });
  }
  yield* ensureStock(
    known.map((product) => product.id),
    stockLocationId,
    context,
  );
  return known.map(({ id: productId, barcode, uom_id }) => ({ id: productId, barcode, unitId: uom_id[0] }));
}

function* ensurePartners(companyId: number, context: LoadGround['context']): Script<readonly number[]> {
  const domain = [['ref', '=', loadMark]] as const;
  const known = yield* searchRead('res.partner', domain, { id }, { limit: partnerCount, context });
  if (known.length > 0) return known.map((partner) => partner.id);
  const values = Array.from({ length: partnerCount }, (_unused, index) => ({
    name: `Load driver consignee ${index + 1}`,
    ref: loadMark,
    company_id: companyId,
  }));
  return yield* createRecords('res.partner', values, context);
}

/** The reserve that replenishment takes from: a place below the stock location, with goods of the driver's on it. */
function* ensureReserve(
  stockLocationId: number,
  productIds: readonly number[],
  companyId: number,
  context: LoadGround['context'],
): Script<number> {
  const name = `${loadMark} reserve`;
  const domain = [
    ['name', '=', name],
    ['location_id', '=', stockLocationId],
  ] as const;
  const [known] = yield* searchRead('stock.location', domain, { id }, { limit: 1, context });
  const values = { name, location_id: stockLocationId, usage: 'internal', company_id: companyId };
  const locationId = known?.id ?? (yield* createRecords('stock.location', [values], context))[0];
  if (locationId === undefined) return yield* fail('the reserve location was not created');
  yield* ensureStock(productIds, locationId, context);
  return locationId;
}

const warehouseShape = {
  id,
  lot_stock_id: manyToOne,
  delivery_steps: z.string(),
  reception_steps: z.string(),
  in_type_id: manyToOne,
  store_type_id: z.union([manyToOne, z.literal(false)]),
  pick_type_id: manyToOne,
  pack_type_id: manyToOne,
  out_type_id: manyToOne,
  int_type_id: manyToOne,
};

/**
 * Finds the warehouse of that short name, or the company's first one, and adds the driver's own goods, partners and
 * reserve where they are missing.
 */
export function* findLoadGround(code?: string): Script<LoadGround> {
  const companyId = yield* ownCompany();
  const context = { allowed_company_ids: [companyId] };
  const own = ['company_id', '=', companyId] as const;
  const mine = code === undefined ? [own] : [own, ['code', '=', code] as const];
  const [warehouse] = yield* searchRead('stock.warehouse', mine, warehouseShape, { limit: 1, context });
  if (warehouse === undefined) {
    return yield* fail(code === undefined ? 'the company has no warehouse' : `the company has no warehouse ${code}`);
  }
  const typeShape = { default_location_dest_id: manyToOne };
  const [receipt] = yield* readRecords('stock.picking.type', [warehouse.in_type_id[0]], typeShape, context);
  const suppliers = [['usage', '=', 'supplier']] as const;
  const [supplier] = yield* searchRead('stock.location', suppliers, { id }, { limit: 1, context });
  if (receipt === undefined || supplier === undefined) return yield* fail('the warehouse has no way to receive goods');
  const stockLocationId = warehouse.lot_stock_id[0];
  const products = yield* ensureGoods(companyId, stockLocationId, context);
  const productIds = products.map((product) => product.id);
  return {
    companyId,
    context,
    warehouseId: warehouse.id,
    stockLocationId,
    reserveLocationId: yield* ensureReserve(stockLocationId, productIds, companyId, context),
    supplierLocationId: supplier.id,
    receiptLocationId: receipt.default_location_dest_id[0],
    types: {
      receive: warehouse.in_type_id[0],
      store: warehouse.store_type_id === false ? warehouse.int_type_id[0] : warehouse.store_type_id[0],
      pick: warehouse.pick_type_id[0],
      pack: warehouse.pack_type_id[0],
      ship: warehouse.out_type_id[0],
      internal: warehouse.int_type_id[0],
    },
    deliverySteps: warehouse.delivery_steps,
    receptionSteps: warehouse.reception_steps,
    products,
    partnerIds: yield* ensurePartners(companyId, context),
  };
}

/** Which classes a warehouse's steps make impossible. */
const impossible: Readonly<Record<string, readonly LoadClass[]>> = {
  ship_only: ['picking', 'packing'],
  pick_ship: ['packing'],
  one_step: ['putaway'],
  three_steps: ['putaway'],
};

/** A refusal for classes that this warehouse has no such operation for. */
export function refuseImpossible(profile: LoadProfile, ground: LoadGround): Refusal | undefined {
  const reasons = [ground.deliverySteps, ground.receptionSteps].flatMap((steps) =>
    (impossible[steps] ?? [])
      .filter((name) => (profile.ratesPerSecond[name] ?? 0) > 0)
      .map((name) => ({
        code: 'LOAD_CLASS_IMPOSSIBLE',
        message: `the warehouse works in "${steps}", so there is no ${name}`,
        hint: 'Leave the class out of the profile, or let the warehouse receive in two steps and pick, pack and ship in three.',
      })),
  );
  return reasons.length === 0 ? undefined : refuse(...reasons);
}
