import { z } from '@hono/zod-openapi';
import { defineRoute } from './define-route.ts';
import { recoveryTask, taskStates } from './task-resources.ts';

const id = z.object({ id: z.string().min(1).max(100) });

/** Long pieces of recovery work: backups, checks, drills, clones and restores. */
export const taskRoutes = {
  listRecoveryTasks: defineRoute({
    method: 'get',
    path: '/recovery-tasks',
    permission: 'backups:read',
    summary: 'Recovery work under way and ended, newest first: who asked, its step, bytes, rate, time left, outcome',
    query: z.object({
      environment: z.string().max(100).optional(),
      /** One of the states, or `under-way` for what waits or runs. */
      state: z.enum([...taskStates, 'under-way']).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: z.object({ items: z.array(recoveryTask) }),
  }),
  getRecoveryTask: defineRoute({
    method: 'get',
    path: '/recovery-tasks/{id}',
    permission: 'backups:read',
    summary: 'One piece of recovery work, as it is now',
    params: id,
    response: recoveryTask,
  }),
  cancelRecoveryTask: defineRoute({
    method: 'post',
    path: '/recovery-tasks/{id}/cancellation',
    permission: 'backups:run',
    summary: 'Ask whoever runs it to end it; it hears of that within seconds, and undoes what it began',
    params: id,
    response: recoveryTask,
  }),
};
