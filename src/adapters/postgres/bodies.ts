import { z } from 'zod';

/** An instant as JSON holds it. */
export const instantText = z.string().transform((text) => Temporal.Instant.from(text));

/** Facts beside a finding or a signal. */
export const evidence = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
