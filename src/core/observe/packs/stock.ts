import { allMajors, everyFiveMinutes, everyLook, type IndicatorQuery, majorsBetween, provenOn19 } from './indicator.ts';
import { companyColumns, isRealCompany } from './synthetic.ts';

const labels = ['warehouse', 'picking_type', 'direction'] as const;

// sequence_code (PICK, PACK, OUT …) rather than the name, which is translated and became jsonb in 16.
const dimensions = `coalesce(warehouse.code, 'none') as warehouse, kind.sequence_code as picking_type, kind.code as direction`;
const joins = `join stock_picking_type kind on kind.id = picking.picking_type_id
  left join stock_warehouse warehouse on warehouse.id = kind.warehouse_id`;
const open = `picking.state in ('waiting', 'confirmed', 'assigned') and ${isRealCompany('picking')}`;
const due = 'coalesce(picking.date_deadline, picking.scheduled_date)';

const kindColumns = {
  stock_picking_type: ['id', 'sequence_code', 'code', 'warehouse_id'],
  stock_warehouse: ['id', 'code'],
  ...companyColumns,
} as const;

const common = { module: 'stock', versions: allMajors, proven: provenOn19, absent: 'zero' } as const;

export const stockQueries: readonly IndicatorQuery[] = [
  {
    ...common,
    name: 'picking-backlog',
    reads: { stock_picking: ['id', 'company_id', 'state', 'picking_type_id'], ...kindColumns },
    everySeconds: everyLook,
    labels: ['state', ...labels],
    metrics: { backlog: 'odoo_picking_backlog_count' },
    sql: `select picking.state, ${dimensions}, count(*)::float8 as backlog
  from stock_picking picking ${joins}
  where ${open} group by 1, 2, 3, 4`,
  },
  {
    ...common,
    name: 'picking-late',
    reads: {
      stock_picking: ['id', 'company_id', 'state', 'picking_type_id', 'date_deadline', 'scheduled_date'],
      ...kindColumns,
    },
    everySeconds: everyLook,
    labels,
    metrics: { late: 'odoo_picking_late_count', oldest: 'odoo_picking_late_oldest_seconds' },
    sql: `select ${dimensions}, count(*)::float8 as late,
    extract(epoch from max($1::timestamp - ${due}))::float8 as oldest
  from stock_picking picking ${joins}
  where ${open} and ${due} < $1::timestamp group by 1, 2, 3`,
  },
  {
    ...common,
    name: 'picking-due',
    reads: {
      stock_picking: ['id', 'company_id', 'state', 'picking_type_id', 'date_deadline', 'scheduled_date'],
      ...kindColumns,
    },
    // As often as the rest of the backlog: the first screen shows them side by side, and neither may look unknown between.
    everySeconds: everyLook,
    labels: ['horizon', ...labels],
    metrics: { due: 'odoo_picking_due_count' },
    sql: `select horizon.name as horizon, ${dimensions}, count(*)::float8 as due
  from stock_picking picking ${joins}
  join (values ('1h', interval '1 hour'), ('4h', interval '4 hours'), ('24h', interval '24 hours')) as horizon (name, length)
    on ${due} < $1::timestamp + horizon.length
  where ${open} and ${due} >= $1::timestamp group by 1, 2, 3, 4`,
  },
  {
    // Tells a warehouse without open work from one that Odoo does not know.
    ...common,
    name: 'warehouses',
    isInformative: true,
    reads: { stock_warehouse: ['id', 'code', 'company_id'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: ['warehouse'],
    metrics: { warehouses: 'odoo_warehouse_count' },
    sql: `select warehouse.code as warehouse, count(*)::float8 as warehouses from stock_warehouse warehouse
  where ${isRealCompany('warehouse')} group by 1`,
  },
  {
    ...common,
    name: 'picking-flow',
    reads: {
      stock_picking: ['id', 'company_id', 'state', 'picking_type_id', 'create_date', 'date_done'],
      ...kindColumns,
    },
    everySeconds: everyFiveMinutes,
    labels,
    metrics: {
      created: 'odoo_picking_created_per_hour',
      done: 'odoo_picking_done_per_hour',
      created_today: 'odoo_picking_created_today_count',
      done_today: 'odoo_picking_done_today_count',
    },
    // From the earlier of an hour ago and midnight: the rates need the one, the counters the other.
    sql: `select ${dimensions},
    count(*) filter (where picking.create_date >= $1::timestamp - interval '1 hour')::float8 as created,
    count(*) filter (where picking.state = 'done' and picking.date_done >= $1::timestamp - interval '1 hour')::float8 as done,
    count(*) filter (where picking.create_date >= date_trunc('day', $1::timestamp))::float8 as created_today,
    count(*) filter (where picking.state = 'done' and picking.date_done >= date_trunc('day', $1::timestamp))::float8 as done_today
  from stock_picking picking ${joins}
  where ${isRealCompany('picking')} and (
    picking.create_date >= least($1::timestamp - interval '1 hour', date_trunc('day', $1::timestamp))
    or picking.date_done >= least($1::timestamp - interval '1 hour', date_trunc('day', $1::timestamp)))
  group by 1, 2, 3`,
  },
  {
    ...common,
    name: 'picking-processing',
    reads: {
      stock_picking: ['id', 'company_id', 'state', 'picking_type_id', 'create_date', 'date_done'],
      stock_picking_type: ['id', 'code'],
      ...companyColumns,
    },
    everySeconds: everyFiveMinutes,
    labels: ['quantile', 'direction'],
    metrics: { seconds: 'odoo_picking_processing_seconds' },
    absent: 'nothing',
    sql: `select quantile.share::text as quantile, kind.code as direction,
    percentile_cont(quantile.share) within group
      (order by extract(epoch from picking.date_done - picking.create_date)::float8)::float8 as seconds
  from stock_picking picking join stock_picking_type kind on kind.id = picking.picking_type_id
  cross join (values (0.5::float8), (0.95::float8)) as quantile (share)
  where picking.state = 'done' and picking.date_done >= $1::timestamp - interval '1 hour' and ${isRealCompany('picking')}
  group by quantile.share, kind.code`,
  },
  {
    ...common,
    name: 'stock-moves',
    reads: {
      stock_move: ['id', 'company_id', 'state', 'date', 'picking_type_id'],
      stock_picking_type: ['id', 'warehouse_id'],
      stock_warehouse: ['id', 'code'],
      ...companyColumns,
    },
    everySeconds: everyFiveMinutes,
    labels: ['warehouse'],
    metrics: { done: 'odoo_stock_move_done_per_hour' },
    sql: `select coalesce(warehouse.code, 'none') as warehouse, count(*)::float8 as done
  from stock_move move
  left join stock_picking_type kind on kind.id = move.picking_type_id
  left join stock_warehouse warehouse on warehouse.id = kind.warehouse_id
  where move.state = 'done' and move.date >= $1::timestamp - interval '1 hour' and move.date <= $1::timestamp
    and ${isRealCompany('move')}
  group by 1`,
  },
  {
    ...common,
    name: 'picking-batches',
    module: 'stock_picking_batch',
    reads: { stock_picking_batch: ['id', 'company_id', 'state'], ...companyColumns },
    everySeconds: 60,
    labels: ['state'],
    metrics: { batches: 'odoo_picking_batch_count' },
    sql: `select state, count(*)::float8 as batches from stock_picking_batch batch
  where state in ('draft', 'in_progress') and ${isRealCompany('batch')} group by 1`,
  },
  {
    ...common,
    name: 'valuation-layers',
    isInformative: true,
    module: 'stock_account',
    versions: majorsBetween(14, 18),
    proven: [],
    reads: { stock_valuation_layer: ['id', 'company_id', 'create_date'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: [],
    metrics: { created: 'odoo_valuation_per_hour' },
    sql: `select count(*)::float8 as created from stock_valuation_layer layer
  where create_date >= $1::timestamp - interval '1 hour' and ${isRealCompany('layer')}`,
  },
  {
    // 19 has no valuation layers: a move carries its value, and product_value holds manual and average revaluations.
    ...common,
    name: 'valuations',
    isInformative: true,
    module: 'stock_account',
    versions: [19],
    reads: {
      product_value: ['id', 'company_id', 'create_date'],
      stock_move: ['id', 'company_id', 'state', 'date', 'value'],
      ...companyColumns,
    },
    everySeconds: everyFiveMinutes,
    labels: [],
    metrics: { created: 'odoo_valuation_per_hour' },
    sql: `select (
    (select count(*) from product_value revaluation
        where create_date >= $1::timestamp - interval '1 hour' and ${isRealCompany('revaluation')})
    + (select count(*) from stock_move move where state = 'done' and value <> 0 and ${isRealCompany('move')}
        and date >= $1::timestamp - interval '1 hour' and date <= $1::timestamp))::float8 as created`,
  },
];
