import { z } from '@hono/zod-openapi';
import { incidentStates } from '../../core/incident/index.ts';
import { defineRoute } from './define-route.ts';
import * as resource from './incident-resources.ts';

const id = z.object({ id: z.string().min(1).max(100) });
const limit = z.coerce.number().int().min(1).max(1_000).default(100);

/** Incidents: what stands still, who sees to it, and what is learnt. */
export const incidentRoutes = {
  listIncidents: defineRoute({
    method: 'get',
    path: '/incidents',
    permission: 'alerts:read',
    summary: 'Incidents, newest first',
    query: z.object({ environment: z.string().optional(), state: z.enum(incidentStates).optional(), limit }),
    response: z.object({ items: z.array(resource.incident) }),
  }),
  getIncident: defineRoute({
    method: 'get',
    path: '/incidents/{id}',
    permission: 'alerts:read',
    summary: 'One incident with its timeline, its runbook, what was said and what is learnt',
    params: id,
    response: resource.incidentDetail,
  }),
  workOnIncident: defineRoute({
    method: 'post',
    path: '/incidents/{id}/work',
    permission: 'alerts:act',
    summary:
      'Take it, assign roles, record steps, communicate, review, close; what is out of order is refused and recorded',
    params: id,
    body: resource.incidentWork,
    response: resource.incident,
  }),
  runIncidentStep: defineRoute({
    method: 'post',
    path: '/incidents/{id}/steps/{index}/runs',
    permission: 'alerts:act',
    summary:
      'Run the action of a step, or ask for it and agree to it where the runbook wants that; needs the right to the action too',
    params: id.extend({ index: z.coerce.number().int().min(0).max(99) }),
    response: resource.incident,
  }),
  getIncidentFigures: defineRoute({
    method: 'get',
    path: '/incident-figures',
    permission: 'alerts:read',
    summary: 'Mean times to detect, acknowledge and recover over the last days, with what they may mean',
    query: z.object({ days: z.coerce.number().int().min(1).max(400).default(30), environment: z.string().optional() }),
    response: resource.incidentFigures,
  }),
} as const;
