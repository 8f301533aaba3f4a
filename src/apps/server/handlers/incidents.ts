import { randomUUID } from 'node:crypto';
import { isPermitted, type Permission } from '../../../core/access/index.ts';
import type { RunbookAction } from '../../../core/estate/index.ts';
import { figuresOf, type Incident, interpretFigures } from '../../../core/incident/index.ts';
import { Fault, type Refusal } from '../../../core/kernel/index.ts';
import type { Actor } from '../../../core/ledger/index.ts';
import type { Caller } from '../../../ports/access.ts';
import { workOnIncident } from '../../../workflows/incident/act.ts';
import type { Performed } from '../../../workflows/incident/perform.ts';
import { runStep, type WantedAction } from '../../../workflows/incident/run-step.ts';
import { actorOf } from '../authorize.ts';
import type { ServerDeps } from '../deps.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { Refused } from '../problem.ts';
import { iso } from '../views/format.ts';
import { incidentDetail, incidentView } from '../views/incidents.ts';

type Names = 'listIncidents' | 'getIncident' | 'workOnIncident' | 'runIncidentStep' | 'getIncidentFigures';

/** What an action needs besides the right to act in incidents: the same as doing it by itself (INC-05). */
const rightTo: Readonly<Record<RunbookAction['kind'], Permission>> = {
  'run-journey': 'journeys:run',
  'start-backup': 'backups:run',
  'start-drill': 'drills:run',
  'restart-component': 'environments:act',
  'end-session': 'environments:act',
};

function resultOf(answer: { readonly kind: 'done'; readonly incident: Incident } | Refusal) {
  if (answer.kind === 'refused') throw new Refused(answer);
  return incidentView(answer.incident);
}

const actingDeps = (deps: ServerDeps) => ({
  store: deps.store,
  clock: deps.clock,
  estate: () => deps.estate().estate,
  newId: randomUUID,
});

/** Throws PERMISSION_DENIED where the caller may not do by itself what the step does. */
function rightsOf({ role }: Caller) {
  return ({ kind }: RunbookAction): void => {
    const right = rightTo[kind];
    if (isPermitted(role, right)) return;
    throw new Fault('PERMISSION_DENIED', `The role ${role} does not hold ${right}, which this action needs.`);
  };
}

async function runJourneyStep(deps: ServerDeps, environment: string, journey: string, signal: AbortSignal) {
  const run = await deps.runJourney(environment, journey, signal);
  if (run === undefined) return { isGood: false, note: `${environment} has no journey ${journey}` };
  const note = `journey/${run.id} ${run.outcome}${run.reason === null ? '' : `: ${run.reason}`}`;
  return { isGood: run.outcome === 'passed', note };
}

async function startDrillStep(deps: ServerDeps, environment: string, by: Actor): Promise<Performed> {
  const answer = await deps.startDrill(environment, undefined, by);
  if (answer.kind === 'started') {
    const note = `a drill of backup/${answer.backup} was started; \`plimsoll drill list\` says what it proves`;
    return { isGood: true, note };
  }
  return { isGood: false, note: answer.reasons.map(({ message }) => message).join(' ') };
}

function runner(deps: ServerDeps, by: Actor, signal: AbortSignal) {
  return async ({ action, environment: name, session }: WantedAction): Promise<Performed> => {
    const environment = findEnvironment(deps, name);
    switch (action.kind) {
      case 'run-journey':
        return runJourneyStep(deps, name, action.journey, signal);
      case 'start-backup':
        return { isGood: true, note: `backup/${await deps.startBackup(environment, by)}` };
      case 'start-drill':
        return startDrillStep(deps, name, by);
      case 'restart-component':
        return deps.acting.restartComponent(environment, action.component, signal);
      case 'end-session':
        return deps.acting.endSession(environment, session, signal);
    }
  };
}

const mostIncidents = 5_000;

/** Incidents, what is done in them, and what they add up to. */
export const incidentHandlers: HandlerGroup<Names> = (deps) => ({
  listIncidents: async ({ query }) => {
    const { environment, state, limit } = query;
    const states = state === undefined ? undefined : [state];
    return { items: (await deps.store.incidents.list({ environment, states, limit })).map(incidentView) };
  },
  getIncident: async ({ params }) => {
    const incident = await deps.store.incidents.get(params.id);
    if (incident === undefined) throw new Fault('NOT_FOUND', `There is no incident ${params.id}.`);
    return incidentDetail(deps, incident);
  },
  workOnIncident: async ({ params, body, caller }) =>
    resultOf(await workOnIncident(actingDeps(deps), params.id, body, actorOf(caller))),
  runIncidentStep: async ({ params, caller, signal }) => {
    const acting = { ...actingDeps(deps), assertRight: rightsOf(caller), run: runner(deps, actorOf(caller), signal) };
    return resultOf(await runStep(acting, params.id, params.index, actorOf(caller)));
  },
  getIncidentFigures: async ({ query }) => {
    const to = deps.clock.now();
    const from = to.subtract({ hours: query.days * 24 });
    const detectedSince = from.subtract({ hours: query.days * 24 });
    const both = await deps.store.incidents.list({
      environment: query.environment,
      detectedSince,
      limit: mostIncidents,
    });
    const [now, before] = [true, false].map((isNow) =>
      both.filter(({ detectedAt }) => Temporal.Instant.compare(detectedAt, from) >= 0 === isNow),
    );
    const interpretations = interpretFigures(before ?? [], now ?? []);
    return {
      ...{ from: iso(from), to: iso(to), ...figuresOf(now ?? []) },
      interpretations: interpretations.map((each) => ({
        ...each,
        candidates: each.candidates.map((candidate) => ({ ...candidate })),
      })),
    };
  },
});
