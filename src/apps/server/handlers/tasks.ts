import { Fault } from '../../../core/kernel/index.ts';
import type { RecoveryTask, TaskState } from '../../../core/recovery/index.ts';
import { cancelTask, readTask, readTasks } from '../../../workflows/recovery/tasks.ts';
import { actorOf } from '../authorize.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { Refused } from '../problem.ts';
import { taskView } from '../views/tasks.ts';

type Names = 'listRecoveryTasks' | 'getRecoveryTask' | 'cancelRecoveryTask';

function statesOf(wanted: TaskState | 'under-way' | undefined): readonly TaskState[] | undefined {
  if (wanted === undefined) return undefined;
  return wanted === 'under-way' ? ['waiting', 'running'] : [wanted];
}

function known(task: RecoveryTask | undefined, id: string): RecoveryTask {
  if (task === undefined) throw new Fault('NOT_FOUND', `There is no recovery work ${id}.`);
  return task;
}

/** Recovery work as it is now, and the wish that it end. */
export const taskHandlers: HandlerGroup<Names> = (deps) => ({
  listRecoveryTasks: async ({ query }) => {
    const { environment, state, limit } = query;
    if (environment !== undefined) findEnvironment(deps, environment);
    const tasks = await readTasks(deps, { environment, states: statesOf(state), limit });
    return { items: tasks.map(taskView) };
  },
  getRecoveryTask: async ({ params }) => taskView(known(await readTask(deps, params.id), params.id)),
  cancelRecoveryTask: async ({ params, caller }) => {
    // One that is lost is ended, whatever its record still says: nobody would hear the wish.
    await deps.store.recoveryTasks.settleLost(deps.clock.now());
    const answer = await cancelTask(deps, params.id, actorOf(caller));
    if (answer?.kind === 'refused') throw new Refused(answer);
    return taskView(known(answer?.task, params.id));
  },
});
