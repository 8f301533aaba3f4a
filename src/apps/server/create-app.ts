import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Permission } from '../../core/access/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Caller } from '../../ports/access.ts';
import { type RouteDefinition, type RouteName, routes, toOpenApiRoute } from '../contract/index.ts';
import { authorize } from './authorize.ts';
import { clientAddress } from './client-address.ts';
import { packed } from './content-encoding.ts';
import type { ServerDeps } from './deps.ts';
import { createEventStreams } from './events.ts';
import type { Handlers } from './handler.ts';
import { accessHandlers } from './handlers/access.ts';
import { alertHandlers } from './handlers/alerts.ts';
import { copyHandlers } from './handlers/copies.ts';
import { estateHandlers } from './handlers/estate.ts';
import { incidentHandlers } from './handlers/incidents.ts';
import { objectiveHandlers } from './handlers/objectives.ts';
import { recordHandlers } from './handlers/records.ts';
import { recoveryHandlers } from './handlers/recovery.ts';
import { restoreHandlers } from './handlers/restores.ts';
import { sampleHandlers } from './handlers/samples.ts';
import { taskHandlers } from './handlers/tasks.ts';
import { createJsonWriter } from './json-writer.ts';
import { createRequestMeter, exposeMetrics } from './metrics.ts';
import { problemOf, problemResponse } from './problem.ts';
import { portalResponse } from './static.ts';

interface Env {
  readonly Variables: { caller: Caller; route: string };
}

const largestBodyBytes = 256 * 1_024;
const answerWithinSeconds = 30;
/** Journeys have deadlines of their own for each step; this is the sum of the longest. */
const journeyWithinSeconds = 180;

/** What is served besides the contract, and what each needs. Anything else below /api is denied. */
export const furtherRoutes: Readonly<Record<string, Permission>> = {
  'GET /api/v1/openapi.json': 'health',
  'GET /api/v1/events': 'estate:read',
  'GET /metrics': 'samples:read',
  'GET /healthz': 'health',
  'GET /readyz': 'health',
};

/** The permission of every route that the server answers, by method and path pattern. */
export const permissionByRoute: ReadonlyMap<string, Permission> = new Map([
  ...Object.entries(furtherRoutes),
  ...Object.values(routes).map(
    (route) => [`${route.method.toUpperCase()} /api/v1${patternOf(route.path)}`, route.permission] as const,
  ),
]);

/** The scheme by which the client reached the proxy, in the proxy's words. */
const schemeHeader = 'x-forwarded-proto';

/** OpenAPI's `{name}` as Hono writes it: `:name`. */
function patternOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

const headers = { contentSecurityPolicy, referrerPolicy: 'no-referrer', xFrameOptions: 'DENY' } as const;
const secureHeadersOfHttp = secureHeaders({ ...headers, strictTransportSecurity: false });
const secureHeadersOfHttps = secureHeaders({ ...headers, strictTransportSecurity: 'max-age=31536000' });

/**
 * Denies by default: a request passes only where the route it matched has a permission and its caller holds it. The
 * route is looked up in the table, not taken from the handler, so a handler added without one is never reached.
 */
function guard(deps: ServerDeps) {
  return async (context: Context<Env>, next: () => Promise<void>): Promise<Response | undefined> => {
    const method = context.req.method === 'HEAD' ? 'GET' : context.req.method;
    const route = matchRoute(method, context.req.path);
    const permission = route === undefined ? undefined : permissionByRoute.get(route);
    if (route === undefined || permission === undefined) {
      throw new Fault('NOT_FOUND', `There is nothing at ${method} ${context.req.path}.`);
    }
    context.set('route', route);
    const caller = await authorize(deps.access, permission, context.req.raw);
    if (caller !== undefined) context.set('caller', caller);
    await next();
    return undefined;
  };
}

const matchers = [...permissionByRoute.keys()].map((route) => {
  const [method = '', pattern = ''] = route.split(' ');
  const expression = pattern.replaceAll(/[.]/g, '\\.').replaceAll(/:\w+/g, '[^/]+');
  return { route, method, expression: new RegExp(`^${expression}$`) };
});

function matchRoute(method: string, path: string): string | undefined {
  const fits = matchers.filter((each) => each.method === method && each.expression.test(path));
  // A literal path wins over one with a parameter, as it does in the router: the contract lists no other overlap.
  return (fits.find((each) => !each.route.includes(':')) ?? fits[0])?.route;
}

const longer: readonly RouteName[] = ['runJourney', 'runIncidentStep', 'startClone', 'stopClone', 'removeClone'];
const takesLonger = (name: RouteName): boolean => longer.includes(name);

function deadlineOf(name: RouteName): AbortSignal {
  return AbortSignal.timeout((takesLonger(name) ? journeyWithinSeconds : answerWithinSeconds) * 1_000);
}

async function withDeadline<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(new Fault('DEADLINE_EXCEEDED', 'The answer took longer than the server waits.')),
      { once: true },
    );
  });
  return Promise.race([work, over]);
}

