import { randomUUID } from 'node:crypto';
import type { mayGrant, Role } from '../core/access/index.ts';
import type { Actor, HashFunction } from '../core/ledger/index.ts';
import type { ApiToken } from '../ports/access-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { type Granter, requireGrant } from './sign-in-link.ts';

export interface ApiTokenDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly hash: HashFunction;
  /** At least 256 bits of chance, as URL-safe text. */
  readonly randomToken: () => string;
  readonly mayGrant?: typeof mayGrant;
}

const prefixLength = 12;

/**
 * Creates a token. Its secret is in the answer and nowhere else: the store keeps a hash, the ledger neither. Throws
 * PERMISSION_DENIED for a role above the granter's own.
 */
export async function createApiToken(
  deps: ApiTokenDeps,
  draft: { readonly name: string; readonly role: Exclude<Role, 'anonymous'>; readonly expiresInSeconds: number },
  granter: Granter,
): Promise<{ readonly token: ApiToken; readonly secret: string }> {
  requireGrant(granter, draft.role, deps.mayGrant);
  const secret = `plimsoll_${deps.randomToken()}`;
  const at = deps.clock.now();
  const token = {
    id: randomUUID(),
    name: draft.name,
    prefix: secret.slice(0, prefixLength),
    role: draft.role,
    createdAt: at,
    expiresAt: at.add({ seconds: draft.expiresInSeconds }),
  };
  await deps.store.transaction(async (inside) => {
    await inside.tokens.create(token, deps.hash(secret));
    const data = { name: token.name, role: token.role, prefix: token.prefix, expiresAt: token.expiresAt.toString() };
    await inside.ledger.append({ actor: granter.actor, type: 'token.created', subject: `token/${token.id}`, data }, at);
  });
  return { token: { ...token, lastUsedAt: null, revokedAt: null }, secret };
}

/** Revokes a token at once; `undefined` where there is none. */
export async function revokeApiToken(
  deps: Pick<ApiTokenDeps, 'store' | 'clock'>,
  id: string,
  actor: Actor,
): Promise<ApiToken | undefined> {
  const at = deps.clock.now();
  return deps.store.transaction(async (inside) => {
    const token = await inside.tokens.revoke(id, at);
    if (token === undefined) return undefined;
    const data = { name: token.name, prefix: token.prefix };
    await inside.ledger.append({ actor, type: 'token.revoked', subject: `token/${id}`, data }, at);
    return token;
  });
}

/** What presenting a token's secret proves. */
export async function checkApiToken(
  deps: Pick<ApiTokenDeps, 'store' | 'clock' | 'hash'>,
  secret: string,
): Promise<
  { readonly kind: 'valid'; readonly token: ApiToken } | { readonly kind: 'rejected'; readonly reason: string }
> {
  const token = await deps.store.tokens.findByHash(deps.hash(secret));
  const now = deps.clock.now();
  if (token === undefined) return { kind: 'rejected', reason: 'The token is not known.' };
  if (token.revokedAt !== null) return { kind: 'rejected', reason: 'The token was revoked.' };
  if (token.expiresAt !== null && Temporal.Instant.compare(token.expiresAt, now) <= 0) {
    return { kind: 'rejected', reason: 'The token has expired.' };
  }
  await deps.store.tokens.touch(token.id, now);
  return { kind: 'valid', token };
}
