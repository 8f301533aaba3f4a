import { describe, expect, test } from 'vitest';
import { estate as declared, now as start } from '../../../test/alert/alert-ground.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { FindingDraft } from '../../core/observe/index.ts';
import { lookAtAlerts } from '../alert/look.ts';
import { runStep, workOnIncident } from './act.ts';

const locked: FindingDraft = {
  ...{
    key: 'business:TABLE_LOCKED:stock_picking',
    code: 'TABLE_LOCKED',
    severity: 'critical',
    environment: 'acme-prod',
  },
  ...{ subject: 'stock_picking', reason: 'somebody-in-psql (pid 4711) holds stock_picking.', action: 'End it.' },
  evidence: { area: 'business', services: 'shipment-confirmation' },
};
const ada = { kind: 'user', name: 'ada' } as const;
const bo = { kind: 'user', name: 'bo' } as const;

/** The runbook of the fixture, its action agreed to by one other. */
const estate = {
  ...declared,
  runbooks: declared.runbooks.map((runbook) => ({
    ...runbook,
    steps: runbook.steps.map((step) => (step.action === undefined ? step : { ...step, approvals: 1 })),
  })),
};

async function broken() {
  let now = start;
  let ids = 0;
  const ran: string[] = [];
  const store = createMemoryStore();
  const deps = {
    ...{ store, samples: createMemorySampleStore(), estate: () => estate, clock: { now: () => now } },
    actor: { kind: 'controller', name: 'alerting' } as const,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    run: async ({ kind }: { readonly kind: string }) => {
      ran.push(kind);
      return { isGood: true, note: 'journey/7 passed' };
    },
  };
  const pass = (seconds: number): void => {
    now = now.add({ seconds });
  };
  const find = (drafts: readonly FindingDraft[]) =>
    store.findings.reconcile({ source: 'health', environment: 'acme-prod' }, drafts, now);
  await store.ledger.append(
    {
      actor: deps.actor,
      type: 'environment.software-changed',
      subject: 'environment/acme-prod',
      data: { reason: 'installed: delivery_dhl' },
    },
    start.subtract({ minutes: 4 }),
  );
  await find([locked]);
  await lookAtAlerts(deps);
  const [incident] = await store.incidents.list({ limit: 9 });
  if (incident === undefined) throw new Error('no incident');
  return { deps, find, ran, id: incident.id, incident, pass };
}

describe('an incident in the controller', () => {
  test('opens with the alert, joins it, and ends in review by itself; everything is in the ledger', async () => {
    const { deps, find, id, incident, pass } = await broken();
    expect(incident).toMatchObject({
      state: 'open',
      severity: 1,
      faultStart: { because: expect.stringContaining('delivery_dhl') },
    });
    expect((await deps.store.alerts.list({ includeResolved: false, limit: 9 }))[0]?.incident).toBe(id);
    await find([]);
    await lookAtAlerts(deps);
    pass(60);
    await lookAtAlerts(deps);
    expect(await deps.store.incidents.get(id)).toMatchObject({ state: 'review', recoveredAt: start });
    const types = (await deps.store.ledger.tail({ subject: `incident/${id}`, limit: 9 })).map(({ type }) => type);
    expect(types).toEqual(['incident.opened', 'incident.recovered']);
    // A second trouble is a second incident.
    await find([locked]);
    await lookAtAlerts(deps);
    expect(await deps.store.incidents.list({ limit: 9 })).toHaveLength(2);
  });
  test('taking it takes its alerts, and nobody further up is called', async () => {
    const { deps, id, pass } = await broken();
    await workOnIncident(deps, id, { do: 'take' }, ada);
    pass(400);
    await lookAtAlerts(deps);
    expect((await deps.store.outbox.list({ limit: 9 })).some(({ message }) => message.kind === 'escalation')).toBe(
      false,
    );
    expect(await deps.store.incidents.get(id)).toMatchObject({ state: 'acknowledged', roles: { lead: 'ada' } });
  });
  test('INC-05: an action runs only when another has agreed, and is recorded with its time and what came of it', async () => {
    const { deps, id, ran } = await broken();
    expect(await runStep(deps, id, 1, ada)).toMatchObject({ kind: 'refused' });
    await workOnIncident(deps, id, { do: 'take' }, ada);
    await workOnIncident(deps, id, { do: 'step', index: 0, outcome: 'done', note: null }, ada);
    await runStep(deps, id, 1, ada);
    expect(await runStep(deps, id, 1, ada)).toMatchObject({ kind: 'refused' });
    expect(ran).toEqual([]);
    await runStep(deps, id, 1, bo);
    expect(ran).toEqual(['run-journey']);
    const incident = await deps.store.incidents.get(id);
    expect(incident?.steps.at(-1)).toMatchObject({ index: 1, outcome: 'done', note: 'journey/7 passed', by: 'bo' });
    expect(await runStep(deps, id, 1, bo)).toMatchObject({ kind: 'refused' });
    expect(ran).toHaveLength(1);
  });
  test('a refusal changes nothing and is in the ledger with who asked', async () => {
    const { deps, id, incident } = await broken();
    expect(await workOnIncident(deps, id, { do: 'close' }, bo)).toMatchObject({ kind: 'refused' });
    expect(await deps.store.incidents.get(id)).toEqual(incident);
    expect((await deps.store.ledger.tail({ subject: `incident/${id}`, limit: 1 }))[0]).toMatchObject({
      type: 'incident.refused',
      actor: bo,
    });
  });
});
