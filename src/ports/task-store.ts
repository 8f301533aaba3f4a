import type { Refusal } from '../core/kernel/index.ts';
import type { Actor } from '../core/ledger/index.ts';
import type { RecoveryTask, TaskEnding, TaskProgress, TaskRequest, TaskState } from '../core/recovery/index.ts';

/** What a sign of life may tell besides. */
export interface TaskBeat {
  /** Absent: no news; what was told before stays. */
  readonly progress?: TaskProgress | undefined;
  /** From here on it is finished whatever anybody wishes, unless somebody has asked to cancel it before. */
  readonly isPastReturn?: boolean | undefined;
}

/** Long pieces of recovery work: those under way, and for a while those that have ended. Each change is one by itself. */
export interface RecoveryTaskStore {
  /** Records that somebody asks for it; nothing changes where that id is known. */
  ask(request: TaskRequest, at: Temporal.Instant): Promise<void>;
  /** Begins it, or takes it up again; nothing where it is unknown, has come to its end or was cancelled. */
  begin(id: string, at: Temporal.Instant): Promise<RecoveryTask | undefined>;
  /** A sign of life; answers the task with the wish to cancel it, if there is one, or nothing where it does not run. */
  beat(id: string, at: Temporal.Instant, told?: TaskBeat): Promise<RecoveryTask | undefined>;
  /** Answers how it ended; nothing where it is unknown or has ended before. */
  end(id: string, at: Temporal.Instant, ending: TaskEnding): Promise<RecoveryTask | undefined>;
  /** Records the wish that it end; nothing where it is unknown. */
  askToCancel(
    id: string,
    by: Actor,
    at: Temporal.Instant,
  ): Promise<Refusal | { readonly kind: 'asked'; readonly task: RecoveryTask } | undefined>;
  /** Ends those that have given no sign of life for too long as lost; answers them. */
  settleLost(now: Temporal.Instant): Promise<readonly RecoveryTask[]>;
  get(id: string): Promise<RecoveryTask | undefined>;
  /** The newest that were asked for, first. */
  list(options: {
    readonly environment?: string | undefined;
    readonly states?: readonly TaskState[] | undefined;
    readonly limit: number;
  }): Promise<readonly RecoveryTask[]>;
  /** Forgets those that ended before the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}
