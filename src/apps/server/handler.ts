import type { z } from '@hono/zod-openapi';
import type { Caller } from '../../ports/access.ts';
import type { RouteDefinition, RouteName, routes } from '../contract/index.ts';
import type { ServerDeps } from './deps.ts';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler is given: parts that the contract has checked, and who asks. */
export interface HandlerRequest<Route> {
  readonly params: Route extends { readonly params?: infer P } ? Parsed<P> : undefined;
  readonly query: Route extends { readonly query?: infer Q } ? Parsed<Q> : undefined;
  readonly body: Route extends { readonly body?: infer B } ? Parsed<B> : undefined;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

type ResponseOf<Route> = Route extends RouteDefinition<infer R, infer _P, infer _Q, infer _B> ? z.input<R> : never;

/** One handler for every route of the contract: a missing one does not type-check. */
export type Handlers = {
  readonly [Name in RouteName]: (
    request: HandlerRequest<(typeof routes)[Name]>,
  ) => Promise<ResponseOf<(typeof routes)[Name]>>;
};

/** Handlers of one part of the contract, from what the server was given. */
export type HandlerGroup<Name extends RouteName> = (deps: ServerDeps) => Pick<Handlers, Name>;
