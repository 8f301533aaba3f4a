import type { Environment, Estate, LifecycleState } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import { attemptsOfRuns, planBackup } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable, DurableWorkflow } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import type { DurableWork } from '../controller.ts';

const planEverySeconds = 60;
const mostRuns = 200;
/** A run without a sign of life for so long has lost its writer. */
const deadAfterSeconds = 600;

export interface ScheduleDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly durable: Durable;
  readonly estate: () => Estate;
  readonly newId: () => string;
  /** Takes one; a run that is taken up again comes with the same id. */
  readonly takeBackup: (environment: Environment, id: string) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Whether Plimsoll can take backups of it at all: there is a place for them, and files to take. */
function canBackUp({ backup, connect }: Environment): boolean {
  return backup.repository !== undefined && connect.filestore !== undefined;
}

/** The looks at whether a backup is due. Environments that are suspended or retired rest. */
export function backupWorkOf(estate: Estate, lifecycle: ReadonlyMap<string, LifecycleState>): readonly DurableWork[] {
  return estate.environments
    .filter((environment) => canBackUp(environment))
    .filter(({ name }) => !['suspended', 'retired'].includes(lifecycle.get(name) ?? ''))
    .map(({ name }) => ({
      name: `backup-plan/${name}`,
      everySeconds: planEverySeconds,
      workflow: 'backup-plan',
      input: { environment: name },
    }));
}

/** Starts a backup as a durable run: once per key, by whichever controller is free. */
export async function startBackup(
  deps: Pick<ScheduleDeps, 'durable' | 'newId'>,
  environment: string,
  key?: string,
): Promise<string> {
  const id = deps.newId();
  await deps.durable.start('backup', { environment, id }, key ?? `backup/${environment}/${id}`);
  return id;
}

function planWorkflow(deps: ScheduleDeps): DurableWorkflow {
  return {
    name: 'backup-plan',
    attempts: 1,
    run: async (input) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      const runs = await deps.store.backups.list({ environment: environment.name, limit: mostRuns });
      const now = deps.clock.now();
      const isRunning = runs.some(
        ({ state, seenAt }) => state === 'running' && now.since(seenAt).total('seconds') < deadAfterSeconds,
      );
      const history = attemptsOfRuns(runs);
      const { due } = planBackup({ environment, now, history, isRunning, canArchive: false });
      if (due?.method !== 'logical') return;
      // The same slot and the same count of attempts give the same key: several controllers start one backup.
      await startBackup(
        deps,
        environment.name,
        `backup/${environment.name}/${history.length}/${runs[0]?.id ?? 'first'}`,
      );
      deps.log({ level: 'info', message: 'a backup is due', environment: environment.name, why: due.why });
    },
  };
}

function backupWorkflow(deps: ScheduleDeps): DurableWorkflow {
  return {
    name: 'backup',
    attempts: 3,
    run: async (input, context) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      await context.step('back up', async () => {
        try {
          await deps.takeBackup(environment, String(input['id']));
        } catch (error) {
          // Recorded with its reason; the planner says when it is tried again. A lost database is tried at once.
          if (!(error instanceof Fault) || error.code === 'STORE_UNREACHABLE') throw error;
          deps.log({ level: 'warn', message: 'a backup failed', environment: environment.name, error: String(error) });
        }
        return null;
      });
    },
  };
}

/** Makes the planning and the taking of backups known to the engine. */
export function defineBackupWork(deps: ScheduleDeps): void {
  deps.durable.define(planWorkflow(deps));
  deps.durable.define(backupWorkflow(deps));
}
