import { z } from 'zod';
import { calendarSpan, duration, name, percent, text } from './scalars.ts';
import { thresholds } from './thresholds.ts';

export const objectives = z.strictObject({
  rpo: duration.optional().meta({ description: 'Most data that may be lost, as time.' }),
  rto: duration.optional().meta({ description: 'Longest time to a serving Odoo after a failure.' }),
  availability: percent.optional(),
});

const copies = z.number().int().min(0).max(10_000).optional();

/** What the law asks to keep, under a backup or a class of data. */
export const legal = z
  .strictObject({
    keepFor: calendarSpan,
    each: z
      .enum(['backup', 'day', 'week', 'month', 'year'])
      .optional()
      .meta({ description: 'Keep the last good one of each; every single one where not given.' }),
  })
  .meta({ description: 'How long the law asks to keep backups. The longer of this and `retain` wins.' });

export const backup = z.strictObject({
  policy: name.optional().meta({ description: 'A BackupPolicy to start from.' }),
  method: z.enum(['physical', 'logical', 'snapshot']).optional(),
  every: duration.optional(),
  retain: z
    .strictObject({ hourly: copies, daily: copies, weekly: copies, monthly: copies, yearly: copies })
    .optional()
    .meta({ description: 'How many backups of each age are kept.' }),
  legal: legal.optional(),
  hold: text.optional().meta({ description: 'Why nothing may be withdrawn at present, such as a court case.' }),
  immutableFor: duration.optional(),
  copies: z.array(name).optional().meta({ description: 'Regions that hold further copies.' }),
  repository: name.optional().meta({ description: 'The Repository; not needed where there is only one.' }),
  avoidPeaks: z.boolean().optional().meta({ description: 'Begin no backup in a peak (the default).' }),
  windows: z.array(name).optional().meta({ description: 'Calendar events in which backups begin.' }),
});

export const rollouts = ['recreate', 'rolling', 'blue-green', 'canary'] as const;
export const recoveryPatterns = ['none', 'backup-restore', 'pilot-light', 'warm-standby', 'hot-standby'] as const;

export const change = z.strictObject({
  policy: name.optional().meta({ description: 'A ChangePolicy to start from.' }),
  rollout: z.enum(rollouts).optional(),
  approvals: z.number().int().min(0).max(10).optional(),
});

export const tier = z.strictObject({
  kind: z.literal('Tier'),
  name,
  title: text.optional(),
  serviceClass: z.enum(['production', 'non-production']).optional(),
  objectives: objectives.optional(),
  recovery: z
    .strictObject({ pattern: z.enum(recoveryPatterns).optional(), drillEvery: duration.optional() })
    .optional(),
  backup: backup.optional(),
  change: change.optional(),
  thresholds,
});
