import type { Runbook } from '../estate/index.ts';
import { type Refusal, refuse } from '../kernel/index.ts';
import { actionName, checkLimit, type runsOf } from './action.ts';
import type { ActionRequest, Boundary, Communication, Incident, IncidentRole, StepDone } from './incident.ts';

/** An incident after something was done in it, or why that is not possible. */
export type Worked = { readonly kind: 'done'; readonly incident: Incident } | Refusal;

const done = (incident: Incident): Worked => ({ kind: 'done', incident });

const closedAlready = (incident: Incident): Refusal =>
  refuse({
    code: 'INCIDENT_CLOSED',
    message: `${incident.title} is closed.`,
    hint: 'What is closed is not changed; open the next one.',
  });

/** Somebody takes it, and leads it. */
export function takeIncident(incident: Incident, who: string, now: Temporal.Instant): Worked {
  if (incident.state === 'closed') return closedAlready(incident);
  if (incident.state !== 'open') return done(incident);
  const roles = { lead: who, ...incident.roles };
  return done({ ...incident, state: 'acknowledged', acknowledgedAt: now, roles });
}

/** Somebody takes a role, or hands it over. */
export function assignRole(incident: Incident, role: IncidentRole, who: string): Worked {
  if (incident.state === 'closed') return closedAlready(incident);
  return done({ ...incident, roles: { ...incident.roles, [role]: who } });
}

/** On whose side it is turns out otherwise. */
export function moveBoundary(incident: Incident, boundary: Boundary): Worked {
  if (incident.state === 'closed') return closedAlready(incident);
  return done({ ...incident, boundary });
}

/** Whether a step can be done now: taken first, then one after the other. */
function checkStep(incident: Incident, runbook: Runbook | undefined, index: number): Refusal | undefined {
  if (incident.state === 'closed') return closedAlready(incident);
  const step = runbook?.steps[index];
  if (runbook === undefined || step === undefined) {
    const message =
      runbook === undefined ? 'No runbook answers this incident.' : `${runbook.name} has no step ${index + 1}.`;
    return refuse({
      code: 'STEP_UNKNOWN',
      message,
      hint: 'Write a Runbook whose `when:` names the code of the incident.',
    });
  }
  if (incident.state === 'open') {
    return refuse({
      code: 'INCIDENT_UNTAKEN',
      message: 'Nobody has taken the incident yet.',
      hint: 'Take it first: then it is known who acts.',
    });
  }
  const next = nextStep(incident);
  if (index === next) return undefined;
  const message = index < next ? `Step ${index + 1} has been done.` : `Step ${next + 1} comes first.`;
  return refuse({
    code: 'STEP_OUT_OF_ORDER',
    message,
    hint: 'Steps are done in order; one that is not needed is skipped, with a reason.',
  });
}

/** The step that is next: the first that is neither done nor skipped. */
export function nextStep({ steps }: Pick<Incident, 'steps'>): number {
  return steps.filter(({ outcome }) => outcome !== 'failed').length;
}

/** Records a step as done, failed or skipped, by whom and when (INC-02). A failed one may be done again. */
export function recordStep(incident: Incident, runbook: Runbook | undefined, step: Omit<StepDone, 'text'>): Worked {
  const refusal = checkStep(incident, runbook, step.index);
  if (refusal !== undefined) return refusal;
  if (step.outcome === 'skipped' && step.note === null) {
    return refuse({
      code: 'STEP_SKIPPED_SILENTLY',
      message: 'A step is skipped with a reason.',
      hint: 'Say why it is not needed.',
    });
  }
  const text = runbook?.steps[step.index]?.text ?? '';
  const requests = incident.requests.filter(({ index }) => index !== step.index);
  const running = incident.running?.index === step.index ? null : incident.running;
  return done({ ...incident, steps: [...incident.steps, { ...step, text }], requests, running });
}

/** An action that has said nothing for this long was cut off: no run of ours lasts so long. */
const forgottenSeconds = 900;

/**
 * Begins a step's action, once, however many ask at the same time (INC-05): when it is due, enough others have agreed, and it
 * has not run as often as its limit allows. `runs` are those of the environment, `approvals` what approvalsFor says.
 */
export function beginRun(
  incident: Incident,
  runbook: Runbook | undefined,
  wanted: { readonly index: number; readonly by: string; readonly at: Temporal.Instant; readonly approvals: number },
  runs: ReturnType<typeof runsOf>,
): Worked {
  const { index, by, at } = wanted;
  const refusal = checkStep(incident, runbook, index);
  if (refusal !== undefined) return refusal;
  const step = runbook?.steps[index];
  if (step?.action === undefined) return manual(index);
  const request = incident.requests.find((each) => each.index === index);
  if (!mayRun(request, wanted.approvals)) {
    return refuse({
      code: 'APPROVAL_MISSING',
      message: `Step ${index + 1} needs the agreement of ${wanted.approvals} more, and has that of ${request?.approvals.length ?? 0}.`,
      hint: 'Ask for it with `plimsoll incident run`; another person agrees with the same command.',
    });
  }
  const { running } = incident;
  if (running !== null && at.since(running.at).total('seconds') < forgottenSeconds) {
    return refuse({
      code: 'ACTION_RUNNING',
      message: `${running.by} has begun step ${running.index + 1} already, and it is under way.`,
      hint: 'Wait for what comes of it: `plimsoll incident show` says so.',
    });
  }
  const action = actionName(step.action);
  const overLimit = checkLimit(step.limit, action, runs, at);
  return overLimit ?? done({ ...incident, running: { index, action, by, at } });
}

const manual = (index: number): Refusal =>
  refuse({
    code: 'STEP_MANUAL',
    message: `Step ${index + 1} is done by a person.`,
    hint: 'Record it when it is done.',
  });

/** Whether an action may run: agreed to by as many others as the runbook asks for (INC-05). */
export function mayRun(request: ActionRequest | undefined, approvals: number): boolean {
  return approvals === 0 || (request !== undefined && request.approvals.length >= approvals);
}

/** Somebody asks that a step's action runs, or agrees to it. Nobody agrees to what they ask for, or twice. */
export function askOrApprove(
  incident: Incident,
  runbook: Runbook | undefined,
  index: number,
  who: string,
  now: Temporal.Instant,
): Worked {
  const refusal = checkStep(incident, runbook, index);
  if (refusal !== undefined) return refusal;
  if (runbook?.steps[index]?.action === undefined) return manual(index);
  const request = incident.requests.find((each) => each.index === index);
  if (request === undefined) {
    return done({ ...incident, requests: [...incident.requests, { index, by: who, at: now, approvals: [] }] });
  }
  if (request.by === who || request.approvals.some(({ by }) => by === who)) {
    return refuse({
      code: 'APPROVAL_NOT_ANOTHER',
      message: `${who} has asked for it or agreed to it already.`,
      hint: 'Another person must agree.',
    });
  }
  const agreed = { ...request, approvals: [...request.approvals, { by: who, at: now }] };
  return done({ ...incident, requests: incident.requests.map((each) => (each === request ? agreed : each)) });
}

/** Keeps what was said to people. */
export function recordCommunication(incident: Incident, said: Communication): Worked {
  if (incident.state === 'closed') return closedAlready(incident);
  return done({ ...incident, communications: [...incident.communications, said] });
}
