import type { Seconds } from '../../kernel/index.ts';
import type { Domain } from '../../script/index.ts';
import type { JourneyInput } from '../definition.ts';
import { synthetic } from '../synthetic-company.ts';

/** The reference that a run writes on its order. */
export function ownReference(journey: string, input: JourneyInput): string {
  return `${synthetic.orderReferencePrefix}${journey}:${input.runId}`;
}

/** An instant as Odoo writes it: UTC, whole seconds. */
export function odooInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second' }).replace('T', ' ').replace('Z', '');
}

/**
 * Records of this run, and those of runs of the same journey that are so old that none can still act: what an
 * interrupted run left. A run that goes on beside us is never touched.
 */
export function leftoverDomain(field: string, journey: string, input: JourneyInput, ageSeconds: Seconds): Domain {
  const before = input.now.subtract({ seconds: Math.ceil(ageSeconds) });
  return [
    '|',
    [field, '=', ownReference(journey, input)],
    '&',
    [field, '=like', `${synthetic.orderReferencePrefix}${journey}:%`],
    ['create_date', '<', odooInstant(before)],
  ];
}
