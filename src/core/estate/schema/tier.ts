import { z } from 'zod';
import { duration, name, percent, text } from './scalars.ts';
import { thresholds } from './thresholds.ts';

export const objectives = z.strictObject({
  rpo: duration.optional().meta({ description: 'Most data that may be lost, as time.' }),
  rto: duration.optional().meta({ description: 'Longest time to a serving Odoo after a failure.' }),
  availability: percent.optional(),
});

const copies = z.number().int().min(0).max(10_000).optional();

export const backup = z.strictObject({
  policy: name.optional().meta({ description: 'A BackupPolicy to start from.' }),
  method: z.enum(['physical', 'logical', 'snapshot']).optional(),
  every: duration.optional(),
  retain: z
    .strictObject({ hourly: copies, daily: copies, weekly: copies, monthly: copies, yearly: copies })
    .optional()
    .meta({ description: 'How many backups of each age are kept.' }),
  immutableFor: duration.optional(),
  copies: z.array(name).optional().meta({ description: 'Regions that hold further copies.' }),
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
