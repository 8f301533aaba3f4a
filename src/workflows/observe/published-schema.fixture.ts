import { type OdooMajor, publishedIn } from '../../core/observe/index.ts';

/** What of a driver the fixture needs. */
interface Sql {
  unsafe(text: string, values?: string[]): PromiseLike<unknown>;
}

type Value = string | number | boolean | null;
type Row = Readonly<Record<string, Value | Readonly<Record<string, string>>>>;

/** Selections that carriers and other modules add to: their values are not limited. */
const openSelections = new Set(['delivery_carrier.delivery_type', 'stock_picking_type.code']);

/** Creates, in an empty database, the tables as the published source of a version declares them: only what is read. */
export async function createPublishedTables(sql: Sql, major: OdooMajor): Promise<void> {
  await sql.unsafe('drop schema public cascade; create schema public');
  const tables = Map.groupBy(publishedIn(major), ({ table }) => table);
  for (const [table, columns] of tables) {
    const definitions = columns.map(({ column, type, values }) => {
      const isLimited = values.length > 0 && !openSelections.has(`${table}.${column}`);
      const list = values.map((value) => `'${value}'`).join(', ');
      return `"${column}" ${type}${isLimited ? ` check ("${column}" in (${list}))` : ''}`;
    });
    const key = table.endsWith('_rel') ? [] : ['id int4 primary key'];
    await sql.unsafe(`create table "${table}" (${[...key, ...definitions].join(', ')})`);
  }
}

/** A time of the day on which everything below happens, as Odoo writes it. The look is at noon. */
const at = (time: string): string => `2026-11-20 ${time}`;

const orderBase = { company_id: 1, invoice_status: 'no' };
const carrierColumns = { carrier_id: null, carrier_tracking_ref: null };
const picking = { company_id: 1, picking_type_id: 1, date_deadline: null, scheduled_date: null, date_done: null };

function stockRows(): Readonly<Record<string, readonly Row[]>> {
  const open = { ...picking, ...carrierColumns };
  const late = { state: 'assigned', date_deadline: at('10:00'), create_date: at('09:00') };
  const done = { ...picking, state: 'done' };
  return {
    res_company: [
      { id: 1, name: 'Northsea' },
      { id: 2, name: 'Plimsoll Synthetic' },
    ],
    stock_warehouse: [{ id: 1, code: 'RTM' }],
    stock_picking_type: [{ id: 1, sequence_code: 'OUT', code: 'outgoing', warehouse_id: 1 }],
    stock_picking: [
      { ...open, ...late, id: 1 },
      { ...open, id: 2, state: 'confirmed', scheduled_date: at('12:30'), create_date: at('11:30') },
      { ...done, id: 3, create_date: at('10:40'), date_done: at('11:40'), carrier_id: 1, carrier_tracking_ref: null },
      { ...done, id: 4, create_date: at('11:20'), date_done: at('11:50'), carrier_id: 2, carrier_tracking_ref: 'X1' },
      { ...open, ...late, id: 5, company_id: 2 },
      { ...open, id: 6, state: 'cancel', create_date: at('08:00') },
    ],
    delivery_carrier: [
      { id: 1, delivery_type: 'dhl' },
      { id: 2, delivery_type: 'fixed' },
    ],
    stock_move: [
      { id: 1, company_id: 1, state: 'done', date: at('11:30'), picking_type_id: 1 },
      { id: 2, company_id: 1, state: 'done', date: at('10:00'), picking_type_id: 1 },
      { id: 3, company_id: 2, state: 'done', date: at('11:30'), picking_type_id: 1 },
      { id: 4, company_id: 1, state: 'partially_available', date: at('11:30'), picking_type_id: 1 },
    ],
    stock_picking_batch: ['in_progress', 'in_progress', 'draft', 'done'].map((state, id) => ({
      id,
      company_id: 1,
      state,
    })),
    stock_valuation_layer: [
      { id: 1, company_id: 1, create_date: at('11:30') },
      { id: 2, company_id: 1, create_date: at('10:30') },
    ],
  };
}

function salesRows(major: OdooMajor): Readonly<Record<string, readonly Row[]>> {
  const order = (id: number, state: string, created: string, ordered: string): Row => ({
    ...orderBase,
    id,
    state,
    create_date: at(created),
    date_order: at(ordered),
  });
  return {
    sale_order: [
      { ...order(1, 'sale', '11:20', '11:30'), invoice_status: 'to invoice' },
      // Until 16 an order could be locked, and was then in a state of its own.
      order(2, major <= 16 ? 'done' : 'sale', '11:15', '11:45'),
      order(3, 'draft', '11:00', '11:00'),
      order(4, 'sent', '11:00', '11:00'),
      { ...order(5, 'sale', '11:30', '11:40'), company_id: 2 },
    ],
    sale_order_line: [
      { id: 1, order_id: 1, display_type: null },
      { id: 2, order_id: 1, display_type: null },
      { id: 3, order_id: 1, display_type: 'line_section' },
      { id: 4, order_id: 2, display_type: null },
    ],
    purchase_order: [
      { id: 1, company_id: 1, date_approve: at('11:10') },
      { id: 2, company_id: 1, date_approve: null },
    ],
    account_move: [
      { id: 1, company_id: 1, state: 'draft', move_type: 'out_invoice', create_date: at('08:00') },
      { id: 2, company_id: 1, state: 'posted', move_type: 'out_invoice', create_date: at('11:30') },
      { id: 3, company_id: 1, state: 'draft', move_type: 'in_invoice', create_date: at('11:30') },
    ],
  };
}

