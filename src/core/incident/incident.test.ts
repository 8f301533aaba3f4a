import { describe, expect, test } from 'vitest';
import { estate, failedCall, lock, now, waiting } from '../../../test/alert/alert-ground.ts';
import { type Alert, acknowledge, draftAlerts, planAlerts } from '../alert/index.ts';
import type { Refusal } from '../kernel/index.ts';
import {
  addAction,
  askOrApprove,
  assignRole,
  type ChangeFact,
  closeAction,
  closeIncident,
  estimateFaultStart,
  figuresOf,
  type Incident,
  interpretFigures,
  mayRun,
  planIncidents,
  recordStep,
  takeIncident,
  templatesFor,
  type Worked,
  writeReview,
} from './index.ts';

let ids = 0;
const newId = (): string => {
  ids += 1;
  return `id-${ids}`;
};
const later = (seconds: number): Temporal.Instant => now.add({ seconds });
const runbook = estate.runbooks[0];

function alertOf(signals = [lock()], at = now): Alert {
  const [step] = planAlerts([], draftAlerts({ estate, signals, exposures: [waiting], now: at }), estate, at, newId);
  if (step === undefined) throw new Error('no alert');
  return step.alert;
}

function opened(alert = alertOf(), changes: readonly ChangeFact[] = []): Incident {
  const [step] = planIncidents([], [alert], () => changes, later(2), newId);
  if (step === undefined) throw new Error('no incident');
  return step.incident;
}

function did(worked: Worked): Incident {
  if (worked.kind === 'refused') throw new Error(worked.reasons.map(({ code }) => code).join());
  return worked.incident;
}

const codes = (worked: Worked): readonly string[] =>
  worked.kind === 'refused' ? (worked as Refusal).reasons.map(({ code }) => code) : [];

describe('from detection to review (INC-01)', () => {
  test('an alert that pages opens one, with its severity, its owner and what is at risk before the next cut-off (INC-04)', () => {
    expect(opened()).toMatchObject({
      ...{
        state: 'open',
        severity: 1,
        owner: 'platform',
        boundary: 'ours',
        runbook: 'locked-table',
        environment: 'acme-prod',
      },
      cause: { code: 'TABLE_LOCKED', summary: expect.stringContaining('psql') },
      impact: {
        itemsAtRisk: 214,
        sites: ['rotterdam-dc'],
        sentence: expect.stringContaining('214 parcels are at risk for DHL 17:00'),
      },
    });
  });
  test('a ticket opens none', () => {
    expect(planIncidents([], [alertOf([failedCall()])], () => [], now, newId)).toEqual([]);
  });
  test('what pages in the same environment meanwhile joins it, and nothing is opened twice', () => {
    const first = alertOf();
    const incident = opened(first);
    const known = { ...first, incident: incident.id };
    const second = { ...alertOf(), id: 'other', key: 'acme-prod/cut-off', urgency: 'page' as const };
    const [step, ...others] = planIncidents([incident], [known, second], () => [], later(60), newId);
    expect(others).toEqual([]);
    expect(step).toMatchObject({ changes: ['joined'], joined: ['other'], incident: { id: incident.id } });
    expect(planIncidents([incident], [known], () => [], later(60), newId)).toEqual([]);
  });
  test('it goes into review by itself when the last alert is over, at the time it was over', () => {
    const alert = alertOf();
    const incident = opened(alert);
    const over = { ...alert, incident: incident.id, clearSince: later(100), resolvedAt: later(145) };
    const [step] = planIncidents([incident], [over], () => [], later(146), newId);
    expect(step).toMatchObject({ changes: ['recovered'], incident: { state: 'review', recoveredAt: later(100) } });
    const still = { ...alertOf(), id: 'still', incident: incident.id };
    const [half] = planIncidents(
      [{ ...incident, alerts: [...incident.alerts, 'still'] }],
      [over, still],
      () => [],
      later(146),
      newId,
    );
    expect(half?.incident.state ?? 'open').toBe('open');
  });
  test('the worst that it came to is kept, although it gets better', () => {
    const alert = alertOf();
    const incident = opened(alert);
    const better = { ...alert, incident: incident.id, itemsAtRisk: 3, impact: 'three parcels' };
    expect(planIncidents([incident], [better], () => [], later(9), newId)).toEqual([]);
    const blind = { ...better, itemsAtRisk: null };
    expect(planIncidents([incident], [blind], () => [], later(9), newId)).toEqual([]);
  });
  test('who takes the alert has the incident, and leads it', () => {
    const alert = alertOf();
    const incident = opened(alert);
    const taken = { ...acknowledge(alert, 'ada', later(30)), incident: incident.id };
    const [step] = planIncidents([incident], [taken], () => [], later(35), newId);
    expect(step?.incident).toMatchObject({ state: 'acknowledged', acknowledgedAt: later(30), roles: { lead: 'ada' } });
  });
});

