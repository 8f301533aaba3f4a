import { z } from 'zod';
import { call, createRecords, fail, readRecords, type Script, searchRead } from '../../script/index.ts';
import type { JourneyInput } from '../definition.ts';
import type { Ground } from '../synthetic-company.ts';

const topUpQuantity = 1_000;
const enoughQuantity = 10;

/** What lies in the synthetic warehouse's stock location and is not reserved. */
export function* availableQuantity(ground: Ground, productId: number): Script<number> {
  const quants = yield* searchRead(
    'stock.quant',
    [
      ['product_id', '=', productId],
      ['location_id', '=', ground.stockLocationId],
    ],
    { quantity: z.number(), reserved_quantity: z.number() },
    { limit: 100 },
  );
  return quants.reduce((sum, { quantity, reserved_quantity }) => sum + quantity - reserved_quantity, 0);
}

/** Puts synthetic goods on the synthetic shelf when they run low, by an ordinary inventory adjustment. */
export function* ensureStock(ground: Ground, productId: number): Script<void> {
  const available = yield* availableQuantity(ground, productId);
  if (available >= enoughQuantity) return;
  const context = { inventory_mode: true };
  const counted = { product_id: productId, location_id: ground.stockLocationId, inventory_quantity: topUpQuantity };
  const quants = yield* createRecords('stock.quant', [counted], context);
  yield* call('stock.quant', 'action_apply_inventory', { ids: quants, context });
}

/** Before 17 a person types the done quantity; from 17 on, what is reserved counts as done. */
function* typeQuantities(transferId: number): Script<void> {
  const lines = yield* searchRead(
    'stock.move.line',
    [['picking_id', '=', transferId]],
    { id: z.number().int() },
    { limit: 20 },
  );
  yield* call('stock.move.line', 'write', { ids: lines.map(({ id }) => id), args: { vals: { qty_done: 1 } } });
}

/** Validates a transfer and makes sure that it is done: a wizard that asks something back is a failure here. */
export function* validateTransfer(transferId: number, input: JourneyInput): Script<void> {
  if (input.majorVersion < 17) yield* typeQuantities(transferId);
  const answer = yield* call('stock.picking', 'button_validate', { ids: [transferId] });
  const wizard = z.object({ res_model: z.string() }).safeParse(answer);
  const [transfer] = yield* readRecords('stock.picking', [transferId], { name: z.string(), state: z.string() });
  if (transfer?.state === 'done') return;
  const asked = wizard.success ? `; Odoo asked back with ${wizard.data.res_model}` : '';
  yield* fail(`${transfer?.name} is "${transfer?.state}" instead of "done"${asked}`);
}
