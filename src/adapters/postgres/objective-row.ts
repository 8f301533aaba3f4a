import { z } from 'zod';
import {
  type ObjectivePoint,
  type ObjectiveVerdict,
  objectiveKinds,
  objectiveStates,
  serviceConditions,
} from '../../core/objective/index.ts';

const instant = z.string().transform((text) => Temporal.Instant.from(text));
const ratio = z.number().nullable();
const period = z.strictObject({ good: z.number(), total: z.number(), attainment: ratio });

/** A verdict as it lies in the database: JSON, instants as text. */
export const verdictJson = z.strictObject({
  key: z.string(),
  environment: z.string(),
  service: z.string(),
  kind: z.enum(objectiveKinds),
  promise: z.string(),
  commitment: z.string().nullable(),
  state: z.enum(objectiveStates),
  condition: z.enum(serviceConditions),
  isCompromised: z.boolean(),
  reason: z.string(),
  targetRatio: z.number(),
  attainment: ratio,
  budgetRemaining: ratio,
  good: z.number(),
  total: z.number(),
  window: z.strictObject({
    kind: z.enum(['rolling', 'calendar']),
    name: z.string(),
    seconds: z.number(),
    from: instant,
    to: instant,
  }),
  firing: z.array(
    z.strictObject({
      severity: z.enum(['page', 'ticket']),
      window: z.enum(['1h', '6h', '1d', '3d']),
      burnRate: z.number(),
      isLowTraffic: z.boolean(),
      since: instant,
      lastTrueAt: instant,
    }),
  ),
  excluded: z.array(
    z.strictObject({
      from: instant,
      to: instant,
      reason: z.string(),
      source: z.enum(['declared', 'calendar']),
      total: z.number(),
    }),
  ),
  gaps: z.array(z.strictObject({ from: instant, to: instant })),
  normal: period,
  peak: period.nullable(),
  at: instant,
}) satisfies z.ZodType<ObjectiveVerdict>;

/** A point of the past as a row. */
export const pointRow = z
  .object({
    key: z.string(),
    at: z.instanceof(Temporal.Instant),
    state: z.enum(objectiveStates),
    attainment: ratio,
    budget_remaining: ratio,
  })
  .transform(({ budget_remaining, ...rest }): ObjectivePoint => ({ ...rest, budgetRemaining: budget_remaining }));
