import { allMajors, everyFiveMinutes, type IndicatorQuery, majorsBetween, provenOn19 } from './indicator.ts';
import { companyColumns, isRealCompany } from './synthetic.ts';

const common = { versions: allMajors, proven: provenOn19, absent: 'zero' } as const;

// Confirming an order sets date_order to that moment; before that it is the date of the quotation. `done` ended with 16.
const confirmedLastHour = `sale.state in ('sale', 'done')
  and sale.date_order >= $1::timestamp - interval '1 hour' and sale.date_order <= $1::timestamp
  and ${isRealCompany('sale')}`;

export const salesQueries: readonly IndicatorQuery[] = [
  {
    ...common,
    name: 'order-confirmation',
    module: 'sale',
    reads: { sale_order: ['id', 'company_id', 'state', 'create_date', 'date_order'], ...companyColumns },
    everySeconds: 60,
    labels: ['quantile'],
    metrics: { seconds: 'odoo_order_confirmation_seconds' },
    absent: 'nothing',
    sql: `select quantile.share::text as quantile,
    percentile_cont(quantile.share) within group
      (order by greatest(0, extract(epoch from sale.date_order - sale.create_date))::float8)::float8 as seconds
  from sale_order sale cross join (values (0.5::float8), (0.95::float8)) as quantile (share)
  where ${confirmedLastHour} group by quantile.share`,
  },
  {
    ...common,
    name: 'order-flow',
    module: 'sale',
    reads: {
      sale_order: ['id', 'company_id', 'state', 'date_order'],
      sale_order_line: ['id', 'order_id', 'display_type'],
      ...companyColumns,
    },
    everySeconds: 60,
    labels: [],
    metrics: { confirmed: 'odoo_order_confirmed_per_hour', lines: 'odoo_order_line_per_hour' },
    sql: `select count(distinct sale.id)::float8 as confirmed, count(line.id)::float8 as lines
  from sale_order sale left join sale_order_line line on line.order_id = sale.id and line.display_type is null
  where ${confirmedLastHour}`,
  },
  {
    ...common,
    name: 'order-states',
    module: 'sale',
    reads: { sale_order: ['id', 'company_id', 'state'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: ['state'],
    metrics: { orders: 'odoo_order_unconfirmed_count' },
    sql: `select sale.state, count(*)::float8 as orders from sale_order sale
  where sale.state in ('draft', 'sent') and ${isRealCompany('sale')} group by 1`,
  },
  {
    // What comes and goes of them, for the forecast of a deadline; a row at every time, so that none waiting is told from not seen.
    ...common,
    name: 'order-day',
    module: 'sale',
    reads: { sale_order: ['id', 'company_id', 'state', 'create_date', 'date_order'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: [],
    metrics: {
      waiting: 'odoo_order_waiting_count',
      created_today: 'odoo_order_created_today_count',
      confirmed_today: 'odoo_order_confirmed_today_count',
    },
    sql: `select count(*) filter (where sale.state in ('draft', 'sent'))::float8 as waiting,
    count(*) filter (where sale.create_date >= date_trunc('day', $1::timestamp))::float8 as created_today,
    count(*) filter (where sale.state in ('sale', 'done') and sale.date_order >= date_trunc('day', $1::timestamp)
      and sale.date_order <= $1::timestamp)::float8 as confirmed_today
  from sale_order sale where ${isRealCompany('sale')} and (sale.state in ('draft', 'sent')
    or sale.create_date >= date_trunc('day', $1::timestamp) or sale.date_order >= date_trunc('day', $1::timestamp))`,
  },
  {
    ...common,
    name: 'order-to-invoice',
    module: 'sale',
    reads: { sale_order: ['id', 'company_id', 'invoice_status'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: [],
    metrics: { orders: 'odoo_order_to_invoice_count' },
    sql: `select count(*)::float8 as orders from sale_order sale
  where sale.invoice_status = 'to invoice' and ${isRealCompany('sale')}`,
  },
  {
    ...common,
    name: 'purchase-flow',
    module: 'purchase',
    reads: { purchase_order: ['id', 'company_id', 'date_approve'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: [],
    metrics: { confirmed: 'odoo_purchase_confirmed_per_hour' },
    sql: `select count(*)::float8 as confirmed from purchase_order purchase
  where purchase.date_approve >= $1::timestamp - interval '1 hour' and purchase.date_approve <= $1::timestamp
    and ${isRealCompany('purchase')}`,
  },
  {
    ...common,
    name: 'invoices',
    module: 'account',
    reads: { account_move: ['id', 'company_id', 'state', 'move_type', 'create_date'], ...companyColumns },
    everySeconds: everyFiveMinutes,
    labels: [],
    metrics: {
      drafts: 'odoo_invoice_draft_count',
      created: 'odoo_invoice_created_per_hour',
      created_today: 'odoo_invoice_created_today_count',
    },
    // Odoo keeps no time at which an invoice was posted: what was is told by what came and is no draft any more.
    sql: `select count(*) filter (where state = 'draft')::float8 as drafts,
    count(*) filter (where state = 'posted' and create_date >= $1::timestamp - interval '1 hour')::float8 as created,
    count(*) filter (where create_date >= date_trunc('day', $1::timestamp))::float8 as created_today
  from account_move invoice where move_type in ('out_invoice', 'out_refund') and ${isRealCompany('invoice')}
    and (state = 'draft' or create_date >= least($1::timestamp - interval '1 hour', date_trunc('day', $1::timestamp)))`,
  },
  ...shipments('stock_delivery', majorsBetween(17, 19), provenOn19),
  ...shipments('delivery', majorsBetween(14, 16), []),
];

// The columns of carriers on transfers came with `delivery` until 16 and with `stock_delivery` since 17.
function shipments(
  module: string,
  versions: IndicatorQuery['versions'],
  proven: IndicatorQuery['proven'],
): readonly IndicatorQuery[] {
  const shared = {
    module,
    versions,
    proven,
    absent: 'zero',
    everySeconds: everyFiveMinutes,
    reads: {
      stock_picking: [
        ...['id', 'company_id', 'state', 'picking_type_id', 'date_done'],
        ...['carrier_id', 'carrier_tracking_ref'],
      ],
      stock_picking_type: ['id', 'code'],
      delivery_carrier: ['id', 'delivery_type'],
      ...companyColumns,
    },
  } as const;
  const source = `from stock_picking picking
  join stock_picking_type kind on kind.id = picking.picking_type_id and kind.code = 'outgoing'
  join delivery_carrier carrier on carrier.id = picking.carrier_id
  where picking.state = 'done' and ${isRealCompany('picking')}`;
  return [
    {
      ...shared,
      name: `shipments-${module}`,
      labels: ['carrier_type', 'tracked'],
      metrics: { shipments: 'odoo_shipment_per_hour' },
      sql: `select carrier.delivery_type as carrier_type,
    case when coalesce(picking.carrier_tracking_ref, '') = '' then 'no' else 'yes' end as tracked,
    count(*)::float8 as shipments
  ${source} and picking.date_done >= $1::timestamp - interval '1 hour' group by 1, 2`,
    },
    {
      ...shared,
      name: `shipments-untracked-${module}`,
      labels: ['carrier_type'],
      metrics: { untracked: 'odoo_shipment_untracked_count' },
      sql: `select carrier.delivery_type as carrier_type, count(*)::float8 as untracked
  ${source} and picking.date_done >= $1::timestamp - interval '1 day'
    and carrier.delivery_type not in ('fixed', 'base_on_rule')
    and coalesce(picking.carrier_tracking_ref, '') = '' group by 1`,
    },
  ];
}
