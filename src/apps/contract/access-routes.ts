import { z } from '@hono/zod-openapi';
import * as resource from './access-resources.ts';
import { defineRoute } from './define-route.ts';

const id = z.object({ id: z.string().min(1).max(100) });
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

/** People and tokens, and who may do what. */
export const accessRoutes = {
  listUsers: defineRoute({
    method: 'get',
    path: '/access/users',
    permission: 'access:manage',
    summary: 'People who can sign in',
    response: list(resource.user),
  }),
  createSignInLink: defineRoute({
    method: 'post',
    path: '/access/links',
    permission: 'access:manage',
    summary: 'Make a one-time link with which one more person signs in; it is shown this once',
    body: resource.signInLinkDraft,
    response: resource.signInLink,
  }),
  withdrawSignInLinks: defineRoute({
    method: 'delete',
    path: '/access/links',
    permission: 'access:manage',
    summary: 'Make every unused sign-in link worthless',
    response: z.object({ withdrawn: z.number().int().nonnegative() }),
  }),
  listTokens: defineRoute({
    method: 'get',
    path: '/access/tokens',
    permission: 'access:manage',
    summary: 'API tokens, without their secrets',
    response: list(resource.apiToken),
  }),
  createToken: defineRoute({
    method: 'post',
    path: '/access/tokens',
    permission: 'access:manage',
    summary: 'Create an API token; the secret is shown this once',
    body: resource.apiTokenDraft,
    response: resource.apiToken.extend({ secret: z.string() }),
  }),
  revokeToken: defineRoute({
    method: 'delete',
    path: '/access/tokens/{id}',
    permission: 'access:manage',
    summary: 'Revoke an API token at once',
    params: id,
    response: resource.apiToken,
  }),
} as const;
