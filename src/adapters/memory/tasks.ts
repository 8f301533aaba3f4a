import { storable } from '../../core/kernel/index.ts';
import {
  askedTask,
  beatenTask,
  begunTask,
  cancelledTask,
  endedTask,
  type RecoveryTask,
  taskAsSeen,
} from '../../core/recovery/index.ts';
import type { RecoveryTaskStore } from '../../ports/task-store.ts';

export interface TaskRecords {
  readonly recoveryTasks: Map<string, RecoveryTask>;
}

const cleaned = (task: RecoveryTask): RecoveryTask => ({
  ...task,
  ...storable({ step: task.step, outcome: task.outcome, refusal: task.refusal }),
});

/** Long pieces of recovery work in memory. */
export function recoveryTasksOf(records: TaskRecords): RecoveryTaskStore {
  const put = (task: RecoveryTask): RecoveryTask => {
    const kept = cleaned(task);
    records.recoveryTasks.set(kept.id, kept);
    return kept;
  };
  const change = (id: string, to: (task: RecoveryTask) => RecoveryTask | undefined): RecoveryTask | undefined => {
    const before = records.recoveryTasks.get(id);
    const after = before && to(before);
    return after && put(after);
  };
  return {
    async ask(request, at) {
      if (!records.recoveryTasks.has(request.id)) put(askedTask(request, at));
    },
    async begin(id, at) {
      return change(id, (task) => begunTask(task, at));
    },
    async beat(id, at, told) {
      return change(id, (task) => beatenTask(task, at, told));
    },
    async end(id, at, ending) {
      return change(id, (task) => endedTask(task, at, ending));
    },
    async askToCancel(id, by, at) {
      const before = records.recoveryTasks.get(id);
      const answer = before && cancelledTask(before, by, at);
      return answer?.kind === 'asked' ? { ...answer, task: put(answer.task) } : answer;
    },
    async settleLost(now) {
      const seen = [...records.recoveryTasks.values()].map((before) => ({ before, after: taskAsSeen(before, now) }));
      return seen.filter(({ before, after }) => before !== after).map(({ after }) => put(after));
    },
    async get(id) {
      return records.recoveryTasks.get(id);
    },
    async list({ environment, states, limit }) {
      return [...records.recoveryTasks.values()]
        .filter((task) => environment === undefined || task.environment === environment)
        .filter((task) => states === undefined || states.includes(task.state))
        .sort((a, b) => Temporal.Instant.compare(b.requestedAt, a.requestedAt) || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
    },
    async prune(before) {
      const old = [...records.recoveryTasks.values()].filter(
        ({ endedAt }) => endedAt !== null && Temporal.Instant.compare(endedAt, before) < 0,
      );
      for (const { id } of old) records.recoveryTasks.delete(id);
      return old.length;
    },
  };
}
