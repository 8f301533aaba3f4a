import { z } from '@hono/zod-openapi';

export const instant = z.iso.datetime().openapi({ example: '2026-11-21T16:00:00Z' });

export const calendarOccurrence = z
  .object({
    site: z.string(),
    timezone: z.string(),
    name: z.string(),
    kind: z.string(),
    at: instant,
    /** The end, for an event that lasts; null for an instant. */
    until: instant.nullable(),
    service: z.string().nullable(),
    profile: z.string().nullable(),
  })
  .openapi('CalendarOccurrence');

/** Open work of all sites: pickings not done, those past their deadline, those due at the site of the next cut-off. */
export const backlog = z
  .object({
    openCount: z.number().int().nullable(),
    lateCount: z.number().int().nullable(),
    dueBeforeNextCutOffCount: z.number().int().nullable(),
    measuredAt: instant.nullable(),
  })
  .openapi('Backlog');

/** Open work of one site of an environment against the site's own next cut-off. */
export const siteBacklog = z
  .object({
    site: z.string(),
    /** Odoo's codes of the warehouses counted for it; null for all that no other site declares. */
    warehouses: z.array(z.string()).nullable(),
    nextCutOff: calendarOccurrence.nullable(),
    openCount: z.number().int().nullable(),
    lateCount: z.number().int().nullable(),
    dueBeforeNextCutOffCount: z.number().int().nullable(),
    /** Why its work is not counted, and what to do about it. */
    notCounted: z.string().nullable(),
  })
  .openapi('SiteBacklog');

/** Whether changes may go out at this instant, by the freezes of the environment's own sites and the windows of its policy. */
export const changeAnswer = z
  .object({
    isAllowed: z.boolean(),
    /** Why not; empty where it is allowed. */
    reasons: z.array(z.string()),
    /** The next window in which they may, as far as the calendar knows. */
    nextWindow: calendarOccurrence.nullable(),
  })
  .openapi('ChangeAnswer');
