import type { Environment, Estate } from '../../core/estate/index.ts';
import { Fault, type Refusal, refuse, type Seconds } from '../../core/kernel/index.ts';
import type { Actor, LedgerData } from '../../core/ledger/index.ts';
import { type RecoveryTask, type SilenceBounds, type TaskKind, taskAsSeen } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Durable, DurableWorkflow } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import { reasonOf } from './record-backup.ts';
import { runTask, type TaskHandle, type TaskOutcome } from './run-task.ts';

/** What somebody may ask a controller for, besides a backup, a drill and copies. */
export type RequestedKind = Extract<TaskKind, 'restore' | 'clone' | 'verify' | 'prune'>;

/** What was asked for, as whoever does it is given it. */
export interface Requested {
  readonly environment: Environment;
  readonly task: RecoveryTask;
  /** The whole wish, as the API took it, in JSON. */
  readonly ask: string;
}

/** Does it, and says in one sentence what it came to. Throws what failed, after it was undone. */
export type RequestedWork = (requested: Requested, handle: TaskHandle) => Promise<TaskOutcome<unknown>>;

export interface RequestedWorkDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly durable: Pick<Durable, 'define' | 'start'>;
  readonly estate: () => Estate;
  readonly newId: () => string;
  /** Whether this machine has what it takes: the environment's Odoo. */
  readonly isHere: (environment: Environment, kind: TaskKind) => boolean;
  readonly works: Readonly<Record<RequestedKind, RequestedWork>>;
  /** Makes whole what a killed restore in place left, and says what is there now. */
  readonly settleInPlace: RequestedWork;
  /** Aborted when the controller stops. */
  readonly signal: AbortSignal;
  /** How long what was asked for may be silent; for tests of what a dead one would hold up. */
  readonly bounds?: SilenceBounds | undefined;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

const workflowName = 'recovery-request';
const handOnAfterSeconds: Seconds = 2;
const nobodyTookItSeconds: Seconds = 600;
const mostTasks = 500;

/** In place there is no other environment that it becomes. */
const isInPlace = ({ kind, target }: Pick<RecoveryTask, 'kind' | 'target'>): boolean =>
  kind === 'restore' && target === null;

/** What two may not do at once: the same thing to the same environment. */
const isSameWish = (one: Pick<RecoveryTask, 'kind' | 'target'>, other: Pick<RecoveryTask, 'kind' | 'target'>) =>
  one.target === other.target && (one.target !== null || one.kind === other.kind);

/** The same that was asked for and has not ended. */
async function alreadyAsked(
  { store, clock, bounds }: Pick<RequestedWorkDeps, 'store' | 'clock' | 'bounds'>,
  wish: Pick<RecoveryTask, 'environment' | 'kind' | 'target'>,
): Promise<RecoveryTask | undefined> {
  const states = ['waiting', 'running'] as const;
  const tasks = await store.recoveryTasks.list({ environment: wish.environment, states, limit: mostTasks });
  return tasks.find(
    (task) => states.some((each) => each === taskAsSeen(task, clock.now(), bounds).state) && isSameWish(task, wish),
  );
}

/** Records what somebody asks for and starts it; answers the task's id at once. Asked for twice, it is refused the second time. */
export async function startRequested(
  deps: Pick<RequestedWorkDeps, 'clock' | 'store' | 'newId' | 'bounds'> & { readonly durable: Pick<Durable, 'start'> },
  wish: Pick<RecoveryTask, 'environment' | 'backup' | 'target'> & { readonly kind: RequestedKind },
  { ask, requestedBy }: { readonly ask: string; readonly requestedBy: Actor },
): Promise<{ readonly kind: 'started'; readonly id: string } | Refusal> {
  const { environment, kind, target } = wish;
  const earlier = await alreadyAsked(deps, wish);
  if (earlier !== undefined) {
    const what = target === null ? environment : target;
    return refuse({
      code: 'TASK_UNDER_WAY',
      message: `${earlier.requestedBy.name} has asked for the same of ${what} already: it is ${earlier.state}.`,
      hint: `Wait for it, or cancel it: it is task ${earlier.id}.`,
    });
  }
  const id = deps.newId();
  const at = deps.clock.now();
  await deps.store.transaction(async (inside) => {
    await inside.recoveryTasks.ask({ id, requestedBy, ...wish }, at);
    const subject = `environment/${environment}`;
    const data = { task: id, target, inPlace: isInPlace(wish), asked: JSON.parse(ask) as LedgerData };
    await inside.ledger.append({ actor: requestedBy, type: `${kind}.requested`, subject, data }, at);
  });
  await deps.durable.start(workflowName, { task: id, ask }, id);
  return { kind: 'started', id };
}

