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

/** A one-time link as it is kept: a hash of its token, and what its person becomes. */
export interface SignInLink {
  readonly tokenHash: string;
  readonly role: Role;
  /** A controller's invitation while nobody can sign in: each controller has one, and only one of all of them counts. */
  readonly isFirst: boolean;
  readonly createdAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
}

/** One-time links with which people sign in for the first time. */
export interface SignInLinkStore {
  /** Adds a link; those that were made before stay as they are. */
  issue(link: SignInLink): Promise<void>;
  /**
   * Uses the link up and answers its role, for one caller at most, however many try at once. A first link counts only
   * while no other first link was used since it was made.
   */
  consume(tokenHash: string, at: Temporal.Instant): Promise<Role | undefined>;
  /** Gives a link back whose use failed before anything came of it. */
  restore(tokenHash: string): Promise<void>;
  /** Makes every unused link worthless; how many there were. */
  withdraw(at: Temporal.Instant): Promise<number>;
}
