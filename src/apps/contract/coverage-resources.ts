import { z } from '@hono/zod-openapi';

const watch = z.enum(['journey', 'indicator', 'objective', 'alert', 'owner', 'runbook']);

/** One thing of the estate: what watches it, and what does not. */
export const coverageItem = z
  .object({
    subject: z.enum(['service', 'site', 'integration', 'component', 'backup']),
    name: z.string(),
    /** The environment it is of, where it is of one. */
    environment: z.string().nullable(),
    by: z.array(z.object({ watch, what: z.string() })),
    /** What could watch it and does not, with how to have it. */
    lacks: z.array(z.object({ watch, how: z.string() })),
    /** Whether anything sees it at all: an owner and a runbook see nothing. */
    isWatched: z.boolean(),
  })
  .openapi('CoverageItem');
