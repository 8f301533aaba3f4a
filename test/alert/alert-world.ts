import { createMemorySampleStore } from '../../src/adapters/memory/samples.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import type { FindingDraft, Sample } from '../../src/core/observe/index.ts';
import type { OutboxMessage } from '../../src/ports/alert-store.ts';
import type { Delivery } from '../../src/ports/notifier.ts';
import { estate, now as start } from './alert-ground.ts';

/** Somebody in psql who keeps everyone from the pickings. */
export const locked: FindingDraft = {
  ...{
    key: 'business:TABLE_LOCKED:stock_picking',
    code: 'TABLE_LOCKED',
    severity: 'critical',
    environment: 'acme-prod',
  },
  ...{ subject: 'stock_picking', reason: 'somebody-in-psql (pid 4711) holds stock_picking.', action: 'End it.' },
  evidence: { area: 'business', services: 'shipment-confirmation', heldSeconds: 12, application: 'somebody-in-psql' },
};

/** Alerting over stores in memory, with a clock that is moved and a pager that answers as it is told. */
export function world() {
  let now = start;
  let ids = 0;
  const sent: OutboxMessage[] = [];
  let answer: () => Delivery = () => ({ kind: 'accepted' });
  const store = createMemoryStore();
  const samples = createMemorySampleStore();
  const deps = {
    ...{ store, samples, estate: () => estate, actor: { kind: 'controller', name: 'alerting' } as const },
    clock: { now: () => now },
    newId: () => {
      ids += 1;
      return `alert-${ids}`;
    },
    notifier: {
      send: async (_channel: unknown, message: OutboxMessage) => {
        sent.push(message);
        return answer();
      },
    },
  };
  return {
    deps,
    sent,
    pass: (seconds: number) => {
      now = now.add({ seconds });
    },
    answers: (next: () => Delivery) => {
      answer = next;
    },
    find: (drafts: readonly FindingDraft[]) =>
      store.findings.reconcile({ source: 'health', environment: 'acme-prod' }, drafts, now),
  };
}

/** So many transfers that wait, as they were counted half a minute ago. */
export const backlog = (value: number, direction = 'outgoing', metric = 'odoo_picking_backlog_count'): Sample => ({
  ...{ environment: 'acme-prod', metric, at: start.subtract({ seconds: 30 }), value },
  labels: { warehouse: 'WH', direction, state: 'assigned' },
});
