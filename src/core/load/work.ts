import { z } from 'zod';
import { createRandom } from '../kernel/index.ts';
import { type Domain, type Script, searchRead } from '../script/index.ts';
import type { LoadGround } from './ground.ts';
import type { LoadClass, LoadProfile } from './profile.ts';
import { transactions } from './transactions.ts';

/** Classes whose work is a transfer that waits, made by the driver's own earlier work. */
export type WaitingClass = 'putaway' | 'picking' | 'packing' | 'shipping' | 'returns' | 'label';

/** Whether the class takes a waiting transfer. */
export function takesTransfer(name: LoadClass): name is WaitingClass {
  return ['putaway', 'picking', 'packing', 'shipping', 'returns', 'label'].includes(name);
}

function domainOf(name: WaitingClass, ground: LoadGround): Domain {
  const { types, partnerIds } = ground;
  const mine = ['partner_id', 'in', partnerIds] as const;
  const ready = (typeId: number): Domain => [['picking_type_id', '=', typeId], mine, ['state', '=', 'assigned']];
  const shipped: Domain = [['picking_type_id', '=', types.ship], mine, ['state', '=', 'done']];
  const byClass: Readonly<Record<WaitingClass, Domain>> = {
    putaway: ready(types.store),
    picking: ready(types.pick),
    packing: ready(types.pack),
    shipping: ready(types.ship),
    returns: [...shipped, ['return_ids', '=', false]],
    label: shipped,
  };
  return byClass[name];
}

/** Transfers that wait for this class, oldest first. A label may be asked for a transfer more than once. */
export function* workFor(name: WaitingClass, ground: LoadGround, limit: number): Script<readonly number[]> {
  const order = name === 'label' ? 'id desc' : 'id';
  const { context } = ground;
  const rows = yield* searchRead(
    'stock.picking',
    domainOf(name, ground),
    { id: z.number().int() },
    { limit, order, context },
  );
  return rows.map((row) => row.id);
}

const leastReserve = 2;
const mostReserve = 10;
const reserveSeconds = 15;

/** How many transfers should wait for a class before the load begins: a quarter of a minute’s worth, within bounds. */
export function reserveOf(profile: LoadProfile, name: WaitingClass): number {
  const rate = profile.ratesPerSecond[name] ?? 0;
  return rate > 0 ? Math.min(mostReserve, Math.max(leastReserve, Math.ceil(rate * reserveSeconds))) : 0;
}

/** Does work that makes work: receipts to put away, orders to pick, and so on down the line. Answers how many it made. */
export function* prepareWork(profile: LoadProfile, ground: LoadGround, seed: number): Script<number> {
  const random = createRandom(seed);
  let made = 0;
  const input = (transferId: number) => {
    made += 1;
    return { ground, reference: `PLIMSOLL-LOAD/${seed}/prepare/${made}`, random, transferId };
  };
  const missing = function* (name: WaitingClass): Script<number> {
    const wanted = reserveOf(profile, name);
    return wanted === 0 ? 0 : Math.max(0, wanted - (yield* workFor(name, ground, wanted)).length);
  };
  for (let count = yield* missing('putaway'); count > 0; count -= 1) yield* transactions.receiving(input(0));
  const labels = yield* missing('label');
  const shipped = Math.max(yield* missing('returns'), labels);
  const toShip = shipped + (yield* missing('shipping'));
  const toPack = ground.deliverySteps === 'pick_pack_ship' ? toShip + (yield* missing('packing')) : 0;
  const toPick = ground.deliverySteps === 'ship_only' ? 0 : Math.max(toPack, toShip) + (yield* missing('picking'));
  for (let count = Math.max(toPick, toShip); count > 0; count -= 1) yield* transactions['order-import'](input(0));
  const stages = [
    ['picking', Math.max(toPack, ground.deliverySteps === 'pick_ship' ? toShip : 0)],
    ['packing', toPack === 0 ? 0 : toShip],
    ['shipping', shipped],
  ] as const;
  for (const [name, count] of stages) {
    if (count === 0) continue;
    for (const transferId of yield* workFor(name, ground, count)) yield* transactions[name](input(transferId));
  }
  return made;
}
