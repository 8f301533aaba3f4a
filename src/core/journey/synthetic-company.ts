import { z } from 'zod';
import { syntheticCompanyName } from '../observe/index.ts';
import { fail, readRecords, type Script, searchRead } from '../script/index.ts';

/** How everything of the synthetic company is recognised, by us and by whoever meets it in Odoo. */
export const synthetic = {
  /** Also how the observer leaves it out of every figure. */
  companyName: syntheticCompanyName,
  /** Reference (`res.partner.ref`) of the company's own partner: what proves that a company is the synthetic one. */
  companyReference: 'PLIMSOLL-SYNTHETIC',
  /** System parameter that holds the company's id, for whoever wants to leave it out of a report. */
  companyParameter: 'plimsoll.synthetic_company_id',
  warehouseCode: 'PLIMS',
  customerReference: 'PLIMSOLL-CUSTOMER',
  supplierReference: 'PLIMSOLL-SUPPLIER',
  shippedProduct: 'PLIMSOLL-SHIPPED',
  receivedProduct: 'PLIMSOLL-RECEIVED',
  userLogin: 'plimsoll-journeys',
  portalLogin: 'plimsoll-portal',
  /** Begins the reference of every order a journey makes: `plimsoll:ship-order:<run>`. */
  orderReferencePrefix: 'plimsoll:',
  portalOrderReference: 'plimsoll-portal-order',
} as const;

/** Where write journeys act. */
export interface Ground {
  readonly companyId: number;
  readonly warehouseId: number;
  readonly stockLocationId: number;
  readonly customerId: number;
  readonly supplierId: number;
  readonly shippedProductId: number;
  readonly receivedProductId: number;
}

/** A many-to-one field as Odoo reads it: `[id, name]`. */
export const manyToOne = z.tuple([z.number().int(), z.string()]).rest(z.unknown());

function* one<Row>(what: string, rows: readonly Row[]): Script<Row> {
  const row = rows[0];
  return row ?? (yield* fail(`the synthetic company has no ${what}; run \`plimsoll journey install\` again`));
}

/**
 * Finds the ground as the journeys' own user sees it, and refuses any other: that user belongs to exactly one company,
 * and that company bears our mark. This is the guard that keeps journeys out of a real company.
 */
export function* findGround(): Script<Ground> {
  const shape = { company_id: manyToOne, company_ids: z.array(z.number()) };
  const users = yield* searchRead('res.users', [['login', '=', synthetic.userLogin]], shape, { limit: 1 });
  const user = yield* one('user', users);
  const companyId = user.company_id[0];
  if (user.company_ids.length !== 1) {
    return yield* fail("the journeys' user belongs to more than one company, so nothing was written");
  }
  const companies = yield* readRecords('res.company', [companyId], { partner_id: manyToOne });
  const company = yield* one('company', companies);
  const partners = yield* readRecords('res.partner', [company.partner_id[0]], {
    ref: z.union([z.string(), z.literal(false)]),
  });
  if (partners[0]?.ref !== synthetic.companyReference) {
    return yield* fail("the journeys' user does not belong to the synthetic company, so nothing was written");
  }
  return yield* groundOf(companyId);
}

/** The records of a company that journeys use. */
export function* groundOf(companyId: number): Script<Ground> {
  const inCompany = ['company_id', '=', companyId] as const;
  const options = { limit: 1 };
  const id = { id: z.number().int() };
  const warehouses = yield* searchRead('stock.warehouse', [inCompany], { ...id, lot_stock_id: manyToOne }, options);
  const warehouse = yield* one('warehouse', warehouses);
  const references = [synthetic.customerReference, synthetic.supplierReference];
  const partners = yield* searchRead(
    'res.partner',
    [inCompany, ['ref', 'in', references]],
    { ...id, ref: z.string() },
    { limit: 2 },
  );
  const codes = [synthetic.shippedProduct, synthetic.receivedProduct];
  const product = { ...id, default_code: z.string() };
  const products = yield* searchRead('product.product', [inCompany, ['default_code', 'in', codes]], product, {
    limit: 2,
  });
  const partnerBy = (reference: string) => partners.filter(({ ref }) => ref === reference);
  const productBy = (code: string) => products.filter(({ default_code }) => default_code === code);
  return {
    companyId,
    warehouseId: warehouse.id,
    stockLocationId: warehouse.lot_stock_id[0],
    customerId: (yield* one('customer', partnerBy(synthetic.customerReference))).id,
    supplierId: (yield* one('supplier', partnerBy(synthetic.supplierReference))).id,
    shippedProductId: (yield* one('product to ship', productBy(synthetic.shippedProduct))).id,
    receivedProductId: (yield* one('product to receive', productBy(synthetic.receivedProduct))).id,
  };
}
