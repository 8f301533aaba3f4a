import type { BusinessService } from './model.ts';

/** What the work of a process is made of, where Plimsoll counts it: transfers by where they go, or documents. */
export type BacklogKind = 'outgoing' | 'incoming' | 'internal' | 'orders' | 'invoices';

/** Processes whose waiting work Odoo's own tables tell. The others leave nothing there that waits. */
const kinds: Readonly<Record<string, BacklogKind>> = {
  'shipment-confirmation': 'outgoing',
  'label-printing': 'outgoing',
  'pick-waves': 'internal',
  'stock-moves': 'internal',
  'goods-receipt': 'incoming',
  'order-confirmation': 'orders',
  'invoice-posting': 'invoices',
};

/** The processes that have a backlog, as a message names them. */
export const backlogProcesses: readonly string[] = Object.keys(kinds);

/** What waits for a service; `undefined` where nothing that is counted does. */
export function backlogKindOf({
  process,
  name,
}: Pick<BusinessService, 'name'> & { readonly process?: BusinessService['process'] }): BacklogKind | undefined {
  return (process === undefined ? undefined : kinds[process]) ?? kinds[name];
}
