import type { Durable, DurableInput, DurableWorkflow } from '../src/ports/durable.ts';

/** What was asked of the engine, and by which key. */
export interface StartedRun {
  readonly workflow: string;
  readonly input: DurableInput;
}

interface Run extends StartedRun {
  readonly notBefore: Temporal.Instant | undefined;
  endedAt: Temporal.Instant | undefined;
}

/** An engine in memory: it forgets with its process. Without a worker it only remembers what it was asked to start. */
export function createMemoryDurable(): Durable & {
  readonly started: StartedRun[];
  readonly defined: ReadonlyMap<string, DurableWorkflow>;
} {
  const defined = new Map<string, DurableWorkflow>();
  const started: StartedRun[] = [];
  const runs = new Map<string, Run>();
  const going = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let isWorking = false;
  const carryOut = async (id: string, run: Run): Promise<void> => {
    const workflow = defined.get(run.workflow);
    for (let attempt = 0; attempt < (workflow?.attempts ?? 0); attempt += 1) {
      const context = { runId: id, createdAt: Temporal.Now.instant(), step: (_: string, work: () => never) => work() };
      try {
        await workflow?.run(run.input, context);
        break;
      } catch {
        // The next attempt, if there is one; an engine keeps the reason, and here nobody reads it.
      }
    }
    run.endedAt = Temporal.Now.instant();
  };
  const begin = (id: string, run: Run): void => {
    if (!isWorking) return;
    const waitsSeconds = run.notBefore?.since(Temporal.Now.instant()).total('seconds') ?? 0;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        const work = carryOut(id, run).finally(() => going.delete(work));
        going.add(work);
      },
      Math.max(0, Math.ceil(waitsSeconds * 1_000)),
    );
    timers.add(timer);
  };
  return {
    started,
    defined,
    define: (workflow) => void defined.set(workflow.name, workflow),
    start: async (workflow, input, key, options) => {
      const id = `${workflow}/${key}`;
      if (runs.has(id)) return;
      const run: Run = { workflow, input, notBefore: options?.notBefore, endedAt: undefined };
      runs.set(id, run);
      started.push({ workflow, input });
      begin(id, run);
    },
    startWorker: async () => {
      isWorking = true;
      for (const [id, run] of runs) begin(id, run);
    },
    stop: async () => {
      isWorking = false;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(going);
    },
    prune: async (before) => {
      const ended = [...runs].filter(
        ([, { endedAt }]) => endedAt !== undefined && Temporal.Instant.compare(endedAt, before) < 0,
      );
      for (const [id] of ended) runs.delete(id);
      return ended.length;
    },
  };
}
