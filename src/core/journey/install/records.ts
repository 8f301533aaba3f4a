import { z } from 'zod';
import { call, createRecords, fail, type Script, searchRead } from '../../script/index.ts';
import { manyToOne, synthetic } from '../synthetic-company.ts';
import type { InstallInput } from './input.ts';
import { definedIds, ensureRecords } from './operations.ts';

const id = z.number().int();
type Context = Readonly<Record<string, unknown>>;

/** Storable goods are named differently by version: a type to 17, a tick from 18 on. */
function storable(majorVersion: number): Readonly<Record<string, unknown>> {
  return majorVersion >= 18 ? { type: 'consu', is_storable: true } : { type: 'product' };
}

/** Products that only the synthetic company may use. */
export function* ensureProducts(companyId: number, majorVersion: number, context: Context): Script<void> {
  const common = { ...storable(majorVersion), list_price: 1, standard_price: 1, invoice_policy: 'delivery' };
  const products = [
    { name: 'Plimsoll synthetic: shipped', default_code: synthetic.shippedProduct, ...common },
    { name: 'Plimsoll synthetic: received', default_code: synthetic.receivedProduct, ...common },
  ];
  yield* ensureRecords('product.product', 'default_code', companyId, products, context);
}

/**
 * The rights of the journeys' user; Odoo's company rules keep them inside its only company. Only a manager of sales may
 * delete an order, which is how a journey tidies up; elsewhere those of a plain user do.
 */
const journeyGroups = [
  'base.group_user',
  'sales_team.group_sale_manager',
  'purchase.group_purchase_user',
  'stock.group_stock_user',
  'account.group_account_invoice',
];

interface UserWish {
  readonly login: string;
  readonly name: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** A user of the synthetic company and of no other. Answers its partner. */
function* ensureUser(companyId: number, wish: UserWish, majorVersion: number, context: Context): Script<number> {
  const groupsField = majorVersion >= 19 ? 'group_ids' : 'groups_id';
  const groups = yield* definedIds(wish.groups, context);
  const byLogin = [
    ['login', '=', wish.login],
    ['active', 'in', [true, false]],
  ] as const;
  const shape = { id, partner_id: manyToOne };
  const rights = {
    [groupsField]: [[6, 0, groups]],
    company_id: companyId,
    company_ids: [[6, 0, [companyId]]],
    password: wish.password,
    active: true,
  };
  const [known] = yield* searchRead('res.users', byLogin, shape, { limit: 1, context });
  if (known === undefined) {
    yield* createRecords('res.users', [{ name: wish.name, login: wish.login, ...rights }], context);
  } else {
    yield* call('res.users', 'write', { ids: [known.id], args: { vals: rights }, context });
  }
  const [user] = yield* searchRead('res.users', byLogin, shape, { limit: 1, context });
  return user?.partner_id[0] ?? (yield* fail(`the user ${wish.login} was not created`));
}

/** Customer, supplier, the journeys' user and the portal's user. Answers the portal user's partner. */
export function* ensurePeople(companyId: number, input: InstallInput, context: Context): Script<number> {
  const partners = [
    { name: 'Plimsoll synthetic customer', ref: synthetic.customerReference },
    { name: 'Plimsoll synthetic supplier', ref: synthetic.supplierReference },
  ];
  yield* ensureRecords('res.partner', 'ref', companyId, partners, context);
  const { journeys, portal } = input.passwords;
  const journeyUser = {
    login: synthetic.userLogin,
    name: 'Plimsoll journeys',
    password: journeys.reveal(),
    groups: journeyGroups,
  };
  yield* ensureUser(companyId, journeyUser, input.majorVersion, context);
  const portalUser = {
    login: synthetic.portalLogin,
    name: 'Plimsoll portal',
    password: portal.reveal(),
    groups: ['base.group_portal'],
  };
  return yield* ensureUser(companyId, portalUser, input.majorVersion, context);
}

/** A quotation that was sent to the portal's user: it binds nobody and moves no stock. */
export function* ensurePortalOrder(companyId: number, partnerId: number, context: Context): Script<void> {
  const domain = [
    ['company_id', '=', companyId],
    ['client_order_ref', '=', synthetic.portalOrderReference],
  ] as const;
  const [known] = yield* searchRead('sale.order', domain, { id, state: z.string() }, { limit: 1, context });
  if (known?.state === 'sent') return;
  let orderId = known?.id;
  if (orderId === undefined) {
    const code = [
      ['company_id', '=', companyId],
      ['default_code', '=', synthetic.shippedProduct],
    ] as const;
    const [product] = yield* searchRead('product.product', code, { id }, { limit: 1, context });
    const line = [0, 0, { product_id: product?.id, product_uom_qty: 1 }];
    const order = {
      partner_id: partnerId,
      company_id: companyId,
      client_order_ref: synthetic.portalOrderReference,
      order_line: [line],
    };
    [orderId] = yield* createRecords('sale.order', [order], context);
  }
  yield* call('sale.order', 'action_quotation_sent', { ids: [orderId ?? 0], context });
}
