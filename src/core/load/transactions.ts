import { z } from 'zod';
import type { Random } from '../kernel/index.ts';
import { call, createRecords, fail, readRecords, type Script, searchRead } from '../script/index.ts';
import { type LoadGround, loadMark } from './ground.ts';
import type { LoadClass } from './profile.ts';

/** What one transaction is given. */
export interface TransactionInput {
  readonly ground: LoadGround;
  /** Says which run and which arrival made a record: `PLIMSOLL-LOAD/7/order-import/12`. */
  readonly reference: string;
  readonly random: Random;
  /** The waiting transfer that it works on, for classes that take one; see `workFor`. */
  readonly transferId: number;
}

type Transaction = (input: TransactionInput) => Script<void>;

const id = z.number().int();
const mostLines = 3;

function* orderImport({ ground, reference, random }: TransactionInput): Script<void> {
  const { context } = ground;
  const lines = Array.from({ length: 1 + random.integer(mostLines) }, () => [
    0,
    0,
    { product_id: random.pick(ground.products).id, product_uom_qty: 1 + random.integer(5) },
  ]);
  const order = {
    partner_id: random.pick(ground.partnerIds),
    client_order_ref: reference,
    warehouse_id: ground.warehouseId,
    company_id: ground.companyId,
    order_line: lines,
  };
  const ids = yield* createRecords('sale.order', [order], context);
  yield* call('sale.order', 'action_confirm', { ids, context });
}

/** Validates a transfer and makes sure it is done, whatever Odoo answered. */
function* validate(transferId: number, ground: LoadGround): Script<void> {
  const { context } = ground;
  yield* call('stock.picking', 'button_validate', { ids: [transferId], context });
  const [transfer] = yield* readRecords('stock.picking', [transferId], { state: z.string() }, context);
  if (transfer?.state !== 'done') yield* fail(`a transfer is "${transfer?.state}" instead of "done"`);
}

function* validateWaiting({ ground, transferId }: TransactionInput): Script<void> {
  yield* call('stock.picking', 'action_assign', { ids: [transferId], context: ground.context });
  yield* validate(transferId, ground);
}

/** Creates, confirms and validates a transfer of one to three goods. */
function* transfer(input: TransactionInput, typeId: number, from: number, to: number): Script<void> {
  const { ground, random, reference } = input;
  const goods = Array.from({ length: 1 + random.integer(mostLines) }, () => random.pick(ground.products));
  const moves = [...new Set(goods)].map((product) => [
    0,
    0,
    {
      product_id: product.id,
      product_uom: product.unitId,
      product_uom_qty: 1 + random.integer(10),
      location_id: from,
      location_dest_id: to,
    },
  ]);
  const values = {
    picking_type_id: typeId,
    partner_id: random.pick(ground.partnerIds),
    location_id: from,
    location_dest_id: to,
    origin: reference,
    move_ids: moves,
  };
  const ids = yield* createRecords('stock.picking', [values], ground.context);
  yield* call('stock.picking', 'action_confirm', { ids, context: ground.context });
  yield* call('stock.picking', 'action_assign', { ids, context: ground.context });
  yield* validate(ids[0] ?? 0, ground);
}

function* giveBack({ ground, transferId }: TransactionInput): Script<void> {
  const context = { ...ground.context, active_id: transferId, active_ids: [transferId], active_model: 'stock.picking' };
  const wizard = yield* createRecords('stock.return.picking', [{ picking_id: transferId }], context);
  const answer = yield* call('stock.return.picking', 'action_create_returns_all', { ids: wizard, context });
  const action = z.object({ res_id: id }).safeParse(answer);
  if (!action.success) return yield* fail('Odoo made no return transfer');
  yield* validate(action.data.res_id, ground);
}

/** What a scanner asks when a barcode is read: the product, and where it lies. */
function* scan({ ground, random }: TransactionInput): Script<void> {
  const { context } = ground;
  const { barcode } = random.pick(ground.products);
  const shape = { id, display_name: z.string() };
  const [product] = yield* searchRead('product.product', [['barcode', '=', barcode]], shape, { limit: 1, context });
  if (product === undefined) return yield* fail(`the barcode ${barcode} was not found`);
  const places = [
    ['product_id', '=', product.id],
    ['location_id', 'child_of', ground.stockLocationId],
  ] as const;
  yield* searchRead('stock.quant', places, { location_id: z.unknown(), quantity: z.number() }, { limit: 20, context });
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const labelLength = 4_096;

/**
 * What a carrier's connector does in core Odoo once the carrier has answered: attaches the label, notes the tracking
 * reference and posts a message. The carrier is a stub: the label is noise of a real one's size, and nobody is called.
 */
function* label({ ground, random, reference, transferId }: TransactionInput): Script<void> {
  const { context } = ground;
  const datas = Array.from({ length: labelLength }, () => base64Alphabet[random.integer(64)]).join('');
  const name = `${loadMark}-label-${random.integer(1e9)}.zpl`;
  const attachment = { name, res_model: 'stock.picking', res_id: transferId, datas };
  const attachmentIds = yield* createRecords('ir.attachment', [attachment], context);
  const tracking = `${loadMark}-${random.integer(1e9)}`;
  yield* call('stock.picking', 'write', {
    ids: [transferId],
    args: { vals: { carrier_tracking_ref: tracking } },
    context,
  });
  const message = { body: `${reference}: label for ${tracking}`, attachment_ids: attachmentIds };
  yield* call('stock.picking', 'message_post', { ids: [transferId], args: message, context });
}

/** What each class of work does on Odoo. */
export const transactions: Readonly<Record<LoadClass, Transaction>> = {
  'order-import': orderImport,
  receiving: (input) =>
    transfer(input, input.ground.types.receive, input.ground.supplierLocationId, input.ground.receiptLocationId),
  putaway: validateWaiting,
  replenishment: (input) =>
    transfer(input, input.ground.types.internal, input.ground.reserveLocationId, input.ground.stockLocationId),
  picking: validateWaiting,
  packing: validateWaiting,
  shipping: validateWaiting,
  returns: giveBack,
  scan,
  label,
};
