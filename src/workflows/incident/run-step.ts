import type { RunbookAction } from '../../core/estate/index.ts';
import { approvalsFor, blockingSession, type Incident, mayRun, type SessionName } from '../../core/incident/index.ts';
import type { Refusal } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { Store } from '../../ports/store.ts';
import { type IncidentDeps, workOnIncident } from './act.ts';
import { failureOf, type Performed } from './perform.ts';

/** An action with where it happens and, where one ends a session, which. */
export interface WantedAction {
  readonly action: RunbookAction;
  readonly environment: string;
  readonly session: SessionName | undefined;
}

export interface RunDeps extends IncidentDeps {
  /** Throws `Fault` PERMISSION_DENIED where whoever asks may not do that by itself. */
  readonly assertRight: (action: RunbookAction) => void;
  /** Does what a step says; answers what came of it. What it throws is kept as its failure. */
  readonly run: (wanted: WantedAction) => Promise<Performed>;
}

type Answer = { readonly kind: 'done'; readonly incident: Incident } | Refusal;

async function sessionIn(store: Store, { alerts, environment }: Incident): Promise<SessionName | undefined> {
  const known = await Promise.all(alerts.map((id) => store.alerts.get(id)));
  // What an alert of another environment names is a session of another database.
  return blockingSession(known.flatMap((alert) => (alert?.environment === environment ? alert : [])));
}

/**
 * A step that Plimsoll does (INC-05): asked for and agreed to first where the estate wants that, begun within its limit, run,
 * and recorded with its time and what came of it. Until enough others have agreed, asking is all that happens.
 */
export async function runStep(deps: RunDeps, id: string, index: number, actor: Actor): Promise<Answer> {
  const incident = await deps.store.incidents.get(id);
  const estate = deps.estate();
  const step = estate.runbooks.find(({ name }) => name === incident?.runbook)?.steps[index];
  const environment = estate.environments.find(({ name }) => name === incident?.environment);
  const ask = () => workOnIncident(deps, id, { do: 'ask', index }, actor);
  // What cannot be run at all is refused by asking, with the reason.
  if (step?.action === undefined || incident === undefined || environment === undefined) return ask();
  deps.assertRight(step.action);
  const approvals = approvalsFor(step, environment);
  const own = incident.requests.find((each) => each.index === index);
  if (!mayRun(own, approvals)) {
    const asked = await ask();
    if (asked.kind === 'refused') return asked;
    const request = asked.incident.requests.find((each) => each.index === index);
    if (!mayRun(request, approvals)) return asked;
  }
  const begun = await workOnIncident(deps, id, { do: 'begin', index }, actor);
  if (begun.kind === 'refused') return begun;
  const session = await sessionIn(deps.store, begun.incident);
  const wanted = { action: step.action, environment: environment.name, session };
  const { isGood, note } = await deps.run(wanted).catch(failureOf);
  return workOnIncident(deps, id, { do: 'end', index, outcome: isGood ? 'done' : 'failed', note }, actor);
}
