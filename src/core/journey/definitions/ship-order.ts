import { z } from 'zod';
import { call, createRecords, fail, readRecords, type Script, searchRead } from '../../script/index.ts';
import { type JourneyDefinition, type JourneyInput, step } from '../definition.ts';
import { findGround, type Ground, manyToOne, synthetic } from '../synthetic-company.ts';
import { leftoverDomain, ownReference } from './leftovers.ts';
import { ensureStock, validateTransfer } from './stock.ts';

const name = 'ship-order';

const openTransfer = { id: z.number().int(), name: z.string(), state: z.string(), picking_type_id: manyToOne };

/** The order's next transfer that still waits; each appears when the one before it is done. */
function* nextTransfer(orderId: number, what: string): Script<number> {
  const open = yield* searchRead(
    'stock.picking',
    [
      ['sale_id', '=', orderId],
      ['state', 'not in', ['done', 'cancel']],
    ],
    openTransfer,
    { limit: 2 },
  );
  const transfer = open[0];
  if (transfer === undefined) return yield* fail(`the order has no transfer to ${what}`);
  return transfer.id;
}

function* reserve(transferId: number): Script<void> {
  yield* call('stock.picking', 'action_assign', { ids: [transferId] });
  const [transfer] = yield* readRecords('stock.picking', [transferId], { name: z.string(), state: z.string() });
  if (transfer?.state !== 'assigned') {
    yield* fail(`${transfer?.name} is "${transfer?.state}" instead of "assigned" although there is stock`);
  }
}

function* placeOrder(input: JourneyInput, ground: Ground): Script<number> {
  const [orderId] = yield* createRecords('sale.order', [
    {
      partner_id: ground.customerId,
      client_order_ref: ownReference(name, input),
      warehouse_id: ground.warehouseId,
      order_line: [[0, 0, { product_id: ground.shippedProductId, product_uom_qty: 1 }]],
    },
  ]);
  return orderId ?? (yield* fail('Odoo created no order'));
}

function* confirmOrder(orderId: number): Script<void> {
  yield* call('sale.order', 'action_confirm', { ids: [orderId] });
  const [order] = yield* readRecords('sale.order', [orderId], { state: z.string() });
  if (order?.state !== 'sale') yield* fail(`the order is "${order?.state}" instead of "sale"`);
}

/** Invoices what was delivered and posts it, through the same wizard that people use. */
function* invoiceOrder(orderId: number): Script<void> {
  const context = { active_model: 'sale.order', active_id: orderId, active_ids: [orderId] };
  const wizard = [{ advance_payment_method: 'delivered', sale_order_ids: [[6, 0, [orderId]]] }];
  const wizardIds = yield* createRecords('sale.advance.payment.inv', wizard, context);
  yield* call('sale.advance.payment.inv', 'create_invoices', { ids: wizardIds, context });
  const [order] = yield* readRecords('sale.order', [orderId], { invoice_ids: z.array(z.number().int()) });
  const invoiceIds = order?.invoice_ids ?? [];
  if (invoiceIds.length !== 1) yield* fail(`the order has ${invoiceIds.length} invoices instead of one`);
  yield* call('account.move', 'action_post', { ids: invoiceIds });
  const [invoice] = yield* readRecords('account.move', invoiceIds, { name: z.string(), state: z.string() });
  if (invoice?.state !== 'posted') yield* fail(`the invoice is "${invoice?.state}" instead of "posted"`);
}

/** The business steps on a given ground. Which ground is the caller's duty: `script` below takes the synthetic one only. */
export function* shipOrderOn(input: JourneyInput, ground: Ground): Script<void> {
  yield* ensureStock(ground, ground.shippedProductId);
  yield* step('create order');
  const orderId = yield* placeOrder(input, ground);
  yield* step('confirm order');
  yield* confirmOrder(orderId);
  yield* step('reserve stock');
  const picking = yield* nextTransfer(orderId, 'pick');
  yield* reserve(picking);
  yield* step('pick');
  yield* validateTransfer(picking, input);
  yield* step('pack');
  const packing = yield* nextTransfer(orderId, 'pack');
  yield* validateTransfer(packing, input);
  yield* step('ship');
  const shipping = yield* nextTransfer(orderId, 'ship');
  yield* validateTransfer(shipping, input);
  yield* step('post invoice');
  yield* invoiceOrder(orderId);
}

const leftover = { id: z.number().int(), state: z.string(), invoice_ids: z.array(z.number().int()) };

/**
 * Odoo lets invoices be reset and deleted, orders be cancelled and deleted, and transfers be deleted until they are
 * done. What stays of each run are its three done transfers, in the synthetic company.
 */
function* cleanUp(input: JourneyInput): Script<void> {
  const domain = leftoverDomain('client_order_ref', name, input, longestShipSeconds);
  const orders = yield* searchRead('sale.order', domain, leftover, { limit: 50 });
  if (orders.length === 0) return;
  const orderIds = orders.map(({ id }) => id);
  const invoiceIds = orders.flatMap(({ invoice_ids }) => invoice_ids);
  if (invoiceIds.length > 0) {
    const invoices = yield* readRecords('account.move', invoiceIds, { id: z.number().int(), state: z.string() });
    const posted = invoices.filter(({ state }) => state === 'posted').map(({ id }) => id);
    if (posted.length > 0) yield* call('account.move', 'button_draft', { ids: posted });
    yield* call('account.move', 'unlink', { ids: invoiceIds, context: { force_delete: true } });
  }
  const open = orders.filter(({ state }) => state !== 'cancel').map(({ id }) => id);
  if (open.length > 0) {
    yield* call('sale.order', 'action_cancel', { ids: open, context: { disable_cancel_warning: true } });
  }
  const transfers = yield* searchRead(
    'stock.picking',
    [
      ['sale_id', 'in', orderIds],
      ['state', '=', 'cancel'],
    ],
    { id: z.number().int() },
    { limit: 150 },
  );
  if (transfers.length > 0) yield* call('stock.picking', 'unlink', { ids: transfers.map(({ id }) => id) });
  yield* call('sale.order', 'unlink', { ids: orderIds });
}

const steps = [
  { name: 'find the synthetic company', deadlineSeconds: 10 },
  { name: 'create order', deadlineSeconds: 10 },
  { name: 'confirm order', deadlineSeconds: 10 },
  { name: 'reserve stock', deadlineSeconds: 10 },
  { name: 'pick', deadlineSeconds: 10 },
  { name: 'pack', deadlineSeconds: 10 },
  { name: 'ship', deadlineSeconds: 10 },
  { name: 'post invoice', deadlineSeconds: 15 },
] as const;

const longestShipSeconds = steps.reduce((sum, { deadlineSeconds }) => sum + deadlineSeconds, 60);

/** Order, confirm, reserve, pick, pack, ship, invoice: what the warehouse lives from. */
export const shipOrder: JourneyDefinition = {
  name,
  summary: 'A sales order is confirmed, reserved, picked, packed, shipped and invoiced.',
  actor: 'journeys',
  writes: true,
  steps,
  script: function* (input) {
    yield* step('find the synthetic company');
    yield* shipOrderOn(input, yield* findGround());
  },
  cleanUp,
};

/** The reference by which the synthetic company's records say which journey made them. */
export const shipOrderReference = `${synthetic.orderReferencePrefix}${name}:`;
