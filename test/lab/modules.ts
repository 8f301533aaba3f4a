/** The Odoo modules of the lab's template database; the example estate's production environment has the same. */
export const logisticsModules: readonly string[] = [
  'account',
  'delivery',
  'purchase',
  'sale_management',
  'stock',
  'stock_delivery',
  'stock_picking_batch',
];
