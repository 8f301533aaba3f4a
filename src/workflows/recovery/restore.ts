import { Fault } from '../../core/kernel/index.ts';
import type { LedgerData } from '../../core/ledger/index.ts';
import {
  reasonOf as checkReason,
  clockCheck,
  type RestoreReport,
  type RestoreStep,
  rpoAchieved,
  type WorkTimes,
  workTimes,
} from '../../core/recovery/index.ts';
import { steadyFrom } from '../steady-clock.ts';
import { reasonOf } from './record-backup.ts';
import type { RestoreDependencies, RestoreRequest, RestoreRun } from './restore-parts.ts';
import { restoreActs } from './restore-steps.ts';

async function note(run: RestoreRun, what: string, data: LedgerData): Promise<void> {
  const { deps, environment, id, wish } = run;
  const type = `${wish.mode === 'clone' ? 'clone' : 'restore'}.${what}`;
  const draft = {
    actor: deps.actor,
    type,
    subject: `environment/${environment.name}`,
    data: { restore: id, target: wish.target, inPlace: wish.mode === 'in-place', ...data },
  };
  await deps.store.transaction(async (inside) => {
    await inside.ledger.append(draft, deps.clock.now());
  });
}

async function perform(run: RestoreRun, step: RestoreStep): Promise<void> {
  const { deps, listener, findings, signal } = run;
  signal?.throwIfAborted();
  const startedAt = deps.clock.now();
  listener.began(step);
  try {
    await restoreActs[step.kind](run, (progress) => listener.progressed(step, progress));
  } catch (error) {
    listener.failed(step);
    throw error;
  } finally {
    findings.phases.push({ phase: step.kind, seconds: deps.clock.now().since(startedAt).total('seconds') });
  }
  listener.ended(step);
}

/** Undoes what was begun: whatever happened, what was there before serves again, or nothing of the new one is left. */
async function undo(run: RestoreRun): Promise<string> {
  const { deps, wish, findings } = run;
  await findings.place?.remove();
  if (wish.mode !== 'in-place') {
    if (findings.isExchanged === true) await deps.target.remove();
    else await deps.target.heal();
    return 'Nothing of it is left.';
  }
  await deps.target.heal();
  await deps.target.putBack();
  const failed = await deps.bringUp({ report: () => undefined }).then(
    () => undefined,
    (error: unknown) => reasonOf(error),
  );
  // Also where it did not come up: whoever supervises tries again, and nobody has to know that it was held.
  await deps.target.letRun();
  if (failed === undefined) return 'What was there before is in its place and serves again.';
  return `What was there before is in its place, and does not serve: ${failed} Bring it up with \`plimsoll up\`.`;
}

function reportOf(run: RestoreRun, times: WorkTimes): RestoreReport {
  const { environment, wish, point, findings, id } = run;
  const { copy, servedAt } = findings;
  return {
    id,
    mode: wish.mode,
    source: environment.name,
    target: wish.target,
    backup: point.id,
    method: point.method,
    reachesAt: point.reachesAt,
    startedAt: times.startedAt,
    finishedAt: times.finishedAt,
    phases: findings.phases,
    checks: [...findings.checks, ...clockCheck(times)],
    rpoAchievedSeconds: copy === undefined ? null : rpoAchieved(times.latestStart, copy.lastBusinessRowAt),
    rtoAchievedSeconds: servedAt === undefined ? null : servedAt.since(run.startedAt).total('seconds'),
    isNeutralised: !wish.isLive,
    safetyBackup: findings.safetyBackup ?? null,
    keptOld: findings.keptOld ?? null,
  };
}

const seconds = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });

/** What failed in a place that was disturbed from outside failed for that, whatever it says itself. */
async function disturbance({ findings, signal }: RestoreRun, failure: unknown): Promise<Fault | undefined> {
  if (signal?.aborted === true || !(failure instanceof Fault)) return undefined;
  const disturbed = await findings.place?.disturbedBy();
  if (disturbed === undefined || disturbed.code === failure.code) return undefined;
  return new Fault(disturbed.code, `${failure.message.replace(/[.]$/, '')}: ${disturbed.message}`, { cause: failure });
}

async function walk(run: RestoreRun): Promise<void> {
  for (const step of run.plan.steps) await perform(run, step);
}

/**
 * Carries out a plan: what is restored is made in a place of its own, checked there, and only then exchanged, by renaming.
 * Beginning and end are in the ledger. Throws what failed, after it was undone; a kill leaves the old or the new, whole.
 */
export async function restore(
  given: RestoreDependencies,
  request: RestoreRequest & { readonly id: string },
): Promise<RestoreReport> {
  const { wish, plan, environment } = request;
  const deps = { ...given, clock: steadyFrom(given.clock) };
  const { point, lossSeconds } = plan;
  const run: RestoreRun = {
    ...request,
    deps,
    point,
    startedAt: deps.clock.now(),
    findings: { checks: [], phases: [] },
  };
  await deps.places.sweep();
  await note(run, 'started', {
    backup: point.id,
    reachesAt: seconds(point.reachesAt),
    isLive: wish.isLive,
    lossSeconds: lossSeconds === null ? null : Math.round(lossSeconds),
    acceptedLossSeconds: wish.acceptLossSeconds ?? null,
    withoutSafetyBackup: wish.withoutSafetyBackup,
  });
  try {
    await walk(run);
  } catch (failure) {
    const error = (await disturbance(run, failure)) ?? failure;
    const after = await undo(run).catch((failed: unknown) => `It could not be undone: ${reasonOf(failed)}`);
    await note(run, 'failed', { backup: point.id, reason: reasonOf(error), after });
    if (!(error instanceof Fault)) throw error;
    // A tool's own last words often end without a full stop.
    const said = error.message.replace(/[^.!?]$/, '$&.');
    throw new Fault(error.code, `${said} ${after}`, { cause: error, details: error.details });
  }
  const report = reportOf(run, workTimes(run.startedAt, deps.clock.now(), given.clock.now()));
  await note(run, 'succeeded', {
    backup: point.id,
    reachesAt: seconds(point.reachesAt),
    rpoAchievedSeconds: report.rpoAchievedSeconds,
    rtoAchievedSeconds: report.rtoAchievedSeconds,
    safetyBackup: report.safetyBackup,
    isNeutralised: report.isNeutralised,
    failedChecks: report.checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name),
    warnings: report.checks.filter(({ outcome }) => outcome === 'warning').map(checkReason),
    environment: environment.name,
  });
  return report;
}
