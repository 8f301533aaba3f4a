import { acknowledge } from '../../core/alert/index.ts';
import type { Environment, Estate, Runbook } from '../../core/estate/index.ts';
import {
  addAction,
  approvalsFor,
  askOrApprove,
  assignRole,
  type Boundary,
  beginRun,
  type Communication,
  closeAction,
  closeIncident,
  type Incident,
  type IncidentRole,
  moveBoundary,
  planCommunication,
  recordCommunication,
  recordStep,
  runsOf,
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
import { checkEvidence } from './evidence.ts';
import { incidentFacts } from './follow.ts';

/** Something that is done in an incident. */
export type IncidentWork =
  | { readonly do: 'take' }
  | { readonly do: 'assign'; readonly role: IncidentRole; readonly who: string }
  | { readonly do: 'boundary'; readonly boundary: Boundary }
  | { readonly do: 'step'; readonly index: number; readonly outcome: StepDone['outcome']; readonly note: string | null }
  | { readonly do: 'ask'; readonly index: number }
  | { readonly do: 'begin'; readonly index: number }
  | { readonly do: 'end'; readonly index: number; readonly outcome: 'done' | 'failed'; readonly note: string }
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
  begin: 'action-begun',
  end: 'action-ended',
  communicate: 'communicated',
  send: 'communication-sent',
  review: 'review-written',
  'add-action': 'action-added',
  'close-action': 'action-closed',
  close: 'closed',
};

/** What deciding about a piece of work needs besides the incident. */
interface Surroundings {
  readonly who: string;
  readonly runbook: Runbook | undefined;
  readonly environment: Environment | undefined;
  readonly runs: ReturnType<typeof runsOf>;
  readonly now: Temporal.Instant;
  readonly newId: () => string;
  readonly sentBy: readonly string[];
}

type RunWork = Extract<IncidentWork, { readonly index: number }>;

function applyToStep(incident: Incident, work: RunWork, around: Surroundings): Worked {
  const { who, runbook, environment, now } = around;
  const { index } = work;
  const step = runbook?.steps[index];
  switch (work.do) {
    case 'step': {
      const { outcome, note } = work;
      return recordStep(incident, runbook, { index, outcome, note, action: null, by: who, at: now });
    }
    case 'ask':
      return askOrApprove(incident, runbook, index, who, now);
    case 'begin': {
      const approvals = step === undefined ? 0 : approvalsFor(step, environment);
      return beginRun(incident, runbook, { index, by: who, at: now, approvals }, around.runs);
    }
    case 'end': {
      const { outcome, note } = work;
      const action = incident.running?.action ?? null;
      return recordStep(incident, runbook, { index, outcome, note, action, by: who, at: now });
    }
  }
}

function apply(incident: Incident, work: IncidentWork, around: Surroundings): Worked {
  const { who, now, newId, sentBy } = around;
  switch (work.do) {
    case 'take':
      return takeIncident(incident, who, now);
    case 'assign':
      return assignRole(incident, work.role, work.who);
    case 'boundary':
      return moveBoundary(incident, work.boundary);
    case 'step':
    case 'ask':
    case 'begin':
    case 'end':
      return applyToStep(incident, work, around);
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

const mostRemembered = 200;
const nothingToSend = { kind: 'planned', drafts: [] } as const;

/** Taking an incident takes its alerts: nobody further up is called. */
async function takeAlerts(store: Store, incident: Incident, who: string, now: Temporal.Instant): Promise<void> {
  const alerts = await Promise.all(incident.alerts.map((id) => store.alerts.get(id)));
  await store.alerts.put(alerts.flatMap((alert) => (alert === undefined ? [] : [acknowledge(alert, who, now)])));
}

/** What ran in incidents of the same environment; those before the newest so many lie too far back to count. */
async function recentRuns(
  store: Store,
  { environment }: Incident,
  work: IncidentWork,
): Promise<ReturnType<typeof runsOf>> {
  if (work.do !== 'begin') return [];
  const around = await store.incidents.list({ environment: environment ?? undefined, limit: mostRemembered });
  return runsOf(around.filter((each) => each.environment === environment));
}

/** The runbook and the environment of an incident, as they are declared now. */
function declaredFor({ runbooks, environments }: ReturnType<IncidentDeps['estate']>, incident: Incident) {
  const runbook = runbooks.find(({ name }) => name === incident.runbook);
  return { runbook, environment: environments.find(({ name }) => name === incident.environment) };
}

/** Why what is to be recorded shows nothing. */
const unprovenBy = async (store: Store, work: IncidentWork): Promise<Refusal | undefined> =>
  work.do === 'close-action' ? checkEvidence(store, work.evidence) : undefined;

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
    const sending = work.do === 'send' ? planCommunication(deps.estate(), incident, work, now) : nothingToSend;
    const drafts = sending.kind === 'planned' ? sending.drafts : [];
    const sentBy = drafts.map(({ channel }) => channel);
    const runs = await recentRuns(store, incident, work);
    const around = { ...declaredFor(deps.estate(), incident), who: actor.name, runs, now, newId: deps.newId, sentBy };
    const refused = sending.kind === 'refused' ? sending : await unprovenBy(store, work);
    const worked = refused ?? apply(incident, work, around);
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
