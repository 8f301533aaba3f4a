import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import {
  askedTask,
  beatenTask,
  begunTask,
  cancelledTask,
  endedTask,
  type RecoveryTask,
  taskAsSeen,
  taskKinds,
  taskStates,
} from '../../core/recovery/index.ts';
import type { RecoveryTaskStore } from '../../ports/task-store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);
const actor = z.object({ kind: z.enum(['user', 'token', 'controller', 'cli']), name: z.string() });

const taskRow = z
  .object({
    id: z.string(),
    kind: z.enum(taskKinds),
    environment: z.string(),
    backup: z.string().nullable(),
    target: z.string().nullable(),
    requested_by: actor,
    requested_at: instant,
    started_at: instant.nullable(),
    beat_at: instant,
    ended_at: instant.nullable(),
    state: z.enum(taskStates),
    step: z.string().nullable(),
    done_bytes: z.number().nullable(),
    total_bytes: z.number().nullable(),
    bytes_per_second: z.number().nullable(),
    is_past_return: z.boolean(),
    cancel_asked_by: actor.nullable(),
    outcome: z.string().nullable(),
    refusal: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  })
  .transform(
    (row): RecoveryTask => ({
      id: row.id,
      kind: row.kind,
      environment: row.environment,
      backup: row.backup,
      target: row.target,
      requestedBy: row.requested_by,
      requestedAt: row.requested_at,
      startedAt: row.started_at,
      beatAt: row.beat_at,
      endedAt: row.ended_at,
      state: row.state,
      step: row.step,
      doneBytes: row.done_bytes,
      totalBytes: row.total_bytes,
      bytesPerSecond: row.bytes_per_second,
      isPastReturn: row.is_past_return,
      cancelAskedBy: row.cancel_asked_by,
      outcome: row.outcome,
      refusal: row.refusal,
    }),
  );

/** What changes while a task lives; the rest is as it was asked for. */
function changing(sql: Sql, task: RecoveryTask) {
  const json = (value: object | null) => (value === null ? null : sql.json(storable({ ...value })));
  return {
    started_at: task.startedAt,
    beat_at: task.beatAt,
    ended_at: task.endedAt,
    state: task.state,
    step: storable(task.step),
    done_bytes: task.doneBytes,
    total_bytes: task.totalBytes,
    bytes_per_second: task.bytesPerSecond,
    is_past_return: task.isPastReturn,
    cancel_asked_by: json(task.cancelAskedBy),
    outcome: storable(task.outcome),
    refusal: json(task.refusal),
  };
}

function changes(sql: Sql) {
  const put = async (task: RecoveryTask): Promise<RecoveryTask> => {
    const [row] = await sql`
      UPDATE plimsoll.recovery_task SET ${sql(changing(sql, task) as never)} WHERE id = ${task.id} RETURNING *`;
    return taskRow.parse(row);
  };
  const hold = async (id: string): Promise<RecoveryTask | undefined> => {
    const [row] = await sql`SELECT * FROM plimsoll.recovery_task WHERE id = ${id} FOR UPDATE`;
    return row === undefined ? undefined : taskRow.parse(row);
  };
  const change = async (id: string, to: (task: RecoveryTask) => RecoveryTask | undefined) => {
    const before = await hold(id);
    const after = before && to(before);
    return after && put(after);
  };
  return { put, hold, change };
}

/** Long pieces of recovery work in PostgreSQL: the row is held while the core says what becomes of it. */
export function createRecoveryTasks(sql: Sql): RecoveryTaskStore {
  const { put, hold, change } = changes(sql);
  return {
    async ask(request, at) {
      const { id, kind, environment, backup, target, requestedBy, requestedAt, ...rest } = askedTask(request, at);
      const row = {
        ...{ id, kind, environment, backup, target, requested_at: requestedAt },
        requested_by: sql.json({ ...requestedBy }),
        ...changing(sql, { ...request, requestedAt, ...rest }),
      };
      await sql`INSERT INTO plimsoll.recovery_task ${sql(row as never)} ON CONFLICT (id) DO NOTHING`;
    },
    begin: (id, at) => change(id, (task) => begunTask(task, at)),
    beat: (id, at, told) => change(id, (task) => beatenTask(task, at, told)),
    end: (id, at, ending) => change(id, (task) => endedTask(task, at, ending)),
    async askToCancel(id, by, at) {
      const before = await hold(id);
      const answer = before && cancelledTask(before, by, at);
      return answer?.kind === 'asked' ? { ...answer, task: await put(answer.task) } : answer;
    },
    async settleLost(now) {
      const rows = await sql`SELECT * FROM plimsoll.recovery_task WHERE ended_at IS NULL FOR UPDATE SKIP LOCKED`;
      const seen = rows.map((row) => {
        const before = taskRow.parse(row);
        return { before, after: taskAsSeen(before, now) };
      });
      const lost: RecoveryTask[] = [];
      for (const { before, after } of seen) if (before !== after) lost.push(await put(after));
      return lost;
    },
    async get(id) {
      const [row] = await sql`SELECT * FROM plimsoll.recovery_task WHERE id = ${id}`;
      return row === undefined ? undefined : taskRow.parse(row);
    },
    async list({ environment, states, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.recovery_task
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
          AND ${states === undefined ? sql`true` : sql`state = ANY(${[...states]}::text[])`}
        ORDER BY requested_at DESC, id DESC LIMIT ${limit}`;
      return rows.map((row) => taskRow.parse(row));
    },
    async prune(before) {
      const gone = await sql`DELETE FROM plimsoll.recovery_task WHERE ended_at < ${before}`;
      return gone.count;
    },
  };
}
