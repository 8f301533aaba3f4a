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
