import type { z } from '@hono/zod-openapi';
import type { Estate } from '../../core/estate/index.ts';
import type { resource } from '../contract/index.ts';

/** An occurrence of a calendar event, as the API shows it. */
export type Occurrence = z.input<typeof resource.calendarOccurrence>;

/** What the calendar and the dependency graph of an estate answer. */
export interface Planning {
  /** Occurrences that touch the stretch of time, in order of their start. */
  occurrences(estate: Estate, from: Temporal.Instant, to: Temporal.Instant): readonly Occurrence[];
  /** `undefined` where the estate has no such element. */
  graph(
    estate: Estate,
    element: string,
    direction: 'needs' | 'affects',
  ): z.input<typeof resource.graphAnswer> | undefined;
}
