/** Tables whose rows are counted on the snapshot: a restored copy must show the same numbers. */
export const countedTables = [
  'account_move',
  'account_move_line',
  'ir_attachment',
  'product_product',
  'purchase_order',
  'res_partner',
  'res_users',
  'sale_order',
  'sale_order_line',
  'stock_move',
  'stock_move_line',
  'stock_picking',
  'stock_quant',
] as const;

/** Tables whose newest `write_date` is the last thing the business did: what RPO is measured from. */
export const businessTables = [
  'account_move',
  'purchase_order',
  'sale_order',
  'stock_move',
  'stock_move_line',
  'stock_picking',
  'stock_quant',
] as const;