function mountContract(app: OpenAPIHono<Env>, handlers: Handlers): void {
  const write = createJsonWriter();
  for (const [name, route] of Object.entries(routes) as [RouteName, RouteDefinition][]) {
    // The loop loses the link between a route and its handler's types; Handlers has checked it for each name.
    const handle = handlers[name] as (request: unknown) => Promise<unknown>;
    app.openapi(
      toOpenApiRoute(name, route),
      (async (context: Context<Env>) => {
        const valid = (part: string): unknown =>
          (context.req as unknown as { valid(part: string): unknown }).valid(part);
        const signal = AbortSignal.any([deadlineOf(name), context.req.raw.signal]);
        const answer = await withDeadline(
          handle({
            params: route.params === undefined ? undefined : valid('param'),
            query: route.query === undefined ? undefined : valid('query'),
            body: route.body === undefined ? undefined : valid('json'),
            caller: context.get('caller'),
            signal,
          }),
          signal,
        );
        const text = write(answer as object);
        const type = { 'content-type': 'application/json' };
        // Answers to changes may hold a secret beside words of the caller: together, packed, their length would tell.
        if (route.method !== 'get') return context.body(text, 200, type);
        const { body, headers } = await packed(text, context.req.header('accept-encoding'));
        return context.body(body, 200, { ...type, ...headers });
      }) as never,
      (result) => {
        if (!result.success) throw new Fault('REQUEST_INVALID', firstIssue(result.error));
      },
    );
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'does not fit the contract'}`;
}

function mountHealth(app: OpenAPIHono<Env>, deps: ServerDeps): void {
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const problems = await deps.readiness();
    return context.json(
      { status: problems.length === 0 ? 'ready' : 'not-ready', problems },
      problems.length === 0 ? 200 : 503,
    );
  });
}

function mountFrame(app: OpenAPIHono<Env>, deps: ServerDeps, meter: ReturnType<typeof createRequestMeter>): void {
  app.onError((error, context) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      deps.log({
        level: 'error',
        route: context.get('route'),
        code: problem.code,
        error: String(error.stack ?? error),
      });
    }
    return problemResponse(problem);
  });
  app.notFound((context) =>
    problemResponse(problemOf(new Fault('NOT_FOUND', `There is nothing at ${context.req.path}.`))),
  );
  app.use(async (context, next) => {
    // Anybody can claim to have come by https; what is taken away here, nothing further in can believe.
    const { headers: given } = context.req.raw;
    if (given.has(schemeHeader) && !isFromTrustedProxy(context, deps)) given.delete(schemeHeader);
    await next();
  });
  app.use(async (context, next) => {
    // Only a proxy speaks TLS here; over plain http the header would say nothing, or bind a later http server.
    const isSecure = context.req.header(schemeHeader) === 'https';
    return (isSecure ? secureHeadersOfHttps : secureHeadersOfHttp)(context, next);
  });
  app.use(async (context, next) => {
    const startedAt = performance.now();
    await next();
    const route = context.get('route') ?? 'portal';
    meter.record(route, context.req.method, context.res.status, (performance.now() - startedAt) / 1_000);
  });
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: largestBodyBytes,
      onError: () => {
        throw new Fault('REQUEST_TOO_LARGE', `The body is larger than ${largestBodyBytes} bytes.`);
      },
    }),
  );
  app.use('/api/*', async (context, next) => {
    await next();
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
  });
}

/** The other end of the connection; `undefined` where the app is asked without one, as tests do. */
function peerOf(context: Context): string | undefined {
  const bindings = context.env as { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  return bindings?.incoming?.socket?.remoteAddress;
}

function isFromTrustedProxy(context: Context, deps: ServerDeps): boolean {
  const peer = clientAddress(peerOf(context), null, deps.isTrustedProxy);
  return peer !== undefined && deps.isTrustedProxy(peer);
}

/** The address of the client, as far as it can be believed. */
function clientOf(context: Context, deps: ServerDeps): string | undefined {
  return clientAddress(peerOf(context), context.req.header('x-forwarded-for') ?? null, deps.isTrustedProxy);
}

/** Sign-in, with every refusal in the log beside the client's address: attacks on passwords can be seen and blocked. */
async function answerSignIn(context: Context<Env>, deps: ServerDeps): Promise<Response> {
  context.set('route', 'sign-in');
  const client = clientOf(context, deps);
  const response = await deps.access.handleSignIn(context.req.raw, client);
  if ([401, 403, 429].includes(response.status)) {
    const { path } = context.req;
    deps.log({ level: 'warn', part: 'access', message: 'refused', path, status: response.status, client });
  }
  return response;
}

/** The whole HTTP surface. `stopping` ends the event streams. */
export function createApp(deps: ServerDeps, stopping: AbortSignal): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>();
  const api = new OpenAPIHono<Env>();
  const meter = createRequestMeter();
  mountFrame(app, deps, meter);
  app.all('/api/auth/*', (context) => answerSignIn(context, deps));
  for (const place of ['/api/*', '/metrics', '/healthz', '/readyz']) app.use(place, guard(deps));
  mountContract(api, {
    ...accessHandlers(deps),
    ...alertHandlers(deps),
    ...incidentHandlers(deps),
    ...estateHandlers(deps),
    ...objectiveHandlers(deps),
    ...recordHandlers(deps),
    ...recoveryHandlers(deps),
    ...copyHandlers(deps),
    ...taskHandlers(deps),
    ...restoreHandlers(deps),
    ...sampleHandlers(deps),
  });
  app.route('/api/v1', api);
  const streamEvents = createEventStreams(deps, stopping);
  app.get('/api/v1/events', (context) => streamEvents(context, context.get('caller')));
  app.doc31('/api/v1/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Plimsoll', version: deps.version, license: { name: 'Apache-2.0' } },
  });
  app.get('/metrics', async (context) =>
    context.text(await exposeMetrics(deps, meter), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  mountHealth(app, deps);
  app.get('*', async (context) => {
    const response = await portalResponse(deps.portalDirectory, context.req.path, {
      acceptEncoding: context.req.header('accept-encoding'),
      ifNoneMatch: context.req.header('if-none-match'),
    });
    if (response === undefined) throw new Fault('NOT_FOUND', `There is nothing at ${context.req.path}.`);
    return response;
  });
  return app;
}
