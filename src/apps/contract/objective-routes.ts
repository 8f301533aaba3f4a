import { z } from '@hono/zod-openapi';
import { defineRoute } from './define-route.ts';
import { objective, objectiveDetail } from './objective-resources.ts';
import { serviceSummary } from './resources.ts';

/** Business services, and how their objectives and commitments stand. */
export const objectiveRoutes = {
  listServices: defineRoute({
    method: 'get',
    path: '/services',
    permission: 'estate:read',
    summary: 'Business services with their health and availability',
    query: z.object({ environment: z.string().optional() }),
    response: z.object({ items: z.array(serviceSummary) }),
  }),
  listObjectives: defineRoute({
    method: 'get',
    path: '/objectives',
    permission: 'estate:read',
    summary: 'Objectives and commitments: attainment, budget left, margin, what burns',
    query: z.object({
      environment: z.string().optional(),
      service: z.string().optional(),
      state: z.enum(['met', 'at-risk', 'breached', 'unknown']).optional(),
    }),
    response: z.object({ items: z.array(objective) }),
  }),
  getObjective: defineRoute({
    method: 'get',
    path: '/objectives/{key}',
    permission: 'estate:read',
    summary: 'One objective with its past by the hour',
    params: z.object({ key: z.string().min(1).max(300) }),
    query: z.object({ days: z.coerce.number().int().min(1).max(400).default(30) }),
    response: objectiveDetail,
  }),
} as const;
