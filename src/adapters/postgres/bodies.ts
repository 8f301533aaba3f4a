import { z } from 'zod';
import { type Sql, storable } from './connect.ts';

/** An instant as JSON holds it. */
export const instantText = z.string().transform((text) => Temporal.Instant.from(text));

/** Facts beside a finding or a signal. */
export const evidence = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** A record as one jsonb value; its instants become text. */
export function bodyJson(sql: Sql, value: unknown) {
  return sql.json(storable(JSON.parse(JSON.stringify(value))) as never);
}