function cronRows(major: OdooMajor): readonly Row[] {
  const name = (text: string) => (major === 16 ? { en_US: text, nl_NL: 'anders' } : text);
  const cron = (id: number, text: string, nextcall: string, isActive = true): Row => ({
    id,
    cron_name: name(text),
    active: isActive,
    nextcall: at(nextcall),
    lastcall: at('11:55'),
    ...(major <= 17 ? { numbercall: -1 } : { failure_count: id === 2 ? 2 : 0 }),
  });
  const ended = major <= 17 ? [{ ...cron(4, 'Ended', '09:00'), numbercall: 0 }] : [];
  return [cron(1, 'Mail: send', '11:50'), cron(2, 'Report', '13:00'), cron(3, 'Off', '08:00', false), ...ended];
}

/** Jobs of one channel: one waits, one is put off, two ran this hour, one failed in a channel without a name. */
const jobRows: readonly Row[] = [
  { id: 1, channel: 'root', state: 'pending', date_created: at('11:50'), date_started: null, eta: null },
  { id: 2, channel: 'root', state: 'pending', date_created: at('08:00'), date_started: null, eta: at('13:00') },
  { id: 3, channel: 'root', state: 'done', date_created: at('11:29:30'), date_started: at('11:30'), eta: null },
  { id: 4, channel: 'root', state: 'done', date_created: at('10:00'), date_started: at('11:40:10'), eta: at('11:40') },
  { id: 5, channel: null, state: 'failed', date_created: at('09:00'), date_started: at('09:01'), eta: null },
];

function peopleRows(major: OdooMajor): Readonly<Record<string, readonly Row[]>> {
  const later = major <= 15 ? 'object.date + timedelta(days=2)' : '2026-12-01 08:00';
  const mail = (id: number, state: string, created: string, scheduled: string | null = null): Row => ({
    id,
    state,
    create_date: at(created),
    scheduled_date: scheduled,
  });
  const modules = ['stock', 'sale', 'purchase', 'account', 'mail', 'bus', 'queue_job', 'stock_account'];
  const names = [...modules, 'stock_picking_batch', major <= 16 ? 'delivery' : 'stock_delivery'];
  return {
    ir_module_module: [
      { id: 1, name: 'base', state: 'installed', latest_version: `${major}.0.1.3` },
      ...names.map((name, index) => ({ id: index + 2, name, state: 'installed', latest_version: null })),
    ],
    mail_mail: [
      mail(1, 'outgoing', '11:00'),
      mail(2, 'outgoing', '09:00', later),
      mail(3, 'exception', '09:00'),
      mail(4, 'sent', '09:00'),
    ],
    res_users: [1, 2, 3, 4].map((id) => ({ id, share: id === 3 })),
    res_groups_users_rel: [{ uid: 1, gid: 7 }],
    ir_model_data: [{ id: 1, module: 'stock', name: 'group_stock_user', model: 'res.groups', res_id: 7 }],
    bus_presence: [1, 2, 3, 4].map((id) => ({ id, user_id: id, last_poll: at(id === 4 ? '11:00' : '11:58') })),
    ir_attachment: [
      { id: 1, type: 'binary', store_fname: 'ab/abc', file_size: 100 },
      { id: 2, type: 'binary', store_fname: null, file_size: 50 },
      { id: 3, type: 'url', store_fname: null, file_size: null },
    ],
    mail_tracking_value: ['2026-11-10 12:00', at('11:00')].map((time, index) => ({ id: index + 1, create_date: time })),
  };
}

/** Fills the tables with a few rows whose answers are known. */
export async function fillPublishedTables(sql: Sql, major: OdooMajor): Promise<void> {
  const background = { ir_cron: cronRows(major), queue_job: jobRows };
  const tables = { ...stockRows(), ...salesRows(major), ...peopleRows(major), ...background };
  for (const [table, rows] of Object.entries(tables)) {
    await sql.unsafe(
      `insert into "${table}" select * from jsonb_populate_recordset(null::"${table}", $1::text::jsonb)`,
      [JSON.stringify(rows)],
    );
  }
  // Estimates are only as good as the last look of the statistics.
  await sql.unsafe('analyze mail_tracking_value');
}
