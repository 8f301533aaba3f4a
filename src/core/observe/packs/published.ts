import type { OdooMajor } from './indicator.ts';

/** A column of Odoo's database as the published source of some versions declares it. */
export interface PublishedColumn {
  readonly table: string;
  readonly column: string;
  /** The type that PostgreSQL gets for the declared field. */
  readonly type: string;
  /** The values that a selection declares; empty for anything else. */
  readonly values: readonly string[];
  readonly from: OdooMajor;
  readonly to: OdooMajor;
  /** The file that declares it, in the repository of Odoo, or of the OCA for `queue_job`. */
  readonly file: string;
}

type Declared = readonly [
  table: string,
  from: OdooMajor,
  to: OdooMajor,
  file: string,
  columns: Readonly<Record<string, string>>,
];

const base = 'odoo/addons/base/models';
const account = 'addons/account/models/account_move.py';
const stock = 'addons/stock/models';
const invoicing = 'varchar upselling|invoiced|to invoice|no';
const moves = 'varchar draft|waiting|confirmed|partially_available|assigned|done|cancel';
const moduleStates = 'varchar uninstallable|uninstalled|installed|to upgrade|to remove|to install';
const moveTypes = 'varchar entry|out_invoice|out_refund|in_invoice|in_refund|out_receipt|in_receipt';
const jobStates = 'varchar wait_dependencies|pending|enqueued|started|done|cancelled|failed';

