import { timingSafeEqual } from 'node:crypto';
import type postgres from 'postgres';
import { z } from 'zod';
import { type Role, roles } from '../../core/access/index.ts';
import type { Access, Caller, InvitedPerson, NewPerson, PersonSummary } from '../../ports/access.ts';
import type { ApiToken } from '../../ports/access-store.ts';
import { type Authentication, clientHeader, createAuthentication } from './authentication.ts';
import { createPerson, EmailTaken, isKeptFromFactors, isOffered, welcomeSchema } from './sign-in.ts';

export interface AccessOptions {
  /** A pool with `search_path` plimsoll and the driver's plain types. */
  readonly pool: postgres.Sql;
  readonly secret: string;
  /** Under which origin browsers reach us besides loopback; sign-in under another host is refused. */
  readonly publicOrigin: string | undefined;
  /** The token of the local operator, from the state directory. */
  readonly operatorToken: string;
  readonly checkToken: (
    secret: string,
  ) => Promise<
    { readonly kind: 'valid'; readonly token: ApiToken } | { readonly kind: 'rejected'; readonly reason: string }
  >;
  /** Uses a sign-in link: `undefined` where it does not count (any more). */
  readonly redeemLink: (
    token: string,
    person: NewPerson,
    create: (person: InvitedPerson) => Promise<{ readonly id: string }>,
  ) => Promise<{ readonly id: string } | undefined>;
  /** Claims a code of an authenticator app: `false` where it was used before. */
  readonly claimCode: (userId: string, code: string) => Promise<boolean>;
  readonly onSignIn: (userId: string, hasSecondFactor: boolean) => Promise<void>;
  readonly onError: (message: string) => void;
}

const roleSchema = z.enum(Object.keys(roles) as [Role, ...Role[]]).catch('anonymous');
const mostOrigins = 16;
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function problem(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'cache-control': 'no-store' } });
}

/**
 * One authentication per address under which we are reached: cookies and passkeys belong to an origin. What is declared
 * says its own scheme; elsewhere the header counts, which the server has taken away where no trusted proxy sent it.
 */
function createOrigins(options: AccessOptions) {
  const kept = new Map<string, Authentication>();
  const { publicOrigin } = options;
  const publicHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).host;
  return (headers: Headers, url?: string): Authentication | undefined => {
    const host = headers.get('host') ?? (url === undefined ? '' : new URL(url).host);
    if (!loopback.test(host) && host !== publicHost) return undefined;
    const isSecure = headers.get('x-forwarded-proto') === 'https';
    const asked = `${isSecure ? 'https' : 'http'}://${host}`;
    const origin = publicOrigin !== undefined && host === publicHost ? publicOrigin : asked;
    const found = kept.get(origin) ?? createAuthentication({ ...options, origin });
    if (kept.size >= mostOrigins) kept.clear();
    kept.set(origin, found);
    return found;
  };
}

/** Attempts at a link: it has 256 bits, so this only keeps the log and the hashing quiet. */
function createAttempts(most: number, seconds: number) {
  let times: number[] = [];
  return (): boolean => {
    const now = performance.now();
    times = times.filter((time) => now - time < seconds * 1_000);
    times.push(now);
    return times.length <= most;
  };
}

/** The request with the client's address as the server believes it, and never as the client says. */
function fromClient(request: Request, client: string | undefined): Request {
  const headers = new Headers(request.headers);
  headers.delete(clientHeader);
  if (client !== undefined) headers.set(clientHeader, client);
  return new Request(request, { headers });
}

async function welcome(options: AccessOptions, auth: Authentication, request: Request): Promise<Response> {
  const parsed = welcomeSchema.safeParse(await request.json().catch(() => undefined));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return problem(400, 'REQUEST_INVALID', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }
  const { token, ...person } = parsed.data;
  const created = await options
    .redeemLink(token, person, (each) => createPerson(auth, each))
    .catch((error: unknown) => {
      if (error instanceof EmailTaken) return 'taken' as const;
      throw error;
    });
  if (created === 'taken') return problem(409, 'EMAIL_TAKEN', 'Somebody with this e-mail has an account already.');
  if (created === undefined) return problem(403, 'LINK_SPENT', 'The sign-in link was used already or has expired.');
  const { email, password } = person;
  return auth.api.signInEmail({
    body: { email: email.toLowerCase(), password },
    headers: request.headers,
    asResponse: true,
  });
}

const personRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  hasSecondFactor: z.boolean(),
  createdAt: z.date(),
});

async function listPeople(pool: postgres.Sql): Promise<readonly PersonSummary[]> {
  const rows = await pool`
    SELECT id, name, email, role, "createdAt",
           (coalesce("twoFactorEnabled", false) OR EXISTS (SELECT 1 FROM plimsoll.auth_passkey WHERE "userId" = auth_user.id))
             AS "hasSecondFactor"
    FROM plimsoll.auth_user ORDER BY "createdAt", id`;
  return rows.map((row) => {
    const { createdAt, ...person } = personRow.parse(row);
    return { ...person, createdAt: Temporal.Instant.fromEpochMilliseconds(createdAt.getTime()) };
  });
}

/** The caller of a session cookie. A session that proved a password alone may only enrol a second factor. */
async function callerOfSession(auth: Authentication, headers: Headers): Promise<Caller | undefined> {
  const found = await auth.api.getSession({ headers });
  if (found === null) return undefined;
  return {
    kind: 'user',
    id: found.user.id,
    name: found.user.email,
    role: roleSchema.parse(found.user.role),
    mustEnrolSecondFactor: found.session.secondFactor !== true,
    isByCookie: true,
  };
}

async function callerOfBearer(options: AccessOptions, secret: string): ReturnType<Access['identify']> {
  if (isEqual(secret, options.operatorToken)) {
    const local = { kind: 'local', id: 'local', name: 'local operator', role: 'administrator' } as const;
    return { kind: 'caller', caller: { ...local, mustEnrolSecondFactor: false, isByCookie: false } };
  }
  const checked = await options.checkToken(secret);
  if (checked.kind === 'rejected') return checked;
  const { id, name, role } = checked.token;
  return { kind: 'caller', caller: { kind: 'token', id, name, role, mustEnrolSecondFactor: false, isByCookie: false } };
}

/** Sessions, API tokens and the local operator. A bearer token, where there is one, is all that counts. */
export function createAccess(options: AccessOptions): Access {
  const authenticationFor = createOrigins(options);
  const mayTryLink = createAttempts(20, 60);
  return {
    async identify(headers) {
      const authorization = headers.get('authorization');
      if (authorization !== null) {
        const bearer = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization)?.[1];
        if (bearer === undefined)
          return { kind: 'rejected', reason: 'The Authorization header is not `Bearer <token>`.' };
        return callerOfBearer(options, bearer);
      }
      if (!headers.has('cookie')) return { kind: 'anonymous' };
      const auth = authenticationFor(headers);
      const caller = auth === undefined ? undefined : await callerOfSession(auth, headers);
      return caller === undefined ? { kind: 'anonymous' } : { kind: 'caller', caller };
    },
    listPeople: () => listPeople(options.pool),
    async handleSignIn(given, client) {
      const request = fromClient(given, client);
      const auth = authenticationFor(request.headers, request.url);
      if (auth === undefined) {
        return problem(403, 'HOST_UNKNOWN', 'Sign-in is not offered under this host name; set PLIMSOLL_PUBLIC_URL.');
      }
      const path = new URL(request.url).pathname.replace(/^\/api\/auth/, '');
      if (path === '/welcome' && request.method === 'POST') {
        if (!mayTryLink()) return problem(429, 'RATE_LIMITED', 'Too many attempts; wait a minute.');
        return welcome(options, auth, request);
      }
      if (!isOffered(path)) return problem(404, 'NOT_FOUND', `There is nothing at ${path}.`);
      if (await isKeptFromFactors(auth, path, request.headers)) {
        return problem(403, 'SECOND_FACTOR_REQUIRED', 'Sign in with the second factor that this account has.');
      }
      return auth.handler(request);
    },
  };
}
