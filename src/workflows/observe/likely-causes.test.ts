import { describe, expect, test } from 'vitest';
import { estate, now } from '../../../test/alert/alert-ground.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createLatencySketch, type FindingDraft, type Sample } from '../../core/observe/index.ts';
import { explainRises } from './likely-causes.ts';

const [environment] = estate.environments;
if (environment === undefined) throw new Error('the ground has no environment');

const sample = (metric: string, minutesAgo: number, value: number, labels: Sample['labels']): Sample => ({
  ...{ environment: 'acme-prod', metric, value, labels },
  at: now.subtract({ minutes: minutesAgo }),
});

/** A backlog that stood at 40 and has grown to 200 within the last fifty minutes. */
async function world() {
  const deps = { store: createMemoryStore(), samples: createMemorySampleStore() };
  const labels = { warehouse: 'WH', picking_type: 'OUT', direction: 'outgoing', state: 'assigned' };
  const counts = Array.from({ length: 280 }, (_, index) =>
    sample('odoo_picking_backlog_count', 1 + index * 5, index < 10 ? 200 : 40, labels),
  );
  await deps.samples.write(counts);
  return deps;
}

const locked: FindingDraft = {
  ...{ key: 'business:TABLE_LOCKED:stock_picking', code: 'TABLE_LOCKED', severity: 'critical' },
  ...{ environment: 'acme-prod', subject: 'stock_picking', reason: 'psql (pid 4711) holds it.', action: 'End it.' },
  evidence: {},
};

describe('rises with their likely causes, from what was recorded (MET-14)', () => {
  test('a lock that was found when the backlog began to rise is named with its evidence', async () => {
    const deps = await world();
    await deps.store.findings.reconcile(
      { source: 'health', environment: 'acme-prod' },
      [locked],
      now.subtract({ minutes: 52 }),
    );
    const [rise] = await explainRises(deps, environment, now);
    expect(rise).toMatchObject({ title: 'backlog of outgoing transfers', usual: 40, now: 200 });
    expect(rise?.causes).toMatchObject([
      { kind: 'lock', evidence: ['TABLE_LOCKED on stock_picking: psql (pid 4711) holds it.'], action: 'End it.' },
    ]);
    expect(rise?.reading).toContain('Most speaks for a lock in the database');
  });

  test('a release after which a class of requests is slower is named with the step it made', async () => {
    const deps = await world();
    const released = now.subtract({ minutes: 60 });
    const sketch = async (minutes: number, seconds: number): Promise<void> => {
      const latency = createLatencySketch();
      for (let each = 0; each < 100; each += 1) latency.add(seconds);
      await deps.samples.writeSketches([
        {
          ...{ environment: 'acme-prod', metric: 'odoo_request_seconds', labels: { class: 'shipment-confirmation' } },
          ...{ at: released.add({ minutes }), intervalSeconds: 60, count: 100, sketch: latency.toBytes() },
        },
      ]);
    };
    await sketch(-10, 0.2);
    await sketch(5, 4);
    await deps.store.ledger.append(
      {
        ...{ actor: { kind: 'controller', name: 'controller' }, type: 'environment.software-changed' },
        ...{ subject: 'environment/acme-prod', data: { reason: 'installed: delivery_dhl' } },
      },
      released,
    );
    const [rise] = await explainRises(deps, environment, now);
    expect(rise?.causes[0]).toMatchObject({ kind: 'change', strength: 0.85 });
    expect(rise?.causes[0]?.evidence[0]).toMatch(/^installed: delivery_dhl; shipment-confirmation: p95 /);
  });

  test('where nothing rises nothing is asked of the ledger, and nothing is explained', async () => {
    const deps = { store: createMemoryStore(), samples: createMemorySampleStore() };
    expect(await explainRises(deps, environment, now)).toEqual([]);
  });
});