describe('when the fault began (INC-03)', () => {
  const release = { at: later(-600), what: 'installed: delivery_dhl' };
  test('is when its first part says, before anybody looked', () => {
    expect(opened().faultStart).toMatchObject({ at: later(-20), because: 'TABLE_LOCKED on stock_picking began then' });
  });
  test('a lock knows how long it has been held: no release moves that', () => {
    const exact = lock({ evidence: { heldSeconds: 20 } });
    expect(opened(alertOf([exact]), [release]).faultStart.at).toEqual(later(-20));
  });
  test('or the release that went shortly before, and not one of yesterday', () => {
    expect(opened(alertOf(), [release]).faultStart).toEqual({
      at: release.at,
      because: 'installed: delivery_dhl, shortly before the first sign',
    });
    expect(
      estimateFaultStart(alertOf(), [
        { ...release, at: later(-90_000) },
        { ...release, at: later(60) },
      ]).at,
    ).toEqual(later(-20));
  });
});

describe('the runbook (INC-02, INC-05)', () => {
  const taken = did(takeIncident(opened(), 'ada', later(30)));
  const step = (index: number, outcome: 'done' | 'failed' | 'skipped' = 'done', note: string | null = null) => ({
    index,
    outcome,
    note,
    action: null,
    by: 'ada',
    at: later(60),
  });
  test('is done in order by whoever has taken it, each step with its time', () => {
    expect(codes(recordStep(opened(), runbook, step(0)))).toEqual(['INCIDENT_UNTAKEN']);
    expect(codes(recordStep(taken, runbook, step(1)))).toEqual(['STEP_OUT_OF_ORDER']);
    const first = did(recordStep(taken, runbook, step(0)));
    expect(first.steps).toEqual([{ ...step(0), text: 'Look who holds it.' }]);
    expect(codes(recordStep(first, runbook, step(0)))).toEqual(['STEP_OUT_OF_ORDER']);
    expect(codes(recordStep(first, runbook, step(7)))).toEqual(['STEP_UNKNOWN']);
  });
  test('a failed step is done again, and one is skipped only with a reason', () => {
    const failed = did(recordStep(taken, runbook, step(0, 'failed')));
    expect(did(recordStep(failed, runbook, step(0))).steps).toHaveLength(2);
    expect(codes(recordStep(taken, runbook, step(0, 'skipped')))).toEqual(['STEP_SKIPPED_SILENTLY']);
    expect(did(recordStep(taken, runbook, step(0, 'skipped', 'known already'))).steps).toHaveLength(1);
  });
  test('an action that needs another to agree waits for another, and nobody agrees with themselves', () => {
    const ready = did(recordStep(taken, runbook, step(0)));
    const asked = did(askOrApprove(ready, runbook, 1, 'ada', later(70)));
    expect(mayRun(asked.requests[0], 1)).toBe(false);
    expect(codes(askOrApprove(asked, runbook, 1, 'ada', later(71)))).toEqual(['APPROVAL_NOT_ANOTHER']);
    const agreed = did(askOrApprove(asked, runbook, 1, 'bo', later(80)));
    expect(mayRun(agreed.requests[0], 1)).toBe(true);
    expect(mayRun(agreed.requests[0], 2)).toBe(false);
    expect(codes(askOrApprove(agreed, runbook, 1, 'bo', later(81)))).toEqual(['APPROVAL_NOT_ANOTHER']);
    expect(codes(askOrApprove(taken, runbook, 0, 'ada', later(70)))).toEqual(['STEP_MANUAL']);
  });
});

describe('the review (INC-06)', () => {
  const over: Incident = { ...opened(), state: 'review', recoveredAt: later(600) };
  test('comes after the end, and closing comes after the review: by who led it, with every action evidenced', () => {
    expect(codes(writeReview(opened(), 'x'))).toEqual(['INCIDENT_NOT_IN_REVIEW']);
    expect(codes(closeIncident(opened(), later(1)))).toEqual(['INCIDENT_NOT_IN_REVIEW']);
    expect(codes(closeIncident(over, later(700)))).toEqual(['LEAD_MISSING', 'REVIEW_MISSING']);
    const led = did(assignRole(did(writeReview(over, 'A session was left open.')), 'lead', 'ada'));
    const acting = did(addAction(led, { id: 'a1', text: 'End idle transactions', owner: 'platform', due: null }));
    expect(codes(closeIncident(acting, later(700)))).toEqual(['ACTIONS_OPEN']);
    expect(codes(closeAction(acting, 'a1', 'done!', 'ada', later(700)))).toEqual(['EVIDENCE_MISSING']);
    const evidenced = did(closeAction(acting, 'a1', 'ledger/4711', 'ada', later(700)));
    expect(codes(closeAction(evidenced, 'a1', 'ledger/4712', 'bo', later(701)))).toEqual(['ACTION_CLOSED']);
    const closed = did(closeIncident(evidenced, later(800)));
    expect(closed).toMatchObject({ state: 'closed', closedAt: later(800) });
    expect(codes(takeIncident(closed, 'bo', later(900)))).toEqual(['INCIDENT_CLOSED']);
    expect(codes(assignRole(closed, 'lead', 'bo'))).toEqual(['INCIDENT_CLOSED']);
  });
});

