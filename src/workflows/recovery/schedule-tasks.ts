import { keepTasksSeconds } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import type { DurableWork } from '../controller.ts';

const lookEverySeconds = 60;

export interface TaskKeepingDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly durable: Pick<Durable, 'define'>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** The look at which recovery work nobody runs any more. */
export const taskKeepingWork: DurableWork = {
  name: 'recovery-tasks',
  everySeconds: lookEverySeconds,
  workflow: 'keep-recovery-tasks',
  input: {},
};

/** Writes down what is lost, and forgets what ended long ago; answers how many were lost. */
export async function keepTasks({ clock, store, log }: Omit<TaskKeepingDeps, 'durable'>): Promise<number> {
  const now = clock.now();
  const lost = await store.recoveryTasks.settleLost(now);
  for (const { id, kind, environment } of lost) {
    log({ level: 'warn', message: 'recovery work gave no more sign of life', task: id, kind, environment });
  }
  await store.recoveryTasks.prune(now.subtract({ seconds: keepTasksSeconds }));
  return lost.length;
}

/** Makes the keeping of recovery tasks known to the engine. */
export function defineTaskKeeping(deps: TaskKeepingDeps): void {
  deps.durable.define({
    name: 'keep-recovery-tasks',
    attempts: 1,
    run: async (_input, context) => {
      await context.step('settle', () => keepTasks(deps));
    },
  });
}
