import type { RestoreReport, RestoreStep } from '../../core/recovery/index.ts';
import { restore } from './restore.ts';
import type { RestoreDependencies, RestoreListener, RestoreRequest } from './restore-parts.ts';
import { runTask, type TaskHandle } from './run-task.ts';

const stepOf = ({ title }: RestoreStep): string => `${title.slice(0, 1).toLowerCase()}${title.slice(1)}`;

/** Tells the task what the listener hears. */
function heardBy({ report }: TaskHandle, listener: RestoreListener): RestoreListener {
  return {
    ...listener,
    began: (step) => {
      report({ step: stepOf(step) });
      listener.began(step);
    },
    progressed: (step, progress) => {
      const { doneBytes, totalBytes } = progress;
      report({ step: stepOf(step), ...(doneBytes === undefined ? {} : { doneBytes, totalBytes }) });
      listener.progressed(step, progress);
    },
  };
}

function wordsOf({ mode, target, backup, checks }: RestoreReport): string {
  const failed = checks.filter(({ outcome }) => outcome === 'failed').length;
  const damage = failed === 0 ? '' : ` ${failed} of its checks failed.`;
  const what = mode === 'in-place' ? `${target} was brought back` : `${target} was made`;
  return `${what} from ${backup} and serves.${damage}`;
}

/**
 * Carries out a restore or a clone where everybody can see it and cancel it, under the id of the restore. One in place can be
 * cancelled until it exchanges old for new: from then on people may write to what was restored.
 */
export async function runRestoreTask(
  deps: RestoreDependencies,
  request: RestoreRequest & { readonly id: string },
): Promise<RestoreReport> {
  const { id, wish, plan, environment, listener, signal } = request;
  const isInPlace = wish.mode === 'in-place';
  const order = {
    id,
    kind: wish.mode === 'clone' ? 'clone' : 'restore',
    environment: environment.name,
    backup: plan.point.id,
    target: isInPlace ? null : wish.target,
    requestedBy: deps.actor,
    signal,
  } as const;
  return runTask(deps, order, async (task) => {
    const beforeExchange = isInPlace ? task.passReturn : undefined;
    const heard = { ...request, signal: task.signal, listener: heardBy(task, listener), beforeExchange };
    const report = await restore(deps, heard);
    return { result: report, outcome: wordsOf(report) };
  });
}
