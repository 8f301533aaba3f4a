import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import type { OutboxMessage, OutboxStore } from '../../ports/alert-store.ts';
import { bodyJson } from './bodies.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);
const urgency = z.enum(['page', 'ticket', 'note']);
const texts = z.array(z.string());

const message = z.object({
  ...{
    kind: z.enum(['firing', 'worse', 'escalation', 'resolved', 'communication']),
    urgency,
    alert: z.string(),
    key: z.string(),
  },
  ...{ code: z.string(), class: z.enum(['interrupted', 'at-risk', 'degraded']), environment: z.string().nullable() },
  ...{ services: texts, impact: z.string(), summary: z.string(), runbook: z.string().nullable(), response: texts },
  ...{ startedAt: z.string(), endedAt: z.string().nullable(), team: z.string(), note: z.string().nullable() },
  said: z.object({ audience: z.string(), text: z.string() }).optional(),
  people: z.array(
    z.object({ name: z.string(), email: z.string().optional() }).transform(({ name, email }) => ({ name, email })),
  ),
});

const outboxRow = z
  .object({
    id: z.string(),
    dedupe_key: z.string(),
    channel: z.string(),
    recipients: texts,
    message,
    state: z.enum(['waiting', 'sent', 'failed']),
    attempts: z.number(),
    due_at: instant,
    written_at: instant,
    settled_at: instant.nullable(),
    problem: z.string().nullable(),
  })
  .transform(({ dedupe_key, due_at, written_at, settled_at, ...rest }): OutboxMessage => {
    return { ...rest, dedupeKey: dedupe_key, dueAt: due_at, writtenAt: written_at, settledAt: settled_at };
  });

/** The outbox in PostgreSQL. Claims skip what another sender is taking, so that senders never wait for each other. */
export function createOutbox(sql: Sql): OutboxStore {
  const json = (value: unknown) => bodyJson(sql, value);
  return {
    async write(drafts, now) {
      let written = 0;
      for (const draft of drafts) {
        const result = await sql`
          INSERT INTO plimsoll.outbox (id, dedupe_key, channel, recipients, message, state, attempts, due_at, written_at)
          VALUES (${randomUUID()}, ${draft.dedupeKey}, ${draft.channel}, ${json(draft.recipients)},
                  ${json(draft.message)}, 'waiting', 0, ${draft.dueAt}, ${now})
          ON CONFLICT (dedupe_key) DO NOTHING`;
        written += result.count;
      }
      return written;
    },
    async claim({ now, until, limit }) {
      const rows = await sql`
        UPDATE plimsoll.outbox SET attempts = attempts + 1, claimed_until = ${until}
        WHERE id IN (
          SELECT id FROM plimsoll.outbox
          WHERE state = 'waiting' AND due_at <= ${now} AND (claimed_until IS NULL OR claimed_until <= ${now})
          ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING *`;
      return rows.map((row) => outboxRow.parse(row));
    },
    async settle(id, attempt, now) {
      if (attempt.kind === 'again') {
        await sql`
          UPDATE plimsoll.outbox SET due_at = ${attempt.dueAt}, claimed_until = NULL, problem = ${storable(attempt.problem)}
          WHERE id = ${id} AND state = 'waiting'`;
        return;
      }
      const problem = attempt.kind === 'failed' ? storable(attempt.problem) : null;
      await sql`
        UPDATE plimsoll.outbox SET state = ${attempt.kind}, settled_at = ${now}, claimed_until = NULL, problem = ${problem}
        WHERE id = ${id} AND state = 'waiting'`;
    },
    async list({ alert, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.outbox
        WHERE ${alert === undefined ? sql`true` : sql`message->>'alert' = ${alert}`}
        ORDER BY written_at DESC, dedupe_key LIMIT ${limit}`;
      return rows.map((row) => outboxRow.parse(row));
    },
    async prune(before) {
      return (await sql`DELETE FROM plimsoll.outbox WHERE state <> 'waiting' AND settled_at < ${before}`).count;
    },
  };
}
