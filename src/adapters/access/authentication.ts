import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins';
import { PostgresJSDialect } from 'kysely-postgres-js';
import type postgres from 'postgres';
import { z } from 'zod';

/** Requests of these paths prove a second factor; a session that they create may do more than enrol one. */
const secondFactorPaths: readonly string[] = [
  '/two-factor/verify-totp',
  '/two-factor/verify-backup-code',
  '/passkey/verify-authentication',
];

/** Set by us alone, from the connection or a trusted proxy: whatever a client says of its own address does not count. */
export const clientHeader = 'x-plimsoll-client';

export interface AuthenticationOptions {
  /** A pool with `search_path` plimsoll and the driver's plain types. */
  readonly pool: postgres.Sql;
  readonly secret: string;
  /** Scheme, host and port under which the browser reached us. */
  readonly origin: string;
  /** Claims a code of an authenticator app: `false` where it was used before. */
  readonly claimCode: (userId: string, code: string) => Promise<boolean>;
  readonly onSignIn: (userId: string, hasSecondFactor: boolean) => Promise<void>;
  readonly onError: (message: string) => void;
}

/** The library takes a code as often as it is sent while it is valid; here the second time is refused. */
async function requireUnusedCode(
  options: AuthenticationOptions,
  userId: string,
  context: { readonly path?: string; readonly body?: unknown } | null,
): Promise<void> {
  if (context?.path !== '/two-factor/verify-totp') return;
  const { code } = z.object({ code: z.string() }).parse(context.body);
  if (await options.claimCode(userId, code)) return;
  throw new APIError('UNAUTHORIZED', { code: 'CODE_USED', message: 'This code was used before.' });
}

/** Passwords, sessions, TOTP and passkeys, by better-auth on our own tables. Nobody signs up by themselves. */
export function createAuthentication(options: AuthenticationOptions) {
  const { hostname, protocol } = new URL(options.origin);
  return betterAuth({
    appName: 'Plimsoll',
    baseURL: options.origin,
    basePath: '/api/auth',
    secret: options.secret,
    database: { dialect: new PostgresJSDialect({ postgres: options.pool }), type: 'postgres' },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => options.onError(message) },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 200 },
    user: {
      modelName: 'auth_user',
      additionalFields: { role: { type: 'string', required: true, input: false, defaultValue: 'viewer' } },
    },
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    session: {
      modelName: 'auth_session',
      expiresIn: 12 * 3_600,
      updateAge: 3_600,
      additionalFields: { secondFactor: { type: 'boolean', required: true, input: false, defaultValue: false } },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'auth_rate_limit',
      window: 60,
      max: 100,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/two-factor/*': { window: 60, max: 10 },
        '/passkey/*': { window: 60, max: 30 },
      },
    },
    advanced: {
      cookiePrefix: 'plimsoll',
      ipAddress: { ipAddressHeaders: [clientHeader] },
      useSecureCookies: protocol === 'https:',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            await requireUnusedCode(options, session.userId, context);
            return { data: { ...session, secondFactor: secondFactorPaths.includes(context?.path ?? '') } };
          },
          after: async (session, context) => {
            await options.onSignIn(session.userId, secondFactorPaths.includes(context?.path ?? ''));
          },
        },
      },
    },
    plugins: [
      twoFactor({ issuer: 'Plimsoll', twoFactorTable: 'auth_two_factor' }),
      passkey({
        rpID: hostname,
        rpName: 'Plimsoll',
        origin: options.origin,
        schema: { passkey: { modelName: 'auth_passkey' } },
      }),
    ],
  });
}

export type Authentication = ReturnType<typeof createAuthentication>;
