import { z } from 'zod';
import { complain, duration, instant, name, percent, readDuration, text } from './scalars.ts';

const calendarPeriods = ['week', 'month', 'quarter'] as const;

type Period = (typeof calendarPeriods)[number];

/** `30d` rolls; `month` is the calendar's, in the zone of the first site. */
export const window = z
  .string()
  .transform((text, context): Period | number => {
    return calendarPeriods.find((period) => period === text) ?? readDuration(text, context);
  })
  .meta({
    description: 'A duration that rolls, or the week, month or quarter of the calendar.',
    examples: ['30d', 'month'],
  });

/** A share that leaves a budget to judge by. */
export const target = percent
  .transform((ratio, context) => {
    if (ratio > 0 && ratio < 1) return ratio;
    const hint = 'Promise less than 100%, such as 99.5%: what may fail is the budget that is judged.';
    return complain(context, 'PERCENT_INVALID', 'a promise of 0% or 100% leaves no budget to judge by', hint);
  })
  .meta({ description: 'A percentage below 100%, such as 99.5%.', examples: ['99.5%'] });

/** Agreed time that does not count. */
export const agreed = z.strictObject({ from: instant, to: instant, reason: text });

export const percentileOf = z
  .strictObject({ p50: duration, p90: duration, p95: duration, p99: duration })
  .partial()
  .refine((given) => Object.keys(given).length === 1, 'name one percentile, such as { p95: 2s }')
  .meta({ description: 'One percentile and its limit, such as { p95: 2s }.' });

const clearBefore = name.meta({ description: 'A calendar event of one of the sites.' });

const counter = z
  .string()
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^{}]*\})?$/)
  .meta({ description: 'A counter with its labels, such as http_requests_total{code!~"5.."}.' });

export const objective = z.strictObject({
  availability: target.optional(),
  window: window.optional(),
  latency: percentileOf.optional(),
  backlog: z
    .strictObject({
      clearBefore,
      onTime: target
        .optional()
        .meta({ description: 'Share of the days on which nothing may be left; 95% if not given.' }),
    })
    .optional(),
  integration: z
    .strictObject({
      name: name.meta({ description: 'An Integration whose exchanges are to succeed.' }),
      success: target,
      carrierType: z
        .string()
        .regex(/^[a-z0-9_]{1,64}$/)
        .optional()
        .meta({ description: "Odoo's kind of carrier (delivery_type); the name of the integration if not given." }),
    })
    .optional(),
  prometheus: z
    .strictObject({ good: counter, total: counter })
    .optional()
    .meta({ description: "Counters of the environment's Prometheus, instead of what Plimsoll collects." }),
  exclude: z
    .array(agreed)
    .optional()
    .meta({ description: 'Agreed times that do not count, beside the maintenance windows of the calendar.' }),
});

export const compromised = z
  .strictObject({ since: instant, until: instant.optional(), reason: text })
  .meta({ description: 'An active security compromise: nothing that is answered since then is reliable.' });
