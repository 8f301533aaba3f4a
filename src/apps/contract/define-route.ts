import { createRoute, type z } from '@hono/zod-openapi';
import type { Permission } from '../../core/access/index.ts';
import { problem } from './access-resources.ts';

/** A route as everybody sees it: the server implements it, the CLI and the portal call it. */
export interface RouteDefinition<
  Response extends z.ZodType = z.ZodType,
  Params extends z.ZodObject | undefined = z.ZodObject | undefined,
  Query extends z.ZodObject | undefined = z.ZodObject | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly method: 'get' | 'post' | 'delete';
  /** In OpenAPI's form: `/environments/{name}`, below `/api/v1`. */
  readonly path: `/${string}`;
  readonly permission: Permission;
  readonly summary: string;
  readonly response: Response;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
}

/** Keeps the precise types of one route definition. */
export function defineRoute<
  Response extends z.ZodType,
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Response, Params, Query, Body>): RouteDefinition<Response, Params, Query, Body> {
  return definition;
}

const problemContent = { 'application/problem+json': { schema: problem } };

/** The OpenAPI form of a route, for the server and for `/api/v1/openapi.json`; the permission travels as `x-permission`. */
export function toOpenApiRoute(operationId: string, route: RouteDefinition) {
  return createRoute({
    operationId,
    method: route.method,
    path: route.path,
    summary: route.summary,
    'x-permission': route.permission,
    request: {
      ...(route.params === undefined ? {} : { params: route.params }),
      ...(route.query === undefined ? {} : { query: route.query }),
      ...(route.body === undefined
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: route.body } } } }),
    },
    responses: {
      200: { description: 'The answer', content: { 'application/json': { schema: route.response } } },
      default: { description: 'A problem (RFC 9457)', content: problemContent },
    },
  });
}
