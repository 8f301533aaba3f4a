import { Fault, type Seconds } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  paceOf,
  type RecoveryTask,
  type TaskEnding,
  type TaskProgress,
  type TaskRequest,
} from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

/** So often it gives a sign of life, says how far it is, and looks whether somebody wants it cancelled. */
export const beatEverySeconds: Seconds = 3;

export interface TaskDependencies {
  readonly store: Pick<Store, 'recoveryTasks'>;
  readonly clock: Clock;
}

/** How far the work is; told as often as it likes. */
export interface WorkProgress {
  /** In words: `restoring the database`. */
  readonly step: string;
  readonly doneBytes?: number | undefined;
  /** Absent where nobody knows. */
  readonly totalBytes?: number | null | undefined;
}

/** What the work is given. */
export interface TaskHandle {
  /** Aborted when somebody cancels it, with a TASK_CANCELLED that says who; or when the caller's own signal is. */
  readonly signal: AbortSignal;
  report(progress: WorkProgress): void;
  /** Before what is not taken back: from then on nobody can cancel it. Throws where somebody did before. */
  passReturn(): Promise<void>;
}

/** What the work came to. */
export interface TaskOutcome<Result> {
  readonly result: Result;
  /** One sentence. */
  readonly outcome: string;
  /** False where it was done, and what it showed or made is not as it should be. */
  readonly isGood?: boolean | undefined;
}

/** What to run: something that was asked for under this id, or something new. */
export interface TaskOrder extends TaskRequest {
  readonly signal?: AbortSignal | undefined;
}

const isCancellation = (error: unknown): error is Fault => error instanceof Fault && error.code === 'TASK_CANCELLED';

/** That its signal ended it: who cancelled it, and what undoing it said. */
function stoppedBy(signal: AbortSignal, error?: unknown): string {
  if (isCancellation(error)) return error.message;
  const why: unknown = signal.reason;
  const who = isCancellation(why) ? why.message : 'Stopped where it ran.';
  return error instanceof Fault ? `${who} ${error.message}` : who;
}

function failedWith(error: unknown): TaskEnding {
  const outcome = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Fault)) return { state: 'failed', outcome };
  return { state: 'failed', outcome, refusal: { code: error.code, message: error.message, hint: error.remedy } };
}

/** The last thing told, with the rate of its step since that began. */
function createNews(clock: Pick<Clock, 'now'>) {
  const began = new Map<string, Temporal.Instant>();
  let last: TaskProgress | undefined;
  return {
    tell: ({ step, doneBytes, totalBytes = null }: WorkProgress): void => {
      const now = clock.now();
      const beganAt = began.get(step) ?? now;
      began.set(step, beganAt);
      const elapsedSeconds = now.since(beganAt).total('seconds');
      const pace = doneBytes === undefined ? undefined : paceOf({ bytes: doneBytes, totalBytes, elapsedSeconds });
      last = { step, doneBytes: doneBytes ?? null, totalBytes, bytesPerSecond: pace?.bytesPerSecond ?? null };
    },
    take: (): TaskProgress | undefined => {
      const news = last;
      last = undefined;
      return news;
    },
  };
}

/**
 * The record of one piece of work. The records may be away for a while: then the work goes on, is recorded when they are
 * back, and is not cancelled by what nobody could tell it.
 */
