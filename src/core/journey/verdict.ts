import type { FaultCode } from '../kernel/index.ts';
import type { JourneyDefinition } from './definition.ts';
import type { JourneyRun, JourneyStep } from './journey.ts';

/** How a script came to its end. */
export type Ending =
  | { readonly kind: 'finished' }
  /** Odoo answered, but not with what the business needs. */
  | { readonly kind: 'mismatch'; readonly reason: string }
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly message: string; readonly isOurKey: boolean }
  /** We were told to stop. */
  | { readonly kind: 'interrupted' };

export interface Verdict {
  readonly outcome: JourneyRun['outcome'];
  readonly reason: string | null;
}

/** Faults that say something about us rather than about Odoo. */
function isOurs(ending: Extract<Ending, { kind: 'fault' }>): boolean {
  return ending.isOurKey || ending.code === 'SECRET_UNRESOLVED' || ending.code === 'SETTING_INVALID';
}

/**
 * The verdict. Failed: the business service is broken, and the reason names the step and Odoo's own words. An Odoo that
 * cannot be reached or does not answer in time is broken for its users too. Unknown: only we are at fault (a refused
 * key, a missing secret), or we were interrupted.
 */
export function judge(stepName: string | undefined, ending: Ending): Verdict {
  if (ending.kind === 'finished') return { outcome: 'passed', reason: null };
  const where = stepName === undefined ? 'before the first step' : stepName;
  if (ending.kind === 'interrupted') return { outcome: 'unknown', reason: `${where}: interrupted` };
  if (ending.kind === 'mismatch') return { outcome: 'failed', reason: `${where}: ${ending.reason}` };
  return { outcome: isOurs(ending) ? 'unknown' : 'failed', reason: `${where}: ${ending.code}: ${ending.message}` };
}

/** The steps as they went, with those that were never reached marked as skipped. */
export function withSkipped(definition: JourneyDefinition, done: readonly JourneyStep[]): readonly JourneyStep[] {
  const reached = new Set(done.map(({ name }) => name));
  const skipped = definition.steps
    .filter(({ name }) => !reached.has(name))
    .map(({ name }): JourneyStep => ({ name, outcome: 'skipped', durationSeconds: 0, detail: null }));
  const tidied = done.filter(({ name }) => name === cleanUpStep);
  return [...done.filter(({ name }) => name !== cleanUpStep), ...skipped, ...tidied];
}

/** The name under which tidying is reported; its outcome never changes the verdict. */
export const cleanUpStep = 'clean up';

/** For how long after a time-out no further write journey goes to the same Odoo: the default of its own limit_time_real. */
export const holdBackSeconds = 120;

/**
 * A request that timed out may still occupy a worker of Odoo's until that ends it (120 s by default). Sending the next
 * one behind it would take the workers away from real users one by one. Answers the run to wait for, if any.
 */
export function heldBackBy(recent: readonly JourneyRun[], now: Temporal.Instant): JourneyRun | undefined {
  return recent.find((run) => {
    const ageSeconds = now.since(run.startedAt).total('seconds') - run.durationSeconds;
    return run.outcome === 'failed' && run.reason?.includes('ODOO_TIMEOUT') === true && ageSeconds < holdBackSeconds;
  });
}
