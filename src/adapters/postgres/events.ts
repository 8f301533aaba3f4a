import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import type { EventStore, StoredEvent } from '../../ports/store.ts';
import type { Sql } from './connect.ts';

/** The channel that wakes subscribers on every controller. */
export const eventChannel = 'plimsoll_event';

const eventLock = 7_070_002;

const eventRow = z
  .object({
    id: z.number(),
    at: z.instanceof(Temporal.Instant),
    type: z.string(),
    subject: z.string(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .transform((row): StoredEvent => row);

/**
 * Events inside one transaction. Ids are drawn under a lock that is held until commit: without it a transaction that
 * drew its id first but commits last would slip in behind a reader who has already passed it.
 */
export function createEvents(sql: Sql): EventStore {
  return {
    async append(drafts, at) {
      if (drafts.length === 0) return;
      await sql`SELECT pg_advisory_xact_lock(${eventLock})`;
      for (const draft of drafts.map(storable)) {
        await sql`
          INSERT INTO plimsoll.event (at, type, subject, data)
          VALUES (${at}, ${draft.type}, ${draft.subject}, ${sql.json({ ...draft.data })})`;
      }
      await sql`SELECT pg_notify(${eventChannel}, '')`;
    },
    async read({ afterId, limit }) {
      const rows = await sql`SELECT * FROM plimsoll.event WHERE id > ${afterId} ORDER BY id LIMIT ${limit}`;
      return rows.map((row) => eventRow.parse(row));
    },
    async bounds() {
      const [row] = await sql<{ oldest: number; newest: number }[]>`
        SELECT coalesce(min(id), 0)::bigint AS oldest, coalesce(max(id), 0)::bigint AS newest FROM plimsoll.event`;
      return { oldestId: row?.oldest ?? 0, newestId: row?.newest ?? 0 };
    },
    async prune(before) {
      return (await sql`DELETE FROM plimsoll.event WHERE at < ${before}`).count;
    },
  };
}