function createRecord({ store, clock }: TaskDependencies, { signal: _, ...request }: TaskOrder) {
  const { recoveryTasks } = store;
  const { id } = request;
  const news = createNews(clock);
  const cancelled = new AbortController();
  let isBegun = false;
  let isPastReturn = false;
  const hear = (by: Actor): void => cancelled.abort(new Fault('TASK_CANCELLED', `Cancelled by ${by.name}.`));
  const refuseToBegin = async (): Promise<never> => {
    const task = await recoveryTasks.get(id);
    const by = task?.cancelAskedBy;
    if (by === undefined || by === null) {
      throw new Fault('TASK_ENDED', `This ${request.kind} came to its end before: ${task?.state}.`);
    }
    const outcome = `Cancelled by ${by.name}.`;
    await recoveryTasks.end(id, clock.now(), { state: 'cancelled', outcome });
    throw new Fault('TASK_CANCELLED', outcome);
  };
  const begin = async (): Promise<void> => {
    const now = clock.now();
    await recoveryTasks.ask(request, now);
    if ((await recoveryTasks.begin(id, now)) === undefined) await refuseToBegin();
    isBegun = true;
  };
  const beat = async (): Promise<void> => {
    if (!isBegun) await begin();
    const task: RecoveryTask | undefined = await recoveryTasks.beat(id, clock.now(), {
      progress: news.take(),
      isPastReturn,
    });
    if (task?.cancelAskedBy && !task.isPastReturn) hear(task.cancelAskedBy);
  };
  // Also where it was cancelled before the records were back and it could be begun in them.
  const hearing = (): Promise<void> =>
    beat().catch((error: unknown) => {
      if (isCancellation(error)) cancelled.abort(error);
    });
  return {
    cancelled: cancelled.signal,
    tell: news.tell,
    /** Throws where it is not wanted any more, or is done. */
    begin: (): Promise<unknown> =>
      begin().catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'STORE_UNREACHABLE') return;
        throw error;
      }),
    beat: hearing,
    passReturn: async (): Promise<void> => {
      isPastReturn = true;
      await hearing();
      // A wish that the records took before this one stands.
      if (cancelled.signal.aborted) isPastReturn = false;
    },
    /** Where it cannot be written, its silence says in time that nobody runs it any more. */
    end: async (ending: TaskEnding): Promise<void> => {
      const write = async (): Promise<unknown> => {
        if (!isBegun) await begin();
        return recoveryTasks.end(id, clock.now(), ending);
      };
      await write().catch(() => {});
    },
  };
}

/** Beats until it is stopped. */
function keepBeating(record: ReturnType<typeof createRecord>, clock: Clock) {
  const ended = new AbortController();
  const beating = (async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(beatEverySeconds, ended.signal).catch(() => {});
      if (!ended.signal.aborted) await record.beat();
    }
  })();
  return async (): Promise<void> => {
    ended.abort();
    await beating;
  };
}

/**
 * Runs a long piece of recovery work where everybody can see it and cancel it: begins its record, keeps it alive, and ends it
 * whatever happens. Throws what the work throws; TASK_CANCELLED where somebody had cancelled it, TASK_ENDED where it was done
 * before.
 */
export async function runTask<Result>(
  deps: TaskDependencies,
  order: TaskOrder,
  work: (task: TaskHandle) => Promise<TaskOutcome<Result>>,
): Promise<Result> {
  const record = createRecord(deps, order);
  await record.begin();
  const stop = keepBeating(record, deps.clock);
  const signal = AbortSignal.any([record.cancelled, ...(order.signal === undefined ? [] : [order.signal])]);
  const passReturn = async (): Promise<void> => {
    await record.passReturn();
    signal.throwIfAborted();
  };
  try {
    const { result, outcome, isGood = true } = await work({ signal, report: record.tell, passReturn });
    await stop();
    const hasStopped = !isGood && signal.aborted;
    const ended = { state: isGood ? 'succeeded' : 'failed', outcome } as const;
    await record.end(hasStopped ? { state: 'cancelled', outcome: stoppedBy(signal) } : ended);
    return result;
  } catch (error) {
    await stop();
    if (!signal.aborted) {
      await record.end(failedWith(error));
      throw error;
    }
    const outcome = stoppedBy(signal, error);
    await record.end({ state: 'cancelled', outcome });
    throw isCancellation(signal.reason) ? new Fault('TASK_CANCELLED', outcome, { cause: error }) : error;
  }
}
