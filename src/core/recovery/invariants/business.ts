import { odooMajors } from '../../observe/index.ts';
import type { Invariant } from './invariant.ts';

const proven = [19] as const;

/** Storable goods have quants, others do not; what says so moved with the versions. */
const stockAgrees = (storable: string): string => `with storable as (
    select product.id from product_product product
    join product_template template on template.id = product.product_tmpl_id where ${storable}),
  moved as (
    select product_id, location_dest_id as location_id, coalesce(lot_id, 0) as lot_id, quantity_product_uom as quantity
      from stock_move_line where state = 'done'
    union all
    select product_id, location_id, coalesce(lot_id, 0), -quantity_product_uom from stock_move_line where state = 'done'
    union all
    select product_id, location_id, coalesce(lot_id, 0), -quantity from stock_quant)
  select count(*) over ()::int as total,
    format('product %s in %s%s: moves say %s more than the stock', moved.product_id, location.complete_name,
      case when moved.lot_id = 0 then '' else format(', lot %s', moved.lot_id) end, round(sum(moved.quantity), 5)) as culprit
  from moved join storable on storable.id = moved.product_id
  join stock_location location on location.id = moved.location_id and location.usage in ('internal', 'transit')
  group by moved.product_id, location.id, location.complete_name, moved.lot_id
  having abs(sum(moved.quantity)) > 0.00001 order by moved.product_id limit 10`;

const stockCommon = {
  name: 'stock.quants-agree',
  module: 'stock',
  holds: 'the stock of every product, location and lot is what its done moves add up to',
  breaks: 'stocks of a product in a location differ from what their done moves add up to',
} as const;

// query_to_xml is the way to read a table whose name is only known to the query; %I quotes the name.
const readOne = (statement: string, names: string): string =>
  `(xpath('/row/answer/text()', query_to_xml(format('${statement}', ${names}), false, true, '')))[1]::text::bigint`;

/** What holds in the books, the stock and the numbering of a sound Odoo. */
export const businessInvariants: readonly Invariant[] = [
  { ...stockCommon, versions: [18, 19], proven, sql: stockAgrees('template.is_storable') },
  { ...stockCommon, versions: [17], proven: [], sql: stockAgrees("template.detailed_type = 'product'") },
  {
    name: 'accounting.balance',
    module: 'account',
    versions: odooMajors,
    proven,
    holds: 'debit equals credit in every posted entry',
    breaks: 'posted entries do not balance',
    sql: `select count(*) over ()::int as total,
    format('%s (id %s): off by %s', move.name, move.id, sum(line.balance)) as culprit
  from account_move_line line join account_move move on move.id = line.move_id
  where move.state = 'posted' group by move.id, move.name having abs(sum(line.balance)) > 0.000001
  order by move.id limit 10`,
  },
  {
    name: 'sequences.ahead',
    module: 'base',
    versions: odooMajors,
    proven,
    holds: 'every sequence is ahead of the numbers already given',
    breaks: 'sequences would give numbers that are taken',
    sql: `with owned as (
    select space.nspname as space, sequence.relname as name, owner.relname as owner, attribute.attname as attribute
    from pg_class sequence join pg_namespace space on space.oid = sequence.relnamespace and space.nspname = 'public'
    join pg_depend dependency on dependency.objid = sequence.oid and dependency.classid = 'pg_class'::regclass
      and dependency.refclassid = 'pg_class'::regclass and dependency.deptype in ('a', 'i')
    join pg_class owner on owner.oid = dependency.refobjid
    join pg_attribute attribute on attribute.attrelid = owner.oid and attribute.attnum = dependency.refobjsubid
    where sequence.relkind = 'S'),
  read as (
    select owned.*, ${readOne('select max(%I) as answer from %I.%I', 'attribute, space, owner')} as largest,
      ${readOne('select case when is_called then last_value else last_value - 1 end as answer from %I.%I', 'space, name')} as given
    from owned)
  select count(*) over ()::int as total, format('%s gave %s, and %s holds %s', name, given, owner, largest) as culprit
  from read where largest > given order by name limit 10`,
  },
  {
    name: 'sequences.present',
    module: 'base',
    versions: odooMajors,
    proven,
    holds: 'every number sequence of Odoo has its counter',
    breaks: 'number sequences of Odoo have lost their counters',
    sql: `select count(*) over ()::int as total, format('%s (id %s)', coalesce(code, 'no code'), id) as culprit
  from ir_sequence where implementation = 'standard'
    and to_regclass(format('ir_sequence_%s', lpad(id::text, 3, '0'))) is null order by id limit 10`,
  },
];
