import { acknowledge } from '../../core/alert/index.ts';
import type { Estate, Runbook, RunbookAction } from '../../core/estate/index.ts';
import {
  addAction,
  askOrApprove,
  assignRole,
  type Boundary,
  type Communication,
  closeAction,
  closeIncident,
  type Incident,
  type IncidentRole,
  mayRun,
  moveBoundary,
  planCommunication,
  recordCommunication,
  recordStep,
  type StepDone,
  takeIncident,
  type WantedCommunication,
  type Worked,
  writeReview,
} from '../../core/incident/index.ts';
import { Fault, type Refusal } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { incidentFacts } from './follow.ts';

/** Something that is done in an incident. */
export type IncidentWork =
  | { readonly do: 'take' }
  | { readonly do: 'assign'; readonly role: IncidentRole; readonly who: string }
  | { readonly do: 'boundary'; readonly boundary: Boundary }
  | { readonly do: 'step'; readonly index: number; readonly outcome: StepDone['outcome']; readonly note: string | null }
  | { readonly do: 'ask'; readonly index: number }
  | ({ readonly do: 'communicate' } & Pick<Communication, 'template' | 'audience' | 'text'>)
  | ({ readonly do: 'send' } & WantedCommunication)
  | { readonly do: 'review'; readonly summary: string }
  | { readonly do: 'add-action'; readonly text: string; readonly owner: string; readonly due: string | null }
  | { readonly do: 'close-action'; readonly id: string; readonly evidence: string }
  | { readonly do: 'close' };

export interface IncidentDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly estate: () => Pick<Estate, 'runbooks' | 'channels' | 'environments'>;
  readonly newId: () => string;
}

/** Past tense for the ledger. */
const types: Readonly<Record<IncidentWork['do'], string>> = {
  take: 'acknowledged',
  assign: 'role-assigned',
  boundary: 'boundary-moved',
  step: 'step-recorded',
  ask: 'action-requested',
  communicate: 'communicated',
  send: 'communication-sent',
  review: 'review-written',
  'add-action': 'action-added',
  'close-action': 'action-closed',
  close: 'closed',
};

function apply(
  incident: Incident,
  work: IncidentWork,
  who: string,
  runbook: Runbook | undefined,
  now: Temporal.Instant,
  newId: () => string,
  sentBy: readonly string[],
): Worked {
  switch (work.do) {
    case 'take':
      return takeIncident(incident, who, now);
    case 'assign':
      return assignRole(incident, work.role, work.who);
    case 'boundary':
      return moveBoundary(incident, work.boundary);
    case 'step': {
      const { index, outcome, note } = work;
      return recordStep(incident, runbook, { index, outcome, note, by: who, at: now });
    }
    case 'ask':
      return askOrApprove(incident, runbook, work.index, who, now);
    case 'communicate': {
      const { template, audience, text } = work;
      return recordCommunication(incident, { template, audience, text, by: who, at: now, channels: [] });
    }
    case 'send': {
      const { template, audience, text } = work;
      return recordCommunication(incident, { template, audience, text, by: who, at: now, channels: sentBy });
    }
    case 'review':
      return writeReview(incident, work.summary);
    case 'add-action':
      return addAction(incident, { id: newId(), text: work.text, owner: work.owner, due: work.due });
    case 'close-action':
      return closeAction(incident, work.id, work.evidence, who, now);
    case 'close':
      return closeIncident(incident, now);
  }
}

const nothingToSend = { kind: 'planned', drafts: [] } as const;

/** Taking an incident takes its alerts: nobody further up is called. */
async function takeAlerts(store: Store, incident: Incident, who: string, now: Temporal.Instant): Promise<void> {
  const alerts = await Promise.all(incident.alerts.map((id) => store.alerts.get(id)));
  await store.alerts.put(alerts.flatMap((alert) => (alert === undefined ? [] : [acknowledge(alert, who, now)])));
}

/** Does something in an incident, or answers why not; either way it is in the ledger, in the same transaction. */
export async function workOnIncident(
  deps: IncidentDeps,
  id: string,
  work: IncidentWork,
  actor: Actor,
): Promise<{ readonly kind: 'done'; readonly incident: Incident } | Refusal> {
  return deps.store.transaction(async (store) => {
    await store.alerts.lock();
    const now = deps.clock.now();
    const incident = await store.incidents.get(id);
    if (incident === undefined) throw new Fault('NOT_FOUND', `There is no incident ${id}.`);
    const runbook = deps.estate().runbooks.find(({ name }) => name === incident.runbook);
    const sending = work.do === 'send' ? planCommunication(deps.estate(), incident, work, now) : nothingToSend;
    const drafts = sending.kind === 'planned' ? sending.drafts : [];
    const sentBy = drafts.map(({ channel }) => channel);
    const worked =
      sending.kind === 'refused' ? sending : apply(incident, work, actor.name, runbook, now, deps.newId, sentBy);
    const subject = `incident/${id}`;
    const what = { ...work, do: work.do };
    if (worked.kind === 'refused') {
      const reason = worked.reasons.map(({ message }) => message).join(' ');
      await store.ledger.append({ actor, type: 'incident.refused', subject, data: { ...what, reason } }, now);
      return worked;
    }
    if (worked.incident === incident) return worked;
    await store.incidents.put([worked.incident]);
    await store.outbox.write(drafts, now);
    if (work.do === 'take') await takeAlerts(store, worked.incident, actor.name, now);
    const data = { ...incidentFacts(worked.incident), work: what };
    await store.ledger.append({ actor, type: `incident.${types[work.do]}`, subject, data }, now);
    return worked;
  });
}

export interface RunDeps extends IncidentDeps {
  /** Does what a step says, in the incident's environment; answers what came of it. */
  readonly run: (
    action: RunbookAction,
    environment: string,
  ) => Promise<{ readonly isGood: boolean; readonly note: string }>;
}

/**
 * A step that Plimsoll does: asked for and agreed to first where the runbook wants that (INC-05), then run, then recorded
 * with its time. Until enough others have agreed, asking is all that happens.
 */
export async function runStep(
  deps: RunDeps,
  id: string,
  index: number,
  actor: Actor,
): Promise<{ readonly kind: 'done'; readonly incident: Incident } | Refusal> {
  const incident = await deps.store.incidents.get(id);
  const step = deps.estate().runbooks.find(({ name }) => name === incident?.runbook)?.steps[index];
  const isFree = step?.action !== undefined && step.approvals === 0;
  if (!isFree) {
    const asked = await workOnIncident(deps, id, { do: 'ask', index }, actor);
    if (asked.kind === 'refused') return asked;
    const request = asked.incident.requests.find((each) => each.index === index);
    if (!mayRun(request, step?.approvals ?? 0)) return asked;
  }
  if (step?.action === undefined || incident?.environment == null) {
    return workOnIncident(deps, id, { do: 'ask', index }, actor);
  }
  // Whether the step is due at all is known before anything is run.
  const check = recordStep(
    incident,
    deps.estate().runbooks.find(({ name }) => name === incident.runbook),
    {
      ...{ index, outcome: 'done', note: null, by: actor.name, at: deps.clock.now() },
    },
  );
  if (check.kind === 'refused')
    return workOnIncident(deps, id, { do: 'step', index, outcome: 'done', note: null }, actor);
  const { isGood, note } = await deps.run(step.action, incident.environment);
  return workOnIncident(deps, id, { do: 'step', index, outcome: isGood ? 'done' : 'failed', note }, actor);
}
