import type { JudgeInput } from './input.ts';

const selling = ['order-confirmation', 'order-import'];
const shipping = ['shipment-confirmation', 'label-printing', 'pick-waves'];
const receiving = ['goods-receipt'];
const invoicing = ['invoice-posting'];

/** Which business services a table carries, in the names the documentation suggests for them. */
const servicesByTable: Readonly<Record<string, readonly string[]>> = {
  sale_order: [...selling, ...invoicing],
  sale_order_line: [...selling, ...invoicing],
  stock_picking: [...selling, ...shipping, ...receiving],
  stock_picking_type: [...shipping, ...receiving],
  stock_picking_batch: ['pick-waves'],
  stock_move: [...selling, ...shipping, ...receiving],
  stock_move_line: [...shipping, ...receiving],
  stock_quant: [...selling, ...shipping, ...receiving],
  stock_lot: [...shipping, ...receiving],
  stock_package: shipping,
  stock_quant_package: shipping,
  stock_warehouse: [...selling, ...shipping, ...receiving],
  stock_location: [...shipping, ...receiving],
  delivery_carrier: ['label-printing', 'shipment-confirmation'],
  purchase_order: receiving,
  purchase_order_line: receiving,
  account_move: [...invoicing, 'shipment-confirmation'],
  account_move_line: invoicing,
  account_payment: invoicing,
  ir_sequence: [...selling, ...shipping, ...receiving, ...invoicing],
  product_product: [...selling, ...shipping, ...receiving],
  product_template: [...selling, ...shipping, ...receiving],
  res_partner: [...selling, ...shipping, ...receiving, ...invoicing, 'portal'],
  res_users: [...selling, ...shipping, ...receiving, ...invoicing, 'portal'],
  ir_attachment: ['label-printing', ...invoicing],
  queue_job: ['order-import'],
};

/** Which journeys touch which services, so that a service of any name is found through the journey that proves it. */
const servicesByJourney: Readonly<Record<string, readonly string[]>> = {
  'ship-order': [...selling, ...shipping, ...invoicing],
  'goods-receipt': receiving,
  'portal-login': ['portal'],
};

/** Whether a lock on the table holds up business that is known to us. */
export function carriesBusiness(table: string): boolean {
  return servicesByTable[table] !== undefined;
}

/** The declared services that suffer when a table is held; where the estate declares none of them, their usual names. */
export function servicesOfTable(input: JudgeInput, table: string): readonly string[] {
  const usual = servicesByTable[table] ?? [];
  const suffers = ({ name, journey }: { readonly name: string; readonly journey: string | undefined }): boolean =>
    usual.includes(name) ||
    (journey !== undefined && (servicesByJourney[journey] ?? [journey]).some((service) => usual.includes(service)));
  const declared = input.services.filter(suffers).map((service) => service.name);
  return [...new Set(declared.length > 0 ? declared : usual)].sort();
}

/** The names of all declared services. */
export function allServices(input: JudgeInput): readonly string[] {
  return input.services.map((service) => service.name).toSorted();
}
