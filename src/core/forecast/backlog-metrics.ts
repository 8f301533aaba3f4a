import type { BacklogKind } from '../estate/index.ts';
import type { MetricName } from '../observe/index.ts';

/** How a backlog is counted. All counters begin at midnight UTC. */
export interface BacklogMetrics {
  readonly open: MetricName;
  readonly createdToday: MetricName;
  /** `undefined` where Odoo keeps no time of it: then what came and is not there any more was done. */
  readonly doneToday: MetricName | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it is told apart by warehouse; else it is counted for the whole environment. */
  readonly isByWarehouse: boolean;
}

const transfers = {
  open: 'odoo_picking_backlog_count',
  createdToday: 'odoo_picking_created_today_count',
  doneToday: 'odoo_picking_done_today_count',
  isByWarehouse: true,
} as const;

const documents = { labels: {}, isByWarehouse: false } as const;

/** The metrics of each kind of backlog. */
export const backlogMetrics: Readonly<Record<BacklogKind, BacklogMetrics>> = {
  outgoing: { ...transfers, labels: { direction: 'outgoing' } },
  incoming: { ...transfers, labels: { direction: 'incoming' } },
  internal: { ...transfers, labels: { direction: 'internal' } },
  orders: {
    ...documents,
    open: 'odoo_order_waiting_count',
    createdToday: 'odoo_order_created_today_count',
    doneToday: 'odoo_order_confirmed_today_count',
  },
  invoices: {
    ...documents,
    open: 'odoo_invoice_draft_count',
    createdToday: 'odoo_invoice_created_today_count',
    doneToday: undefined,
  },
};
