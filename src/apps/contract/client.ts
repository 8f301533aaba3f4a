import type { z } from '@hono/zod-openapi';
import { problem } from './access-resources.ts';
import type { RouteDefinition } from './define-route.ts';

/** The server said no, or could not: a problem document (RFC 9457), or the words for an answer that was not even that. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly problem: z.infer<typeof problem>;

  constructor(status: number, document: z.infer<typeof problem>) {
    super(document.detail);
    this.status = status;
    this.problem = document;
  }
}

type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;
type Parts<Params, Query, Body> = (Params extends z.ZodType
  ? { readonly params: Input<Params> }
  : { readonly params?: never }) &
  (Query extends z.ZodType ? { readonly query: Input<Query> } : { readonly query?: never }) &
  (Body extends z.ZodType ? { readonly body: Input<Body> } : { readonly body?: never });

export interface ApiClient {
  /** Calls one route of the contract; throws `ApiProblem`, or the fetch's own error when nobody answers. */
  call<
    Response extends z.ZodType,
    Params extends z.ZodObject | undefined,
    Query extends z.ZodObject | undefined,
    Body extends z.ZodType | undefined,
  >(
    route: RouteDefinition<Response, Params, Query, Body>,
    parts: Parts<Params, Query, Body> & { readonly signal?: AbortSignal },
  ): Promise<z.output<Response>>;
}

interface RawParts {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

function urlOf(baseUrl: string, route: RouteDefinition, parts: RawParts): string {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(parts.params?.[key])));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parts.query ?? {})) if (value !== undefined) query.set(key, String(value));
  return `${baseUrl}/api/v1${path}${query.size === 0 ? '' : `?${query}`}`;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiProblem(response.status, parsed.data);
  const detail = `The server answered ${response.status} without saying why.`;
  return new ApiProblem(response.status, {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail,
    code: 'UNEXPLAINED',
  });
}

/** The one typed client of the API: the portal, the CLI and anybody's script use it. */
export function createApiClient(options: {
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutSeconds?: number;
}): ApiClient {
  const doFetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  return {
    async call(route, parts) {
      const raw = parts as RawParts;
      const deadline = AbortSignal.timeout((options.timeoutSeconds ?? 30) * 1_000);
      const response = await doFetch(urlOf(options.baseUrl, route as unknown as RouteDefinition, raw), {
        method: route.method.toUpperCase(),
        headers: {
          accept: 'application/json',
          ...(raw.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        },
        ...(raw.body === undefined ? {} : { body: JSON.stringify(raw.body) }),
        signal: raw.signal === undefined ? deadline : AbortSignal.any([raw.signal, deadline]),
      });
      if (!response.ok) throw await problemOf(response);
      return route.response.parse(await response.json());
    },
  };
}
