import { type MetricName, rpcEverySeconds, type Sample, syntheticCompanyName } from '../../core/observe/index.ts';
import type { OdooRpc } from '../../ports/odoo-rpc.ts';
import type { Sight } from './isolate.ts';
import { type EnvironmentMemory, isDue } from './memory.ts';

interface RpcLook {
  readonly environment: string;
  readonly rpc: OdooRpc;
  readonly memory: EnvironmentMemory;
  readonly at: Temporal.Instant;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

interface RpcIndicator {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly model: string;
  domain(now: string): readonly unknown[];
}

const open = ['state', 'in', ['waiting', 'confirmed', 'assigned']];
const real = ['|', ['company_id', '=', false], ['company_id.name', '!=', syntheticCompanyName]];
const all = { warehouse: 'all', picking_type: 'all' };

/** The few indicators that matter most, as Odoo itself counts them: for environments whose database cannot be read. */
export const rpcIndicators: readonly RpcIndicator[] = [
  ...['outgoing', 'internal', 'incoming'].flatMap((direction): readonly RpcIndicator[] => [
    {
      metric: 'odoo_picking_backlog_count',
      labels: { ...all, direction, state: 'open' },
      model: 'stock.picking',
      domain: () => [...real, open, ['picking_type_code', '=', direction]],
    },
    {
      metric: 'odoo_picking_late_count',
      labels: { ...all, direction },
      model: 'stock.picking',
      domain: (now) => [
        ...real,
        open,
        ['picking_type_code', '=', direction],
        '|',
        ['date_deadline', '<', now],
        '&',
        ['date_deadline', '=', false],
        ['scheduled_date', '<', now],
      ],
    },
  ]),
  { metric: 'odoo_cron_active_count', labels: {}, model: 'ir.cron', domain: () => [['active', '=', true]] },
  { metric: 'odoo_cron_overdue_count', labels: {}, model: 'ir.cron', domain: (now) => [['nextcall', '<', now]] },
  { metric: 'odoo_mail_outgoing_count', labels: {}, model: 'mail.mail', domain: () => [['state', '=', 'outgoing']] },
];

/** Counts through Odoo's own API; once a minute, for each call costs a worker some milliseconds. */
export async function collectThroughRpc(look: RpcLook): Promise<Sight<readonly Sample[]>> {
  if (!isDue(look.memory, 'rpc', rpcEverySeconds, look.at)) return { result: [] };
  const now = look.at
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace('T', ' ');
  const samples: Sample[] = [];
  const failures: string[] = [];
  for (const { metric, labels, model, domain } of rpcIndicators) {
    look.signal.throwIfAborted();
    try {
      const count = await look.rpc.call({
        model,
        method: 'search_count',
        args: { domain: domain(now) },
        timeoutSeconds: look.timeoutSeconds,
        signal: look.signal,
      });
      samples.push({ environment: look.environment, metric, labels, at: look.at, value: Number(count) });
    } catch (error) {
      failures.push(`${metric}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (samples.length === 0) throw new Error(failures[0] ?? 'Odoo answered nothing');
  look.memory.answers.set('rpc', { at: look.at, everySeconds: rpcEverySeconds, samples });
  return { result: samples, missing: failures.length > 0 ? failures.slice(0, 3).join('; ') : undefined };
}
