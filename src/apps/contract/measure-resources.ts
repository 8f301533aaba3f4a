import { z } from '@hono/zod-openapi';

const latencyMeasure = z.object({
  class: z.string(),
  /** `peak` while a peak or month-end of one of its sites is on, else `normal`. */
  period: z.enum(['normal', 'peak']),
  count: z.number(),
  p95Seconds: z.number(),
  p99Seconds: z.number(),
});

/** What an environment achieved between two instants: availability, latency, queues, partners. */
export const measures = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    /** From the runs of journeys, whether the host was up or not; null where nothing ran. */
    services: z.array(
      z.object({ service: z.string(), good: z.number().int(), total: z.number().int(), ratio: z.number().nullable() }),
    ),
    latency: z.array(latencyMeasure),
    queues: z.array(
      z.object({
        queue: z.string(),
        class: z.string(),
        /** `0.5` or `0.95` of the started, `oldest` of the waiting. */
        statistic: z.string(),
        meanSeconds: z.number(),
        maximumSeconds: z.number(),
        lastSeconds: z.number(),
      }),
    ),
    partners: z.array(
      z.object({
        partner: z.string(),
        type: z.string(),
        succeeded: z.number(),
        failed: z.number(),
        /** Null where nothing records that something was tried again. */
        retries: z.number().nullable(),
        successRatio: z.number(),
        /** Whether success is inferred from what it leaves behind. */
        isInferred: z.boolean(),
      }),
    ),
  })
  .openapi('Measures');

/** Delays and backlogs that have risen, each with what may stand behind it. */
export const rises = z
  .object({
    at: z.iso.datetime(),
    items: z.array(
      z.object({
        metric: z.string(),
        /** What kind of work waits: shipping, mail, jobs … */
        work: z.string(),
        title: z.string(),
        unit: z.enum(['seconds', 'count']),
        usual: z.number(),
        now: z.number(),
        since: z.iso.datetime(),
        /** What it means, in words. */
        reading: z.string(),
        /** The likeliest first. */
        causes: z.array(
          z.object({
            kind: z.enum([
              ...(['lock', 'database', 'change', 'workers', 'scheduled-actions'] as const),
              ...(['partner', 'machine', 'arrivals', 'floor'] as const),
            ]),
            title: z.string(),
            /** How much speaks for it, from 0 to 1; no probability. */
            strength: z.number(),
            evidence: z.array(z.string()),
            action: z.string(),
            since: z.iso.datetime().nullable(),
          }),
        ),
      }),
    ),
  })
  .openapi('Rises');
