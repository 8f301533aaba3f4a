/** JSON that a durable run is started with. */
export type DurableInput = Readonly<Record<string, string | number | boolean | null>>;

/** Inside a run. */
export interface DurableContext {
  readonly runId: string;
  readonly createdAt: Temporal.Instant;
  /** A step whose result is kept: a run that is taken over goes on after its last finished step. */
  step<Result extends string | number | boolean | null>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** Work that survives the process that began it: another worker takes it over. */
export interface DurableWorkflow {
  readonly name: string;
  /** Attempts in all, when it throws. */
  readonly attempts: number;
  run(input: DurableInput, context: DurableContext): Promise<void>;
}

export interface StartOptions {
  /** The run waits until then, and holds no worker meanwhile. */
  readonly notBefore?: Temporal.Instant;
}

/** The engine of durable workflows. Every controller on the same database is a worker of the same engine. */
export interface Durable {
  /** All workflows are known before the worker starts. */
  define(workflow: DurableWorkflow): void;
  /** Starts a run, once per workflow and key for at least a day: further starts with the same key change nothing. */
  start(workflow: string, input: DurableInput, idempotencyKey: string, options?: StartOptions): Promise<void>;
  startWorker(): Promise<void>;
  /** Takes no new work and waits for what runs; what is not done by then is taken over by another worker, or after restart. */
  stop(withinSeconds: number): Promise<void>;
  /** Forgets runs that ended before the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}
