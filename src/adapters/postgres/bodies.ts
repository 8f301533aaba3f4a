import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import type { Sql } from './connect.ts';

/** An instant as JSON holds it. */
export const instantText = z.string().transform((text) => Temporal.Instant.from(text));

/** A cut-off that work waits for. */
export const deadlineBody = z.object({
  ...{ name: z.string(), site: z.string(), siteTitle: z.string(), at: instantText, timezone: z.string() },
});

/** Facts beside a finding or a signal. */
export const evidence = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** A record as one jsonb value; its instants become text. */
export function bodyJson(sql: Sql, value: unknown) {
  return sql.json(storable(JSON.parse(JSON.stringify(value))) as never);
}
