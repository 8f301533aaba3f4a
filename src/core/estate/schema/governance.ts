import { z } from 'zod';
import { parts } from './environment.ts';
import { date, duration, name, text } from './scalars.ts';
import { backup, legal, rollouts } from './tier.ts';

export const estate = z.strictObject({
  kind: z.literal('Estate'),
  name,
  title: text.optional(),
  operatingModel: z.enum(['self-managed', 'managed-partnership', 'fully-managed']).optional(),
  regions: z
    .array(z.strictObject({ name, jurisdiction: text.optional() }))
    .optional()
    .meta({ description: 'Where environments and copies may be.' }),
  parts: parts.optional(),
});

export const tenant = z.strictObject({
  kind: z.literal('Tenant'),
  name,
  title: text.optional(),
  segments: z
    .array(
      z.strictObject({
        name,
        kind: z.enum(['organisation', 'business-unit', 'legal-entity', 'geography', 'regulatory-domain']),
        title: text.optional(),
      }),
    )
    .optional(),
});

export const changePolicy = z.strictObject({
  kind: z.literal('ChangePolicy'),
  name,
  title: text.optional(),
  windows: z.array(name).optional().meta({ description: 'Calendar events in which changes may go out.' }),
  freezes: z.array(name).optional().meta({ description: 'Calendar events in which none may.' }),
  approvals: z.number().int().min(0).max(10).optional(),
  rollout: z.enum(rollouts).optional(),
});

export const backupPolicy = backup.omit({ policy: true }).extend({
  kind: z.literal('BackupPolicy'),
  name,
  title: text.optional(),
});

export const dataHoldings = [
  'supplier-pricing',
  'supplier-contracts',
  'customer-records',
  'delivery-records',
  'inventory-positions',
  'shipment-details',
  'employee-records',
  'financial-data',
  'audit-trail',
] as const;

export const sensitivities = ['public', 'internal', 'confidential', 'restricted'] as const;

/** A table or column as PostgreSQL writes it without quotes. */
const identifier = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/)
  .meta({ description: 'The name of a table or column, such as x_driver.' });

export const dataClass = z.strictObject({
  kind: z.literal('DataClass'),
  name,
  title: text.optional(),
  holds: z.array(z.enum(dataHoldings)).min(1),
  sensitivity: z.enum(sensitivities).optional(),
  residency: z.array(text).optional().meta({ description: 'Jurisdictions in which it may be kept.' }),
  controls: z.array(name).optional().meta({ description: 'Controls that are in place.' }),
  legal: legal.optional(),
  anonymise: z
    .array(
      z.strictObject({
        table: identifier,
        column: identifier,
        as: z.enum(['name', 'email', 'phone', 'street', 'number', 'login', 'text', 'nothing']),
      }),
    )
    .optional()
    .meta({ description: "Columns of one's own modules that hold it, and what they become in an anonymised clone." }),
});

export const priceBook = z.strictObject({
  kind: z.literal('PriceBook'),
  name,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .meta({ description: 'An ISO 4217 code, such as EUR.' }),
  validFrom: date.optional(),
  prices: z.array(z.strictObject({ item: name, unit: text, price: z.number().min(0) })).min(1),
});

export const policy = z.strictObject({
  kind: z.literal('Policy'),
  name,
  title: text.optional(),
  statement: text,
  environments: z.array(name).optional(),
  reviewEvery: duration.optional(),
  owner: name.optional(),
});

export const exception = z.strictObject({
  kind: z.literal('Exception'),
  name,
  title: text.optional(),
  policy: name,
  environments: z.array(name).optional(),
  reason: text,
  approvedBy: name,
  expires: date,
});
