import type { Environment, Estate, LifecycleState } from '../../core/estate/index.ts';
import { Fault, isDatedAhead } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  attemptsOfRuns,
  type BackupKind,
  type BackupMethod,
  type BackupPlanInput,
  type BackupRun,
  chooseBackupByHand,
  planBackup,
} from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable, DurableWorkflow } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import { faultFrom } from '../bring-up.ts';
import type { DurableWork } from '../controller.ts';
import { restoredAtOf } from './known-restores.ts';

const planEverySeconds = 60;
const mostRuns = 200;
const kinds = ['full', 'differential', 'incremental'] as const satisfies readonly BackupKind[];
/** A run without a sign of life for so long has lost its writer. */
const deadAfterSeconds = 600;

/** A method and a kind of it, as a plan or a person has it. */
export interface WantedBackup {
  readonly method: BackupMethod;
  readonly kind: BackupKind;
}

export interface ScheduleDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly durable: Durable;
  readonly estate: () => Estate;
  readonly newId: (method: BackupMethod) => string;
  /** Whether the log of an environment is archived on this machine. */
  readonly canArchive: (environment: Environment) => Promise<boolean>;
  /** Takes one; a run that is taken up again comes with the same id. */
  readonly takeBackup: (environment: Environment, id: string, wanted: WantedBackup) => Promise<void>;
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

/** Plans for an environment now and not within the minute, because what is there has changed. Once for a key. */
export async function planBackupSoon(durable: Pick<Durable, 'start'>, environment: string, key: string): Promise<void> {
  await durable.start('backup-plan', { environment }, `backup-plan/${environment}/${key}`);
}

type Starting = Pick<ScheduleDeps, 'clock' | 'store' | 'durable' | 'newId' | 'canArchive'>;

/** Starts a backup as a durable run: once per key, by whichever controller is free. */
async function startBackup(
  deps: Pick<ScheduleDeps, 'durable'>,
  environment: string,
  { id, method, kind }: WantedBackup & { readonly id: string },
  key?: string,
): Promise<string> {
  await deps.durable.start('backup', { environment, id, method, kind }, key ?? `backup/${environment}/${id}`);
  return id;
}

const isAlive = ({ state, seenAt }: BackupRun, now: Temporal.Instant): boolean =>
  state === 'running' && !isDatedAhead(seenAt, now) && now.since(seenAt).total('seconds') < deadAfterSeconds;

async function planInput(deps: Starting, environment: Environment) {
  const runs = await deps.store.backups.list({ environment: environment.name, limit: mostRuns });
  const now = deps.clock.now();
  const isRunning = runs.some((run) => isAlive(run, now));
  const canArchive = environment.backup.method === 'physical' && (await deps.canArchive(environment));
  const restoredAt = await restoredAtOf(deps.store, environment.name);
  const input: BackupPlanInput = { environment, now, history: attemptsOfRuns(runs), isRunning, canArchive, restoredAt };
  return { input, runs };
}

/**
 * Starts one because somebody asks for it, or because the chain of the log is broken: of the method and kind that the plan
 * has. Throws what the planner refuses. Who asks for it can see it before anybody has begun it.
 */
export async function startBackupNow(
  deps: Starting,
  environment: Environment,
  how: { readonly key?: string | undefined; readonly requestedBy?: Actor | undefined } = {},
): Promise<string> {
  const { input } = await planInput(deps, environment);
  const choice = chooseBackupByHand(input, { method: undefined, kind: undefined });
  if (choice.kind === 'refused') throw faultFrom(choice);
  const wanted = { method: choice.method, kind: choice.of };
  const id = deps.newId(wanted.method);
  const { key, requestedBy } = how;
  if (requestedBy !== undefined) {
    const what = { id, kind: 'backup', environment: environment.name, backup: id, target: null } as const;
    await deps.store.recoveryTasks.ask({ ...what, requestedBy }, deps.clock.now());
  }
  return startBackup(deps, environment.name, { id, ...wanted }, key);
}

function planWorkflow(deps: ScheduleDeps): DurableWorkflow {
  return {
    name: 'backup-plan',
    attempts: 1,
    run: async (input) => {
      const environment = deps.estate().environments.find(({ name }) => name === input['environment']);
      if (environment === undefined) return;
      const { input: facts, runs } = await planInput(deps, environment);
      const { due } = planBackup(facts);
      if (due === undefined) return;
      // The same slot and the same count of attempts give the same key: several controllers start one backup.
      const key = `backup/${environment.name}/${facts.history.length}/${runs[0]?.id ?? 'first'}`;
      const { method, kind, why } = due;
      await startBackup(deps, environment.name, { id: deps.newId(method), method, kind }, key);
      deps.log({ level: 'info', message: 'a backup is due', environment: environment.name, method, kind, why });
    },
  };
}

/** What a durable run was started with. One of before there were kinds is a dump. */
function wantedOf(input: Readonly<Record<string, unknown>>): WantedBackup {
  const kind = kinds.find((each) => each === input['kind']) ?? 'full';
  return input['method'] === 'physical' ? { method: 'physical', kind } : { method: 'logical', kind: 'full' };
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
          await deps.takeBackup(environment, String(input['id']), wantedOf(input));
        } catch (error) {
          // Recorded with its reason; the planner says when it is tried again. A lost database is tried at once.
          if (!(error instanceof Fault) || error.code === 'STORE_UNREACHABLE') throw error;
          const isCancelled = error.code === 'TASK_CANCELLED';
          const [level, message] = isCancelled ? ['info', 'a backup was cancelled'] : ['warn', 'a backup failed'];
          deps.log({ level, message, environment: environment.name, error: String(error) });
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
