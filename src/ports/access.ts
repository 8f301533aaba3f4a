import type { Role } from '../core/access/index.ts';

/** Who calls, as far as they proved it. */
export interface Caller {
  readonly kind: 'user' | 'token' | 'local' | 'fake';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Signed in with a password alone: only enrolling a second factor is allowed. */
  readonly mustEnrolSecondFactor: boolean;
  /** Proved by a cookie, which browsers send along unasked: changes must come from our own origin. */
  readonly isByCookie: boolean;
}

export interface PersonSummary {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly hasSecondFactor: boolean;
  readonly createdAt: Temporal.Instant;
}

/** A person who is to be created. */
export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** A person as their link says. */
export interface InvitedPerson extends NewPerson {
  readonly role: Role;
}

/** Finds out who calls. */
export interface Access {
  /** The caller, or why there is none: no proof at all, or one that does not count (any more). */
  identify(
    headers: Headers,
  ): Promise<
    | { readonly kind: 'caller'; readonly caller: Caller }
    | { readonly kind: 'anonymous' }
    | { readonly kind: 'rejected'; readonly reason: string }
  >;
  listPeople(): Promise<readonly PersonSummary[]>;
  /** Answers the sign-in endpoints below `/api/auth/`. Attempts are counted by `client`, the address that is believed. */
  handleSignIn(request: Request, client?: string): Promise<Response>;
}
