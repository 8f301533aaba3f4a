import { isPermitted, type Permission } from '../../core/access/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { Access, Caller } from '../../ports/access.ts';
import type { Granter } from '../../workflows/sign-in-link.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a browser says that the request comes from a page of ours. No word from the browser counts as no. */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** Allowed with a password alone, so that one can enrol the second factor. */
const beforeSecondFactor: readonly Permission[] = ['health', 'own-account'];

/**
 * The caller, if they may. Throws SIGN_IN_REQUIRED, SECOND_FACTOR_REQUIRED, ORIGIN_FOREIGN or PERMISSION_DENIED.
 * Anonymous callers are `undefined`, and only pass where the permission is `health`.
 */
export async function authorize(access: Access, permission: Permission, request: Request): Promise<Caller | undefined> {
  if (permission === 'health') return undefined;
  const identified = await access.identify(request.headers);
  if (identified.kind === 'rejected') throw new Fault('SIGN_IN_REQUIRED', identified.reason);
  if (identified.kind === 'anonymous') throw new Fault('SIGN_IN_REQUIRED', 'This needs a session or an API token.');
  const { caller } = identified;
  if (caller.isByCookie && !safeMethods.has(request.method) && !isSameOrigin(request)) {
    throw new Fault('ORIGIN_FOREIGN', 'The request does not come from a page of this server.');
  }
  if (caller.mustEnrolSecondFactor && !beforeSecondFactor.includes(permission)) {
    throw new Fault('SECOND_FACTOR_REQUIRED', `${caller.name} has no second factor yet.`);
  }
  if (!isPermitted(caller.role, permission)) {
    throw new Fault('PERMISSION_DENIED', `The role ${caller.role} does not hold ${permission}.`);
  }
  return caller;
}

/** The caller as somebody who gives others a role. */
export function granterOf(caller: Caller): Granter {
  return { actor: actorOf(caller), role: caller.role };
}

/** The caller as the ledger names them. */
export function actorOf(caller: Caller): Actor {
  const kinds = { user: 'user', token: 'token', local: 'cli', fake: 'user' } as const;
  return { kind: kinds[caller.kind], name: caller.name };
}
