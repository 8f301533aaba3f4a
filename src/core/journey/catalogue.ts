import type { JourneyDefinition } from './definition.ts';
import { portalLogin } from './definitions/portal-login.ts';
import { readOrders } from './definitions/read-orders.ts';
import { receiveGoods } from './definitions/receive-goods.ts';
import { shipOrder } from './definitions/ship-order.ts';

/** Every journey, in the order lists show them. */
export const journeys: readonly JourneyDefinition[] = [shipOrder, receiveGoods, portalLogin, readOrders];

/** The journey of that name. */
export function findJourney(name: string): JourneyDefinition | undefined {
  return journeys.find((journey) => journey.name === name);
}