test('INC-06: what is said to customers names the time on their wall, and nobody by name', () => {
  const [users, customers] = templatesFor(opened(), 'Europe/Amsterdam');
  expect(users?.text).toContain('disturbed since 2026-11-27 16:21 (Europe/Amsterdam)');
  expect(customers?.text).toContain('214 parcels');
  expect(customers?.text).not.toContain('psql');
  expect(templatesFor({ ...opened(), recoveredAt: later(600) }, 'UTC').map(({ name }) => name)).toEqual([
    'over',
    'over',
  ]);
});

describe('without its guards the review would let anything through', () => {
  const over: Incident = { ...opened(), state: 'review', recoveredAt: later(600), roles: { lead: 'ada' } };
  const written = did(writeReview(over, 'A session was left open.'));
  const acting = did(addAction(written, { id: 'a1', text: 'End them', owner: 'platform', due: null }));
  test('an open action is all that keeps it open: the same review closes once it is evidenced', () => {
    expect(codes(closeIncident(acting, later(700)))).toEqual(['ACTIONS_OPEN']);
    expect(did(closeIncident(written, later(700))).state).toBe('closed');
    const assumed = acting.review.actions.map((action) => ({ ...action, evidence: 'ledger/1', closedAt: later(650) }));
    const off = { ...acting, review: { ...acting.review, actions: assumed } };
    expect(did(closeIncident(off, later(700))).state).toBe('closed');
  });
  test.each([
    ['nothing', ''],
    ['a word', 'done'],
    ['the name of a record without its number', 'ledger/'],
  ])('%s is no evidence', (_, evidence) => {
    expect(codes(closeAction(acting, 'a1', evidence, 'ada', later(700)))).toEqual(['EVIDENCE_MISSING']);
  });
});

describe('figures (MET-05, MET-06, MET-14)', () => {
  const incident = (
    detect: number,
    acknowledge: number | null,
    recover: number | null,
    code = 'TABLE_LOCKED',
  ): Incident => {
    const base = opened();
    return {
      ...base,
      cause: { ...base.cause, code },
      ...{ faultStart: { at: now, because: '' }, detectedAt: later(detect) },
      acknowledgedAt: acknowledge === null ? null : later(detect + acknowledge),
      recoveredAt: recover === null ? null : later(recover),
    };
  };
  test('fixture incidents give known means', () => {
    expect(figuresOf([incident(10, 60, 600), incident(30, null, 1_200), incident(20, 120, null)])).toEqual({
      ...{ incidents: 3, untaken: 1, openActions: 0 },
      meanTimeToDetect: { seconds: 20, count: 3 },
      meanTimeToAcknowledge: { seconds: 90, count: 2 },
      meanTimeToRecover: { seconds: 900, count: 2 },
    });
    expect(figuresOf([]).meanTimeToRecover).toEqual({ seconds: null, count: 0 });
  });
  test('a rising time to recover names candidate causes with what speaks for them; little data names no trend', () => {
    const before = [1, 2, 3].map(() => incident(10, 60, 300));
    const after = [incident(10, 60, 900), incident(10, 60, 900), incident(10, 60, 900, 'ODOO_WEB_DOWN')];
    const mttr = interpretFigures(before, after).find(({ figure }) => figure === 'MTTR');
    expect(mttr).toMatchObject({ trend: 'rising' });
    expect(mttr?.candidates).toEqual([
      { cause: 'the database: locks, bloat or connections', evidence: '2 of 3 began with TABLE_LOCKED' },
      { cause: 'workers: web, scheduled jobs or queues', evidence: '1 of 3 began with ODOO_WEB_DOWN' },
    ]);
    const partners = after.map((each) => ({ ...each, boundary: 'partner' as const }));
    const [first] = interpretFigures(before, partners);
    expect(first?.candidates).toContainEqual({
      cause: 'a partner or its link',
      evidence: '3 of 3 began with TABLE_LOCKED, ODOO_WEB_DOWN',
    });
    expect(interpretFigures(before.slice(1), after).find(({ figure }) => figure === 'MTTR')?.trend).toBe('unknown');
    expect(interpretFigures(before, before).find(({ figure }) => figure === 'MTTD')?.trend).toBe('steady');
  });
});
