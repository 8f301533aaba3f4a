import type { Alert } from '../alert/index.ts';
import {
  type Environment,
  isDisruptive,
  type RunbookAction,
  type RunbookStep,
  type RunLimit,
} from '../estate/index.ts';
import { formatDuration, type Refusal, refuse } from '../kernel/index.ts';
import type { Incident } from './incident.ts';

/** What an action is called in records: the same name is the same action. */
export function actionName(action: RunbookAction): string {
  switch (action.kind) {
    case 'run-journey':
      return `run the journey ${action.journey}`;
    case 'restart-component':
      return `restart ${action.component}`;
    case 'end-session':
      return 'end the session that holds up the others';
    case 'start-backup':
      return 'take a backup';
    case 'start-drill':
      return 'start a drill';
  }
}

/**
 * How many others must agree (INC-05): as many as the step asks for, and for what takes something from who works at the moment
 * at least as many as for any change of the environment. A runbook asks for more, never for less.
 */
export function approvalsFor(
  step: Pick<RunbookStep, 'action' | 'approvals'>,
  environment: Pick<Environment, 'tier'> | undefined,
): number {
  const floor = step.action !== undefined && isDisruptive(step.action) ? (environment?.tier.change.approvals ?? 0) : 0;
  return Math.max(step.approvals, floor);
}

/** When actions ran, or were begun, in incidents of one environment. */
export function runsOf(
  incidents: readonly Pick<Incident, 'steps' | 'running'>[],
): readonly { readonly action: string; readonly at: Temporal.Instant }[] {
  return incidents.flatMap(({ steps, running }) => [
    ...steps.flatMap(({ action, at }) => (action === null ? [] : [{ action, at }])),
    ...(running === null ? [] : [{ action: running.action, at: running.at }]),
  ]);
}

/** Whether an action may run once more within its limit, after the runs that were. */
export function checkLimit(
  limit: RunLimit | undefined,
  action: string,
  runs: ReturnType<typeof runsOf>,
  now: Temporal.Instant,
): Refusal | undefined {
  if (limit === undefined) return undefined;
  const since = now.subtract({ milliseconds: Math.round(limit.withinSeconds * 1_000) });
  const own = runs.filter((run) => run.action === action && Temporal.Instant.compare(run.at, since) > 0);
  if (own.length < limit.runs) return undefined;
  const times = own.length === 1 ? 'once' : `${own.length} times`;
  return refuse({
    code: 'ACTION_LIMIT_REACHED',
    message: `Plimsoll has been asked to ${action} ${times} within ${formatDuration(limit.withinSeconds)}; the runbook allows ${limit.runs}.`,
    hint: 'What did not help so often will not help now: look for the cause, or do it by hand and record the step.',
  });
}

/** One session of PostgreSQL, and no later one that was given its process id. */
export interface SessionName {
  readonly pid: number;
  /** When it connected, as PostgreSQL says it to the microsecond. */
  readonly backendStart: string;
}

/** The session that holds up the others, as the alerts name it that are not over; the cause before what follows from it. */
export function blockingSession(
  alerts: readonly Pick<Alert, 'parts' | 'clearSince' | 'resolvedAt'>[],
): SessionName | undefined {
  const live = alerts.filter(({ clearSince, resolvedAt }) => clearSince === null && resolvedAt === null);
  for (const { evidence } of live.flatMap(({ parts }) => parts)) {
    const { pid, backendStart } = evidence;
    if (typeof pid === 'number' && typeof backendStart === 'string' && backendStart !== '')
      return { pid, backendStart };
  }
  return undefined;
}
