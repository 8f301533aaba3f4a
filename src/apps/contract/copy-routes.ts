import { z } from '@hono/zod-openapi';
import { backupCopyPlace, clone } from './copy-resources.ts';
import { defineRoute } from './define-route.ts';

const name = z.object({ name: z.string().min(1).max(100) });
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const flag = z.enum(['true', 'false']).default('false');

/** Copies of backups in other regions, and copies of environments. */
export const copyRoutes = {
  listBackupCopies: defineRoute({
    method: 'get',
    path: '/environments/{name}/copies',
    permission: 'backups:read',
    summary: 'The regions that backups of an environment are copied to, with the last copy and its last check',
    params: name,
    response: list(backupCopyPlace),
  }),
  startBackupCopies: defineRoute({
    method: 'post',
    path: '/environments/{name}/copies',
    permission: 'backups:run',
    summary: 'Copy now what the regions lack; answers at once to which repositories',
    params: name,
    response: z.object({ repositories: z.array(z.string()) }),
  }),
  listClones: defineRoute({
    method: 'get',
    path: '/clones',
    permission: 'backups:read',
    summary: 'Clones and restored copies, newest first: where they serve, what was done to them, when they go',
    query: z.object({
      source: z.string().optional(),
      includeRetired: flag,
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    response: list(clone),
  }),
  startClone: defineRoute({
    method: 'post',
    path: '/clones/{name}/start',
    permission: 'environments:act',
    summary: 'Start a clone that was stopped, and wait until it serves',
    params: name,
    response: clone,
  }),
  stopClone: defineRoute({
    method: 'post',
    path: '/clones/{name}/stop',
    permission: 'environments:act',
    summary: 'Stop a clone and keep its data',
    params: name,
    response: clone,
  }),
  removeClone: defineRoute({
    method: 'post',
    path: '/clones/{name}/removal',
    permission: 'environments:act',
    summary: 'Remove a clone with everything in it; `confirm` is its name once more',
    params: name,
    body: z.object({ confirm: z.string().min(1).max(100) }),
    response: clone,
  }),
};
