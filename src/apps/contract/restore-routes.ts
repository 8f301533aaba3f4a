import { z } from '@hono/zod-openapi';
import { defineRoute } from './define-route.ts';
import * as resource from './restore-resources.ts';

const name = z.object({ name: z.string().min(1).max(100) });

/** Bringing environments back, looking into backups, and withdrawing what retention keeps no more. */
export const restoreRoutes = {
  planRestore: defineRoute({
    method: 'post',
    path: '/environments/{name}/restores/plan',
    permission: 'environments:act',
    summary: 'What a restore or a clone would do, what would be lost, and what stands in its way; changes nothing',
    params: name,
    body: resource.restorePlanAsk,
    response: resource.restorePreview,
  }),
  startRestore: defineRoute({
    method: 'post',
    path: '/environments/{name}/restores',
    permission: 'environments:act',
    summary: 'Restore to a new environment beside the one that is there, neutralised; answers its task at once',
    params: name,
    body: resource.restoreAsk,
    response: resource.askedTask,
  }),
  makeClone: defineRoute({
    method: 'post',
    path: '/environments/{name}/clones',
    permission: 'environments:act',
    summary: 'Make a neutralised copy for work on it, with a date when it goes; answers its task at once',
    params: name,
    body: resource.cloneAsk,
    response: resource.askedTask,
  }),
  startRestoreInPlace: defineRoute({
    method: 'post',
    path: '/environments/{name}/restores/in-place',
    permission: 'environments:restore',
    summary:
      'Replace an environment by what a restore point holds; `confirm` is its name once more; answers its task at once',
    params: name,
    body: resource.inPlaceAsk,
    response: resource.askedTask,
  }),
  startVerification: defineRoute({
    method: 'post',
    path: '/environments/{name}/backups/verifications',
    permission: 'backups:run',
    summary: 'Check the whole content of a backup without restoring it; answers its task at once',
    params: name,
    body: z.strictObject({
      /** The newest where it is absent. */
      backup: z.string().min(1).max(200).optional(),
      /** Its copy in this Repository. */
      repository: z.string().min(1).max(100).optional(),
    }),
    response: resource.askedTask,
  }),
  planPruning: defineRoute({
    method: 'get',
    path: '/environments/{name}/pruning',
    permission: 'backups:read',
    summary: 'Which backups retention keeps, and why, and which it would withdraw; changes nothing',
    params: name,
    response: z.object({ items: z.array(resource.prunePlan) }),
  }),
  startPruning: defineRoute({
    method: 'post',
    path: '/environments/{name}/pruning',
    permission: 'backups:prune',
    summary:
      "Withdraw for good the backups that no rule keeps, and free their room; `confirm` is the environment's name; answers its task at once",
    params: name,
    body: z.strictObject({ confirm: z.string().min(1).max(100) }),
    response: resource.askedTask,
  }),
};