/** Two that were asked for in the same moment are one wish: what the first brought back is not replaced again. */
async function assertNotOvertaken({ store }: RequestedWorkDeps, task: RecoveryTask): Promise<void> {
  if (!isInPlace(task)) return;
  const tasks = await store.recoveryTasks.list({ environment: task.environment, limit: mostTasks });
  const other = tasks.find(
    (each) =>
      each.id !== task.id &&
      isInPlace(each) &&
      each.startedAt !== null &&
      Temporal.Instant.compare(each.startedAt, task.requestedAt) >= 0,
  );
  if (other === undefined) return;
  const message = `${other.requestedBy.name} restored ${task.environment} in its place since this was asked for.`;
  throw new Fault('RESTORE_UNDER_WAY', message);
}

/** Another controller's machine may have what it takes. Answers whether it was handed on, or is not to be any more. */
async function handOn(deps: RequestedWorkDeps, { environment, task, ask }: Requested, hop: number): Promise<void> {
  const { clock, store, durable } = deps;
  const now = clock.now();
  if (now.since(task.requestedAt).total('seconds') > nobodyTookItSeconds) {
    const outcome = `No controller on the machine that runs ${environment.name} took it within ten minutes.`;
    await store.recoveryTasks.end(task.id, now, { state: 'failed', outcome });
    return;
  }
  const notBefore = now.add({ seconds: handOnAfterSeconds });
  await durable.start(workflowName, { task: task.id, ask, hop: hop + 1 }, `${task.id}/${hop + 1}`, { notBefore });
}

/** What is to be done: a restore in place that was begun before is never begun again. */
function workOf(deps: RequestedWorkDeps, { task }: Requested): RequestedWork {
  const { works, settleInPlace } = deps;
  if (isInPlace(task)) return task.startedAt === null ? works.restore : settleInPlace;
  const work = Object.entries(works).find(([kind]) => kind === task.kind)?.[1];
  if (work === undefined) throw new Error(`nobody knows how to do a ${task.kind} that was asked for`);
  return work;
}

async function carryOut(deps: RequestedWorkDeps, requested: Requested): Promise<void> {
  const { task } = requested;
  const { id, kind, environment, backup, target, requestedBy } = task;
  const order = { id, kind, environment, backup, target, requestedBy, signal: deps.signal };
  await runTask(deps, order, async (handle) => {
    await assertNotOvertaken(deps, task);
    return workOf(deps, requested)(requested, handle);
  }).catch((error: unknown) => {
    // It is in the record of the task, which is where whoever asked looks.
    deps.log({
      level: 'error',
      message: `a ${kind} that was asked for failed`,
      environment,
      task: id,
      reason: reasonOf(error),
    });
  });
}

function requestWorkflow(deps: RequestedWorkDeps): DurableWorkflow {
  return {
    name: workflowName,
    // What fails is recorded and not tried again; this is for records that cannot be reached before it is begun.
    attempts: 3,
    run: async (input) => {
      const task = await deps.store.recoveryTasks.get(String(input['task']));
      const environment = deps.estate().environments.find(({ name }) => name === task?.environment);
      if (task === undefined || environment === undefined) return;
      const requested = { environment, task, ask: String(input['ask']) };
      if (!deps.isHere(environment, task.kind)) return handOn(deps, requested, Number(input['hop'] ?? 0));
      return carryOut(deps, requested);
    },
  };
}

/** Makes what people may ask for known to the engine. */
export function defineRequestedWork(deps: RequestedWorkDeps): void {
  deps.durable.define(requestWorkflow(deps));
}
