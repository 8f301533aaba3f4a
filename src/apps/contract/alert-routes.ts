import { z } from '@hono/zod-openapi';
import * as resource from './alert-resources.ts';
import { defineRoute } from './define-route.ts';

const id = z.object({ id: z.string().min(1).max(100) });
const limit = z.coerce.number().int().min(1).max(1_000).default(100);
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

/** Alerts: what is wrong for whom, who was told, and what will be missed. */
export const alertRoutes = {
  listAlerts: defineRoute({
    method: 'get',
    path: '/alerts',
    permission: 'alerts:read',
    summary: 'Alerts by what the business loses, the most important first; then those that are over',
    query: z.object({
      environment: z.string().optional(),
      includeResolved: z.enum(['true', 'false']).default('false'),
      limit,
    }),
    response: list(resource.alert),
  }),
  getAlert: defineRoute({
    method: 'get',
    path: '/alerts/{id}',
    permission: 'alerts:read',
    summary: 'One alert with what was told to whom',
    params: id,
    response: resource.alertDetail,
  }),
  acknowledgeAlert: defineRoute({
    method: 'post',
    path: '/alerts/{id}/acknowledgement',
    permission: 'alerts:act',
    summary: 'Take an alert: nobody further up is called for it',
    params: id,
    response: resource.alert,
  }),
  getAlertNoise: defineRoute({
    method: 'get',
    path: '/alert-noise',
    permission: 'alerts:read',
    summary: 'How much alerts have asked for in the last days, and whether anybody needed it',
    query: z.object({ days: z.coerce.number().int().min(1).max(400).default(30) }),
    response: resource.alertNoise,
  }),
  listUnansweredSignals: defineRoute({
    method: 'get',
    path: '/unanswered-signals',
    permission: 'alerts:read',
    summary: 'What is watched although nobody is told, or nobody knows what to do then',
    response: list(resource.unansweredSignal),
  }),
  listOnCall: defineRoute({
    method: 'get',
    path: '/on-call',
    permission: 'alerts:read',
    summary: 'Who is on call now and in the next days, and the hours that nobody holds',
    query: z.object({ days: z.coerce.number().int().min(1).max(60).default(14) }),
    response: list(resource.onCallTeam),
  }),
  listForecasts: defineRoute({
    method: 'get',
    path: '/forecasts',
    permission: 'estate:read',
    summary: 'Whether each backlog clears before its next cut-off',
    response: list(resource.cutOffForecast),
  }),
  takeAlertmanager: defineRoute({
    method: 'post',
    path: '/alerts/alertmanager',
    permission: 'alerts:send',
    summary: 'A webhook receiver for an Alertmanager: its alerts are ranked, routed and grouped with the others',
    body: resource.alertmanagerNotification,
    response: z.object({ taken: z.number().int() }),
  }),
} as const;
