/** The database role that Plimsoll observes with, unless an estate names another. */
export const readOnlyRole = 'plimsoll_observer';

/** Tables that observing reads whole. A table that is not installed is passed over. */
const readableTables = [
  'account_move',
  'delivery_carrier',
  'ir_cron',
  'ir_model_data',
  'ir_module_module',
  'product_value',
  'purchase_order',
  'queue_job',
  'res_groups_implied_rel',
  'res_groups_users_rel',
  'sale_order',
  'sale_order_line',
  'stock_move',
  'stock_picking',
  'stock_picking_batch',
  'stock_picking_type',
  'stock_valuation_layer',
  'stock_warehouse',
] as const;

/** Tables with columns that nobody needs for observing and that hold secrets or letters: only these columns. */
const readableColumns = {
  ir_attachment: ['id', 'store_fname', 'checksum', 'file_size', 'create_date', 'write_date', 'type'],
  mail_mail: ['id', 'state', 'create_date', 'write_date', 'failure_type', 'scheduled_date'],
  res_company: ['id', 'name', 'active', 'parent_id', 'currency_id'],
  res_users: ['id', 'active', 'share', 'company_id', 'create_date', 'write_date'],
} as const;

const identifier = /^[a-z_][a-z0-9_]{0,62}$/;

function quoted(name: string): string {
  if (!identifier.test(name)) throw new RangeError(`not a plain lower-case SQL identifier: ${name}`);
  return `"${name}"`;
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

function tableGrants(role: string): string {
  return `do $grant$
declare name text;
begin
  foreach name in array array[${list(readableTables)}] loop
    if to_regclass('public.' || name) is not null then
      execute format('grant select on public.%I to ${quoted(role)}', name);
    end if;
  end loop;
end
$grant$`;
}

/** Odoo's columns differ by version: one that is not there is passed over. */
function columnGrants(role: string): string {
  const wanted = Object.entries(readableColumns)
    .flatMap(([table, columns]) => columns.map((column) => `('${table}', '${column}')`))
    .join(', ');
  return `do $grant$
declare wanted record;
begin
  for wanted in
    select c.table_name, c.column_name
    from information_schema.columns c
    join (values ${wanted}) as w (table_name, column_name)
      on w.table_name = c.table_name and w.column_name = c.column_name
    where c.table_schema = 'public'
  loop
    execute format('grant select (%I) on public.%I to ${quoted(role)}', wanted.column_name, wanted.table_name);
  end loop;
end
$grant$`;
}

/**
 * What an administrator of the environment's database runs, connected to that database, so that the role can observe and do
 * nothing else. Safe to repeat. The role exists already: who creates it chooses its password, which is no part of this.
 */
export function readOnlyRoleStatements(role: string = readOnlyRole): readonly string[] {
  return [
    `alter role ${quoted(role)} set default_transaction_read_only = on`,
    `alter role ${quoted(role)} set idle_in_transaction_session_timeout = '10s'`,
    `grant pg_monitor to ${quoted(role)}`,
    `grant usage on schema public to ${quoted(role)}`,
    tableGrants(role),
    columnGrants(role),
  ];
}
