import { type Bytes, isDatedAhead, type Refusal, refuse, type Seconds } from '../kernel/index.ts';
import type { Actor } from '../ledger/index.ts';

/** The long pieces of work that recovery knows. */
export const taskKinds = ['backup', 'verify', 'drill', 'clone', 'restore', 'prune'] as const;
export type TaskKind = (typeof taskKinds)[number];

/**
 * `waiting`: asked for, and nobody has begun it. `lost`: whoever ran it has given no sign of life for so long that it is
 * taken for dead; a sign of life, or another that takes it up, makes it run again.
 */
export const taskStates = ['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'lost'] as const;
export type TaskState = (typeof taskStates)[number];

/** How far a piece of work is; `null` where nobody can know. */
export interface TaskProgress {
  /** In words: `restoring the database`. */
  readonly step: string;
  readonly doneBytes: Bytes | null;
  readonly totalBytes: Bytes | null;
  readonly bytesPerSecond: number | null;
}

/** Why a piece of work was not done, as whoever asked for it is told. */
export interface TaskRefusal {
  readonly code: string;
  readonly message: string;
  /** The way out, as a sentence. */
  readonly hint: string;
}

/** What somebody asks for. */
export interface TaskRequest {
  readonly id: string;
  readonly kind: TaskKind;
  /** Whose backups it is about. */
  readonly environment: string;
  /** The backup it makes or reads; `null` while that is not chosen. */
  readonly backup: string | null;
  /** The name of the new environment, for a clone or a restore beside its source. */
  readonly target: string | null;
  readonly requestedBy: Actor;
}

/** One long piece of recovery work, from when it was asked for until a while after its end. */
export interface RecoveryTask extends TaskRequest, Omit<TaskProgress, 'step'> {
  readonly requestedAt: Temporal.Instant;
  /** When it was last begun. */
  readonly startedAt: Temporal.Instant | null;
  /** The last sign of life. */
  readonly beatAt: Temporal.Instant;
  readonly endedAt: Temporal.Instant | null;
  readonly state: TaskState;
  readonly step: string | null;
  /** It has done what is not taken back any more: it will be finished, and cannot be cancelled. */
  readonly isPastReturn: boolean;
  readonly cancelAskedBy: Actor | null;
  /** What it came to, as one sentence. */
  readonly outcome: string | null;
  readonly refusal: TaskRefusal | null;
}

/** How a piece of work ended. */
export interface TaskEnding {
  readonly state: Exclude<TaskState, 'waiting' | 'running'>;
  readonly outcome: string | null;
  readonly refusal?: TaskRefusal | undefined;
}

/** Without a sign of life for so long, one that runs is lost. Many beats long: a store that is away for a minute loses none. */
export const lostAfterSeconds: Seconds = 120;
/** Nobody has begun it for so long: whoever was to do so forgot. Longer than a drill waits for its machine. */
export const forgottenAfterSeconds: Seconds = 6 * 3_600;
/** So long is it told how a piece of work ended. What it made, found or showed has records of its own. */
export const keepTasksSeconds: Seconds = 30 * 86_400;

const nothingDone = { step: null, doneBytes: null, totalBytes: null, bytesPerSecond: null } as const;
const lostWords =
  'Whoever ran it gave no more sign of life. What it had begun is cleared away or finished by the next one of its kind.';
const forgottenWords = 'Nobody has begun it.';

/** Whether it may still come to something: it waits or runs. */
export const isUnderWay = ({ state }: Pick<RecoveryTask, 'state'>): boolean =>
  state === 'waiting' || state === 'running';

/** One that waits to be begun. */
export function askedTask(request: TaskRequest, at: Temporal.Instant): RecoveryTask {
  const { id, kind, environment, backup, target, requestedBy } = request;
  return {
    ...{ id, kind, environment, backup, target, requestedBy },
    ...nothingDone,
    requestedAt: at,
    startedAt: null,
    beatAt: at,
    endedAt: null,
    state: 'waiting',
    isPastReturn: false,
    cancelAskedBy: null,
    outcome: null,
    refusal: null,
  };
}

/**
 * Begun, or taken up again after whoever ran it died or failed; nothing where it has come to its end, or is not wanted any
 * more.
 */
export function begunTask(task: RecoveryTask, at: Temporal.Instant): RecoveryTask | undefined {
  if (task.state === 'succeeded' || task.state === 'cancelled' || task.cancelAskedBy !== null) return undefined;
  const fresh = { ...nothingDone, isPastReturn: false, endedAt: null, outcome: null, refusal: null };
  return { ...task, ...fresh, state: 'running', startedAt: at, beatAt: at };
}

/** A sign of life, with how far it is; nothing where it has ended. One that was taken for lost lives. */
export function beatenTask(
  task: RecoveryTask,
  at: Temporal.Instant,
  told: { readonly progress?: TaskProgress | undefined; readonly isPastReturn?: boolean | undefined } = {},
): RecoveryTask | undefined {
  if (task.startedAt === null || (task.state !== 'running' && task.state !== 'lost')) return undefined;
  // Who asked to cancel before the point of no return is heard.
  const isPastReturn = task.isPastReturn || (told.isPastReturn === true && task.cancelAskedBy === null);
  const alive = { state: 'running', beatAt: at, endedAt: null, outcome: null, isPastReturn } as const;
  return { ...task, ...alive, ...told.progress };
}

/** At its end; nothing where it has one already. */
export function endedTask(task: RecoveryTask, at: Temporal.Instant, ending: TaskEnding): RecoveryTask | undefined {
  if (!isUnderWay(task) && task.state !== 'lost') return undefined;
  const { state, outcome, refusal = null } = ending;
  return { ...task, ...nothingDone, state, outcome, refusal, endedAt: at, beatAt: at };
}

/** With the wish that it end: at once where nobody has begun it. Why not, where it cannot be cancelled; asking again is no harm. */
export function cancelledTask(
  task: RecoveryTask,
  by: Actor,
  at: Temporal.Instant,
): Refusal | { readonly kind: 'asked'; readonly task: RecoveryTask } {
  if (!isUnderWay(task)) {
    return refuse({
      code: 'TASK_ENDED',
      message: `This ${task.kind} has ended: ${task.state}.`,
      hint: 'There is nothing left to cancel.',
    });
  }
  if (task.isPastReturn) {
    return refuse({
      code: 'TASK_PAST_RETURN',
      message: `This ${task.kind} has put what it restored in place, and finishes now.`,
      hint: 'Wait for its end; the safety backup it took, or the old data it kept, is the way back.',
    });
  }
  const wished = { ...task, cancelAskedBy: task.cancelAskedBy ?? by };
  if (task.state === 'running') return { kind: 'asked', task: wished };
  const outcome = `Cancelled by ${by.name} before it was begun.`;
  return { kind: 'asked', task: { ...wished, state: 'cancelled', endedAt: at, outcome } };
}

/** How long a task may be silent. */
export interface SilenceBounds {
  /** While it runs. */
  readonly runningSeconds: Seconds;
  /** While it waits to be begun. */
  readonly waitingSeconds: Seconds;
}

const silenceBounds: SilenceBounds = { runningSeconds: lostAfterSeconds, waitingSeconds: forgottenAfterSeconds };

/** As it is to be taken now: one that has given no sign of life is lost, whatever its record still says. */
export function taskAsSeen(task: RecoveryTask, now: Temporal.Instant, bounds = silenceBounds): RecoveryTask {
  if (!isUnderWay(task)) return task;
  const boundSeconds = task.state === 'running' ? bounds.runningSeconds : bounds.waitingSeconds;
  const silentSeconds = now.since(task.beatAt).total('seconds');
  if (silentSeconds <= boundSeconds && !isDatedAhead(task.beatAt, now)) return task;
  const outcome = task.state === 'running' ? lostWords : forgottenWords;
  return { ...task, ...nothingDone, state: 'lost', outcome, endedAt: now };
}

/** How long the step takes yet; `null` where nobody can say. */
export function secondsLeftOf({ doneBytes, totalBytes, bytesPerSecond }: Omit<TaskProgress, 'step'>): Seconds | null {
  if (doneBytes === null || totalBytes === null || bytesPerSecond === null || bytesPerSecond <= 0) return null;
  return Math.max(0, totalBytes - doneBytes) / bytesPerSecond;
}
