import type { Role } from '../core/access/index.ts';

/** A token as it is kept: never its secret. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** The beginning of the secret, enough to recognise it in a list. */
  readonly prefix: string;
  readonly role: Role;
  readonly createdAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant | null;
  readonly lastUsedAt: Temporal.Instant | null;
  readonly revokedAt: Temporal.Instant | null;
}

export interface TokenStore {
  create(token: Omit<ApiToken, 'lastUsedAt' | 'revokedAt'>, secretHash: string): Promise<void>;
  /** Newest first, revoked and expired ones too. */
  list(): Promise<readonly ApiToken[]>;
  findByHash(secretHash: string): Promise<ApiToken | undefined>;
  /** Notes the use, at most once a minute so that reading does not write all the time. */
  touch(id: string, at: Temporal.Instant): Promise<void>;
  /** Revokes at once; the token as it is now, or `undefined` where there is none. Revoking twice keeps the first time. */
  revoke(id: string, at: Temporal.Instant): Promise<ApiToken | undefined>;
}

/** One-time links with which the first person signs in. */
export interface SignInLinkStore {
  /** Replaces every unused link by this one. */
  issue(tokenHash: string, at: Temporal.Instant, expiresAt: Temporal.Instant): Promise<void>;
  /** Uses the link up. `true` for one caller at most, however many try at once. */
  consume(tokenHash: string, at: Temporal.Instant): Promise<boolean>;
  /** Gives a link back whose use failed before anything came of it. */
  restore(tokenHash: string): Promise<void>;
}
