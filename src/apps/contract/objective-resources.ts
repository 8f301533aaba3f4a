import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime();
const ratio = z.number().nullable();
const span = z.object({ from: instant, to: instant });
const period = z.object({ good: z.number(), total: z.number(), attainment: ratio });

/** What is true of one promise, ours or to a customer, at the moment of its verdict. */
export const objective = z
  .object({
    key: z.string(),
    environment: z.string(),
    service: z.string(),
    kind: z.enum(['availability', 'latency', 'backlog', 'integration']),
    promise: z.string(),
    /** The BusinessCommitment it stems from; null for an objective of our own. */
    commitment: z.string().nullable(),
    state: z.enum(['met', 'at-risk', 'breached', 'unknown']),
    condition: z.enum(['working', 'degraded', 'interrupted', 'unknown']),
    isCompromised: z.boolean(),
    reason: z.string(),
    targetRatio: z.number(),
    attainment: ratio,
    /** Attainment less target: the margin to the promise. */
    marginRatio: ratio,
    budgetRemaining: ratio,
    good: z.number(),
    total: z.number(),
    window: span.extend({ kind: z.enum(['rolling', 'calendar']), name: z.string(), seconds: z.number() }),
    firing: z.array(
      z.object({
        severity: z.enum(['page', 'ticket']),
        window: z.enum(['1h', '6h', '1d', '3d']),
        burnRate: z.number(),
        isLowTraffic: z.boolean(),
        since: instant,
      }),
    ),
    excluded: z.array(span.extend({ reason: z.string(), source: z.enum(['declared', 'calendar']), total: z.number() })),
    gaps: z.array(span),
    normal: period,
    peak: period.nullable(),
    at: instant,
    /** Whether nobody has judged it for longer than judging should take. */
    isStale: z.boolean(),
  })
  .openapi('Objective');

/** An objective with its past, an hour a point. */
export const objectiveDetail = objective
  .extend({
    history: z.array(
      z.object({
        at: instant,
        state: z.enum(['met', 'at-risk', 'breached', 'unknown']),
        attainment: ratio,
        budgetRemaining: ratio,
      }),
    ),
  })
  .openapi('ObjectiveDetail');
