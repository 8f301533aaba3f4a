import { OpenWorkflow, type Worker } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';
import postgres from 'postgres';
import type { Durable, DurableInput, DurableWorkflow, StartOptions } from '../../ports/durable.ts';
import { databaseIn } from '../postgres/database-in.ts';
import { promptSocket } from '../postgres/prompt-socket.ts';

const schema = 'plimsoll_workflow';
const migrationLock = 7_070_003;

/** The engine's own migrations, by one starter at a time. */
async function migrateEngine(url: string): Promise<void> {
  const lock = postgres(url, { ...promptSocket, ...databaseIn(url), max: 1, onnotice: () => {} });
  try {
    await lock`SELECT pg_advisory_lock(${migrationLock})`;
    const backend = await BackendPostgres.connect(url, { schema, runMigrations: true });
    await backend.stop();
  } finally {
    await lock.end({ timeout: 5 });
  }
}

/** Durable workflows by OpenWorkflow, in a schema of its own beside ours. */
export async function openDurable(url: string, options: { readonly concurrency: number }): Promise<Durable> {
  await migrateEngine(url);
  // A pool of its own: the engine wants the driver's plain types, and its polling must not starve requests.
  const pool = postgres(url, {
    ...promptSocket,
    ...databaseIn(url),
    max: options.concurrency + 2,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    // The engine reads its columns in camel case, and leaves that to whoever brings the pool.
    transform: { column: { from: postgres.toCamel } },
    connection: { application_name: 'plimsoll workflows' },
  });
  const engine = new OpenWorkflow({ backend: BackendPostgres.fromPool(pool, { schema }) });
  const starters = new Map<string, ReturnType<typeof defineIn>>();
  let worker: Worker | undefined;
  return {
    define: (workflow) => starters.set(workflow.name, defineIn(engine, workflow)),
    async start(workflow, input, idempotencyKey, options) {
      const start = starters.get(workflow);
      if (start === undefined) throw new Error(`the durable workflow ${workflow} is not defined`);
      await start(input, idempotencyKey, options);
    },
    async startWorker() {
      worker = engine.newWorker({ concurrency: options.concurrency });
      await worker.start();
    },
    async stop(withinSeconds) {
      await Promise.race([
        worker?.stop(),
        new Promise((resolve) => setTimeout(resolve, withinSeconds * 1_000).unref()),
      ]);
      await pool.end({ timeout: 5 });
    },
    async prune(before) {
      const cutoff = new Date(before.epochMilliseconds);
      const gone = await pool`
        DELETE FROM plimsoll_workflow.workflow_runs WHERE finished_at IS NOT NULL AND finished_at < ${cutoff}`;
      return gone.count;
    },
  };
}

function defineIn(engine: OpenWorkflow, workflow: DurableWorkflow) {
  const defined = engine.defineWorkflow<DurableInput, null>(
    {
      name: workflow.name,
      retryPolicy: { maximumAttempts: workflow.attempts, initialInterval: '1s', maximumInterval: '30s' },
    },
    async ({ input, step, run }) => {
      await workflow.run(input, {
        runId: run.id,
        createdAt: Temporal.Instant.fromEpochMilliseconds(run.createdAt.getTime()),
        step: (name, work) => step.run({ name }, work),
      });
      return null;
    },
  );
  return async (input: DurableInput, idempotencyKey: string, { notBefore }: StartOptions = {}): Promise<void> => {
    const later = notBefore === undefined ? {} : { availableAt: new Date(notBefore.epochMilliseconds) };
    await defined.run(input, { idempotencyKey, ...later });
  };
}
