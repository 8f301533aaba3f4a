import { describe, expect, test } from 'vitest';
import { estate as declared, now as start } from '../../../test/alert/alert-ground.ts';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { RunLimit } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { FindingDraft } from '../../core/observe/index.ts';
import type { Store } from '../../ports/store.ts';
import { lookAtAlerts } from '../alert/look.ts';
import { workOnIncident } from './act.ts';
import { runStep, type WantedAction } from './run-step.ts';

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
    assertRight: () => {},
    run: async ({ action }: WantedAction) => {
      ran.push(action.kind);
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

const restart = { kind: 'restart-component', component: 'web' } as const;

/** An incident that somebody has taken, and a runbook of one step that restarts the web server. */
async function restarting(limit: RunLimit | undefined, approvals = 0) {
  const ground = await broken();
  const step = { text: 'Restart it.', action: restart, approvals, limit };
  const environments = estate.environments.map((each) => ({
    ...each,
    tier: { ...each.tier, change: { ...each.tier.change, approvals: 0 } },
  }));
  const runbooks = estate.runbooks.map((runbook) => ({ ...runbook, steps: [step] }));
  const deps = { ...ground.deps, estate: () => ({ ...estate, environments, runbooks }) };
  await workOnIncident(deps, ground.id, { do: 'take' }, ada);
  return { ...ground, deps };
}

const typesOf = async (store: Store, id: string) =>
  (await store.ledger.tail({ subject: `incident/${id}`, limit: 99 })).map(({ type }) => type);

describe('what Plimsoll does in an incident (INC-05)', () => {
  test('is begun and ended in the ledger, and stands in the incident with what came of it', async () => {
    const { deps, id } = await restarting({ runs: 3, withinSeconds: 3_600 });
    const run = async ({ action, environment }: WantedAction) => ({
      isGood: true,
      note: `${environment} ${action.kind}`,
    });
    expect(await runStep({ ...deps, run }, id, 0, ada)).toMatchObject({
      incident: {
        steps: [{ action: 'restart web', outcome: 'done', note: 'acme-prod restart-component', by: 'ada' }],
        running: null,
      },
    });
    expect((await typesOf(deps.store, id)).slice(-2)).toEqual(['incident.action-begun', 'incident.action-ended']);
  });
  test('what fails says why, and may be tried again as often as its limit allows, and not once more', async () => {
    const { deps, id, pass } = await restarting({ runs: 2, withinSeconds: 3_600 });
    let tried = 0;
    const run = async () => {
      tried += 1;
      throw new Error('the port is\nin use');
    };
    for (let again = 0; again < 2; again += 1) await runStep({ ...deps, run }, id, 0, ada);
    expect(await runStep({ ...deps, run }, id, 0, ada)).toMatchObject({ reasons: [{ code: 'ACTION_LIMIT_REACHED' }] });
    expect(tried).toBe(2);
    expect((await deps.store.incidents.get(id))?.steps.map(({ note }) => note)).toEqual(
      Array.from({ length: 2 }, () => 'the port is in use'),
    );
    expect((await typesOf(deps.store, id)).at(-1)).toBe('incident.refused');
    pass(3_600);
    expect(await runStep(deps, id, 0, ada)).toMatchObject({ kind: 'done' });
    // With the limit off nothing holds it.
    const free = await restarting(undefined);
    for (let again = 0; again < 9; again += 1) await runStep({ ...free.deps, run }, free.id, 0, ada);
    expect(tried).toBe(11);
  });
  test('the limit counts runs in earlier incidents of the environment, and none of others', async () => {
    const { deps, id } = await restarting({ runs: 1, withinSeconds: 3_600 });
    const own = await deps.store.incidents.get(id);
    if (own === undefined) throw new Error('no incident');
    const ran = {
      index: 0,
      text: '',
      outcome: 'done',
      action: 'restart web',
      note: null,
      by: 'bo',
      at: start,
    } as const;
    const elsewhere = {
      ...own,
      id: 'elsewhere',
      environment: 'acme-test',
      state: 'closed',
      holds: [],
      steps: [ran],
    } as const;
    const earlier = { ...elsewhere, id: 'earlier', environment: 'acme-prod' } as const;
    await deps.store.incidents.put([elsewhere]);
    await workOnIncident(deps, id, { do: 'begin', index: 0 }, ada);
    expect((await deps.store.incidents.get(id))?.running).toMatchObject({ action: 'restart web', by: 'ada' });
    await deps.store.incidents.put([own, earlier]);
    expect(await runStep(deps, id, 0, ada)).toMatchObject({ reasons: [{ code: 'ACTION_LIMIT_REACHED' }] });
  });
  test('two who press at the same moment run it once; one that was cut off can be begun anew', async () => {
    const { deps, id, ran } = await restarting({ runs: 9, withinSeconds: 3_600 });
    const both = await Promise.all([runStep(deps, id, 0, ada), runStep(deps, id, 0, bo)]);
    expect(ran).toHaveLength(1);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['done', 'refused']);
    const cut = await restarting({ runs: 9, withinSeconds: 3_600 });
    await workOnIncident(cut.deps, cut.id, { do: 'begin', index: 0 }, ada);
    expect(await runStep(cut.deps, cut.id, 0, bo)).toMatchObject({ reasons: [{ code: 'ACTION_RUNNING' }] });
    cut.pass(901);
    expect(await runStep(cut.deps, cut.id, 0, bo)).toMatchObject({ kind: 'done' });
  });
  test('a change of production needs another to agree, although the runbook asks for nobody', async () => {
    const { deps, id, ran } = await restarting(undefined);
    const strict = { ...deps, estate: () => ({ ...deps.estate(), environments: estate.environments }) };
    await runStep(strict, id, 0, ada);
    expect(ran).toEqual([]);
    expect(await runStep(strict, id, 0, ada)).toMatchObject({ reasons: [{ code: 'APPROVAL_NOT_ANOTHER' }] });
    expect(await workOnIncident(strict, id, { do: 'begin', index: 0 }, ada)).toMatchObject({
      reasons: [{ code: 'APPROVAL_MISSING' }],
    });
    await runStep(strict, id, 0, bo);
    expect(ran).toEqual(['restart-component']);
  });
  test('whoever lacks the right to the action runs nothing, and asks for nothing', async () => {
    const { deps, id, ran } = await restarting(undefined);
    const assertRight = () => {
      throw new Fault('PERMISSION_DENIED', 'no');
    };
    await expect(runStep({ ...deps, assertRight }, id, 0, bo)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(ran).toEqual([]);
    expect((await deps.store.incidents.get(id))?.running).toBeNull();
  });
  test('the session to end is the one that the alert names, with the moment it connected', async () => {
    const { deps, find, id, pass } = await restarting(undefined);
    const named = { pid: 4711, backendStart: '2026-11-27T09:00:00.000123Z' };
    await find([{ ...locked, evidence: { ...locked.evidence, ...named } }]);
    pass(30);
    await lookAtAlerts(deps);
    const wanted: WantedAction[] = [];
    const run = async (each: WantedAction) => {
      wanted.push(each);
      return { isGood: true, note: 'ended' };
    };
    await runStep({ ...deps, run }, id, 0, ada);
    expect(wanted).toMatchObject([{ environment: 'acme-prod', session: named }]);
  });
});