// Read from public copies of the releases 14.0 to 18.0 and from the branches 14.0 to 18.0 of OCA/queue. `create_date` is
// written in no file: every model has it whose file does not switch `_log_access` off, and none of these does.
const declared: readonly Declared[] = [
  ['account_move', 14, 18, account, { company_id: 'int4', state: 'varchar draft|posted|cancel', move_type: moveTypes }],
  ['account_move', 14, 18, account, { create_date: 'timestamp' }],
  ['bus_presence', 14, 18, 'addons/bus/models/bus_presence.py', { user_id: 'int4', last_poll: 'timestamp' }],
  ['delivery_carrier', 14, 16, 'addons/delivery/models/delivery_carrier.py', { delivery_type: 'varchar fixed' }],
  [
    'delivery_carrier',
    17,
    18,
    'addons/delivery/models/delivery_carrier.py',
    { delivery_type: 'varchar base_on_rule|fixed' },
  ],
  ['ir_attachment', 14, 18, `${base}/ir_attachment.py`, { type: 'varchar url|binary', store_fname: 'varchar' }],
  ['ir_attachment', 14, 18, `${base}/ir_attachment.py`, { file_size: 'int4' }],
  ['ir_cron', 14, 18, `${base}/ir_cron.py`, { active: 'bool', nextcall: 'timestamp', lastcall: 'timestamp' }],
  ['ir_cron', 14, 15, `${base}/ir_cron.py`, { cron_name: 'varchar' }],
  // Related to a translated name and stored: the file's own SQL reads `cron_name->>'en_US'`.
  ['ir_cron', 16, 16, `${base}/ir_cron.py`, { cron_name: 'jsonb' }],
  ['ir_cron', 17, 18, `${base}/ir_cron.py`, { cron_name: 'varchar' }],
  ['ir_cron', 14, 17, `${base}/ir_cron.py`, { numbercall: 'int4' }],
  ['ir_cron', 18, 18, `${base}/ir_cron.py`, { failure_count: 'int4' }],
  ['ir_model_data', 14, 18, `${base}/ir_model.py`, { module: 'varchar', name: 'varchar', model: 'varchar' }],
  ['ir_model_data', 14, 18, `${base}/ir_model.py`, { res_id: 'int4' }],
  ['ir_module_module', 14, 18, `${base}/ir_module.py`, { name: 'varchar', state: moduleStates }],
  ['ir_module_module', 14, 18, `${base}/ir_module.py`, { latest_version: 'varchar' }],
  [
    'mail_mail',
    14,
    18,
    'addons/mail/models/mail_mail.py',
    { state: 'varchar outgoing|sent|received|exception|cancel', create_date: 'timestamp' },
  ],
  ['mail_tracking_value', 14, 18, 'addons/mail/models/mail_tracking_value.py', { create_date: 'timestamp' }],
  ['mail_mail', 14, 15, 'addons/mail/models/mail_mail.py', { scheduled_date: 'varchar' }],
  ['mail_mail', 16, 18, 'addons/mail/models/mail_mail.py', { scheduled_date: 'timestamp' }],
  ['purchase_order', 14, 16, 'addons/purchase/models/purchase.py', { company_id: 'int4', date_approve: 'timestamp' }],
  [
    'purchase_order',
    17,
    18,
    'addons/purchase/models/purchase_order.py',
    { company_id: 'int4', date_approve: 'timestamp' },
  ],
  ['queue_job', 14, 18, 'queue_job/models/queue_job.py', { channel: 'varchar', state: jobStates }],
  [
    'queue_job',
    14,
    18,
    'queue_job/models/queue_job.py',
    { date_created: 'timestamp', date_started: 'timestamp', eta: 'timestamp' },
  ],
  ['res_company', 14, 18, `${base}/res_company.py`, { name: 'varchar' }],
  ['res_groups_users_rel', 14, 18, `${base}/res_users.py`, { uid: 'int4', gid: 'int4' }],
  ['res_users', 14, 18, `${base}/res_users.py`, { share: 'bool' }],
  ...(
    [
      [14, 14, 'sale.py'],
      [15, 18, 'sale_order.py'],
    ] as const
  ).map(
    ([from, to, file]): Declared => [
      'sale_order',
      from,
      to,
      `addons/sale/models/${file}`,
      { company_id: 'int4', create_date: 'timestamp', date_order: 'timestamp', invoice_status: invoicing },
    ],
  ),
  ['sale_order', 14, 14, 'addons/sale/models/sale.py', { state: 'varchar draft|sent|sale|done|cancel' }],
  ['sale_order', 15, 16, 'addons/sale/models/sale_order.py', { state: 'varchar draft|sent|sale|done|cancel' }],
  ['sale_order', 17, 18, 'addons/sale/models/sale_order.py', { state: 'varchar draft|sent|sale|cancel' }],
  ...(
    [
      [14, 14, 'sale.py'],
      [15, 18, 'sale_order_line.py'],
    ] as const
  ).map(
    ([from, to, file]): Declared => [
      'sale_order_line',
      from,
      to,
      `addons/sale/models/${file}`,
      { order_id: 'int4', display_type: 'varchar line_section|line_note' },
    ],
  ),
  ['stock_move', 14, 18, `${stock}/stock_move.py`, { company_id: 'int4', date: 'timestamp', state: moves }],
  ['stock_move', 14, 18, `${stock}/stock_move.py`, { picking_type_id: 'int4' }],
  [
    'stock_picking',
    14,
    18,
    `${stock}/stock_picking.py`,
    {
      company_id: 'int4',
      state: 'varchar draft|waiting|confirmed|assigned|done|cancel',
      picking_type_id: 'int4',
      date_deadline: 'timestamp',
      scheduled_date: 'timestamp',
      create_date: 'timestamp',
      date_done: 'timestamp',
    },
  ],
  ...(
    [
      [14, 16, 'delivery'],
      [17, 18, 'stock_delivery'],
    ] as const
  ).map(
    ([from, to, module]): Declared => [
      'stock_picking',
      from,
      to,
      `addons/${module}/models/stock_picking.py`,
      { carrier_id: 'int4', carrier_tracking_ref: 'varchar' },
    ],
  ),
  [
    'stock_picking_batch',
    14,
    18,
    'addons/stock_picking_batch/models/stock_picking_batch.py',
    { company_id: 'int4', state: 'varchar draft|in_progress|done|cancel' },
  ],
  [
    'stock_picking_type',
    14,
    18,
    `${stock}/stock_picking.py`,
    { sequence_code: 'varchar', code: 'varchar incoming|outgoing|internal', warehouse_id: 'int4' },
  ],
  [
    'stock_valuation_layer',
    14,
    18,
    'addons/stock_account/models/stock_valuation_layer.py',
    { company_id: 'int4', create_date: 'timestamp' },
  ],
  ['stock_warehouse', 14, 18, `${stock}/stock_warehouse.py`, { code: 'varchar', company_id: 'int4' }],
];

function columnsOf([table, from, to, file, columns]: Declared): readonly PublishedColumn[] {
  return Object.entries(columns).map(([column, text]) => {
    const at = text.indexOf(' ');
    const type = at === -1 ? text : text.slice(0, at);
    return { table, column, type, values: at === -1 ? [] : text.slice(at + 1).split('|'), from, to, file };
  });
}

/** Every column that the packs of the unproven versions read, with the published file that declares it. */
export const publishedColumns: readonly PublishedColumn[] = declared
  .flatMap(columnsOf)
  .toSorted((a, b) => a.table.localeCompare(b.table) || a.column.localeCompare(b.column) || a.from - b.from);

/** What the published source of a version declares. */
export function publishedIn(major: OdooMajor): readonly PublishedColumn[] {
  return publishedColumns.filter(({ from, to }) => from <= major && major <= to);
}
