import { z } from 'zod';

/**
 * Events on `/api/v1/events` as CloudEvents 1.0 in structured JSON. They say what changed, not the new state:
 * a client that hears one asks the API again.
 */
export const eventTypes = [
  'dev.plimsoll.health.judged',
  'dev.plimsoll.finding.opened',
  'dev.plimsoll.finding.closed',
  'dev.plimsoll.journey.finished',
  'dev.plimsoll.drill.finished',
  'dev.plimsoll.objectives.judged',
  'dev.plimsoll.lifecycle.changed',
  'dev.plimsoll.backup.started',
  'dev.plimsoll.backup.progressed',
  'dev.plimsoll.backup.succeeded',
  'dev.plimsoll.backup.failed',
  'dev.plimsoll.backup.cancelled',
  'dev.plimsoll.backup.withdrawn',
  'dev.plimsoll.backup.checked',
  'dev.plimsoll.backup.copied',
  'dev.plimsoll.backup.copy-failed',
  'dev.plimsoll.clone.changed',
  'dev.plimsoll.recovery-task.changed',
  'dev.plimsoll.recovery-task.progressed',
  'dev.plimsoll.alert.changed',
  'dev.plimsoll.incident.changed',
  'dev.plimsoll.ledger.appended',
  'dev.plimsoll.estate.reloaded',
] as const;

export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.enum(eventTypes),
  time: z.iso.datetime(),
  /** `environment/acme-prod`, `finding/…`. */
  subject: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.record(z.string(), z.unknown()),
});

export type CloudEvent = z.infer<typeof cloudEvent>;
