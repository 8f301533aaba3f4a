import { z } from 'zod';
import { call, createRecords, fail, readRecords, type Script, searchRead } from '../../script/index.ts';
import { type JourneyDefinition, type JourneyInput, step } from '../definition.ts';
import { findGround, type Ground } from '../synthetic-company.ts';
import { leftoverDomain, ownReference } from './leftovers.ts';
import { availableQuantity, validateTransfer } from './stock.ts';

const name = 'receive-goods';

function* placePurchase(input: JourneyInput, ground: Ground): Script<number> {
  const [purchaseId] = yield* createRecords('purchase.order', [
    {
      partner_id: ground.supplierId,
      partner_ref: ownReference(name, input),
      order_line: [[0, 0, { product_id: ground.receivedProductId, product_qty: 1, price_unit: 1 }]],
    },
  ]);
  return purchaseId ?? (yield* fail('Odoo created no purchase order'));
}

function* confirmPurchase(purchaseId: number): Script<number> {
  yield* call('purchase.order', 'button_confirm', { ids: [purchaseId] });
  const shape = { state: z.string(), picking_ids: z.array(z.number().int()) };
  const [purchase] = yield* readRecords('purchase.order', [purchaseId], shape);
  if (purchase?.state !== 'purchase') yield* fail(`the purchase order is "${purchase?.state}" instead of "purchase"`);
  const receipt = purchase?.picking_ids[0];
  return receipt ?? (yield* fail('the purchase order has no receipt'));
}

/** The business steps on a given ground. Which ground is the caller's duty: `script` below takes the synthetic one only. */
export function* receiveGoodsOn(input: JourneyInput, ground: Ground): Script<void> {
  const before = yield* availableQuantity(ground, ground.receivedProductId);
  yield* step('create purchase order');
  const purchaseId = yield* placePurchase(input, ground);
  yield* step('confirm purchase order');
  const receiptId = yield* confirmPurchase(purchaseId);
  yield* step('receive');
  yield* validateTransfer(receiptId, input);
  yield* step('find the goods in stock');
  const after = yield* availableQuantity(ground, ground.receivedProductId);
  if (after < before + 1) yield* fail(`stock is ${after} after receiving one piece onto ${before}`);
}

/** Unreceived purchases are cancelled and deleted. Odoo keeps a received one for ever: one order and one receipt per run. */
function* cleanUp(input: JourneyInput): Script<void> {
  const domain = leftoverDomain('partner_ref', name, input, longestReceiveSeconds);
  const shape = { id: z.number().int(), state: z.string(), picking_ids: z.array(z.number().int()) };
  const open = [...domain, ['receipt_status', '!=', 'full']] as typeof domain;
  const purchases = yield* searchRead('purchase.order', ['&', ...open], shape, { limit: 50 });
  if (purchases.length === 0) return;
  const ids = purchases.map(({ id }) => id);
  const toCancel = purchases.filter(({ state }) => state !== 'cancel').map(({ id }) => id);
  if (toCancel.length > 0) yield* call('purchase.order', 'button_cancel', { ids: toCancel });
  yield* call('purchase.order', 'unlink', { ids });
  const transfers = purchases.flatMap(({ picking_ids }) => picking_ids);
  if (transfers.length > 0) yield* call('stock.picking', 'unlink', { ids: transfers });
}

const steps = [
  { name: 'find the synthetic company', deadlineSeconds: 10 },
  { name: 'create purchase order', deadlineSeconds: 10 },
  { name: 'confirm purchase order', deadlineSeconds: 10 },
  { name: 'receive', deadlineSeconds: 10 },
  { name: 'find the goods in stock', deadlineSeconds: 10 },
] as const;

const longestReceiveSeconds = steps.reduce((sum, { deadlineSeconds }) => sum + deadlineSeconds, 60);

/** Purchase, receipt, stock: goods that arrive can be sold. */
export const receiveGoods: JourneyDefinition = {
  name,
  summary: 'A purchase order is confirmed and received, and the goods are found in stock.',
  actor: 'journeys',
  writes: true,
  steps,
  script: function* (input) {
    yield* step('find the synthetic company');
    yield* receiveGoodsOn(input, yield* findGround());
  },
  cleanUp,
};
