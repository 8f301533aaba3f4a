import { z } from 'zod';
import { agreed, compromised, objective, percentileOf, target, window } from './objective.ts';
import { duration, name, percent, plainOrSecret, text } from './scalars.ts';

export const criticalities = ['low', 'medium', 'high', 'critical'] as const;

/** The processes of a logistics business, for classification. */
export const processes = [
  'order-intake',
  'order-confirmation',
  'pick-waves',
  'stock-moves',
  'carrier-rates',
  'label-printing',
  'shipment-confirmation',
  'goods-receipt',
  'edi-exchange',
  'carrier-api',
  'marketplace-api',
  'customer-portal',
  'invoice-posting',
  'transport-planning',
  'reporting',
  'training',
] as const;

const dependency = z
  .string()
  .regex(/^((service|integration|environment)\/)?[a-z0-9][a-z0-9-]*$/)
  .meta({ description: 'A service by its name, or `integration/dhl`, `environment/acme-prod`.' });

export const businessService = z.strictObject({
  kind: z.literal('BusinessService'),
  name,
  title: text.optional(),
  environments: z.array(name).min(1),
  owner: name.optional(),
  journey: name.optional(),
  process: z.enum(processes).optional(),
  objectives: z.array(objective).optional(),
  compromised: compromised.optional(),
  recovery: z
    .strictObject({ rpo: duration.optional(), rto: duration.optional() })
    .optional()
    .meta({ description: 'What this service may lose, and how long it may be away.' }),
  criticality: z.enum(criticalities).optional(),
  volume: z.strictObject({ peakPerHour: z.number().int().min(0) }).optional(),
  dependsOn: z.array(dependency).optional(),
});

export const partners = [
  'carrier',
  'wms',
  'device',
  'tms',
  'edi',
  'marketplace',
  'ecommerce',
  'supplier-portal',
  'customer-portal',
  'finance',
  'other',
] as const;

export const integration = z.strictObject({
  kind: z.literal('Integration'),
  name,
  title: text.optional(),
  partner: z.enum(partners),
  environments: z.array(name).min(1),
  services: z.array(name).optional(),
  exchange: z.enum(['synchronous', 'queued']),
  direction: z.enum(['inbound', 'outbound', 'both']).optional(),
  criticality: z.enum(criticalities).optional(),
  trustZone: z.enum(['internal', 'partner', 'public']).optional(),
  endpoint: plainOrSecret.optional(),
  retry: z
    .strictObject({
      attempts: z.number().int().min(1).max(100).optional(),
      backoff: z.enum(['none', 'fixed', 'exponential']).optional(),
      budget: percent.optional(),
    })
    .optional(),
  timeout: duration.optional(),
  availability: percent.optional().meta({ description: 'What the partner promises, for ceilings of objectives.' }),
  owner: name.optional(),
});

export const businessCommitment = z.strictObject({
  kind: z.literal('BusinessCommitment'),
  name,
  title: text.optional(),
  tenant: name.optional(),
  service: name,
  promise: z.strictObject({
    availability: target.optional(),
    latency: percentileOf.optional(),
    before: name.optional().meta({ description: 'A calendar event of one of the sites.' }),
    onTime: target.optional(),
  }),
  window: window.optional(),
  exclude: z.array(agreed).optional().meta({ description: 'Times that the customer agreed do not count.' }),
  penalty: text.optional(),
});
