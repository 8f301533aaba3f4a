import { mayGrant, type Role } from '../core/access/index.ts';
import { Fault } from '../core/kernel/index.ts';
import type { Actor, HashFunction } from '../core/ledger/index.ts';
import type { InvitedPerson, NewPerson } from '../ports/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

export interface SignInLinkDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly hash: HashFunction;
  readonly randomToken: () => string;
  /** Who may make whom what; an argument so that a test can show what happens without it. */
  readonly mayGrant?: typeof mayGrant;
}

/** What a link is for. */
export interface SignInLinkDraft {
  readonly role: Exclude<Role, 'anonymous'>;
  /** A controller's link while nobody can sign in: of all of them one counts. */
  readonly isFirst: boolean;
}

/** Who makes it. */
export interface Granter {
  readonly actor: Actor;
  readonly role: Role;
}

const validHours = 24;

/** Throws PERMISSION_DENIED where somebody would give away more than they have. */
export function requireGrant(granter: Granter, role: Role, may = mayGrant): void {
  if (may(granter.role, role)) return;
  throw new Fault('PERMISSION_DENIED', `The role ${granter.role} may not make anybody ${role}.`);
}

/**
 * Makes a link with which one person, once, gets an account with the role. Answers its address on a server: the token
 * stands behind `#`, which browsers send to no server, so it is in no access log; the database keeps its hash. Throws
 * PERMISSION_DENIED for a role above the granter's own.
 */
export async function issueSignInLink(
  deps: SignInLinkDeps,
  draft: SignInLinkDraft,
  granter: Granter,
): Promise<{ readonly path: string; readonly role: SignInLinkDraft['role']; readonly expiresAt: Temporal.Instant }> {
  requireGrant(granter, draft.role, deps.mayGrant);
  const token = deps.randomToken();
  const createdAt = deps.clock.now();
  const expiresAt = createdAt.add({ hours: validHours });
  await deps.store.transaction(async (inside) => {
    await inside.signInLinks.issue({ ...draft, tokenHash: deps.hash(token), createdAt, expiresAt });
    const data = { role: draft.role, isFirst: draft.isFirst, expiresAt: expiresAt.toString() };
    const entry = { actor: granter.actor, type: 'sign-in-link.issued', subject: 'access', data };
    await inside.ledger.append(entry, createdAt);
  });
  return { path: `/sign-in#welcome=${token}`, role: draft.role, expiresAt };
}

/** Makes every unused link worthless, a controller's first one too; how many there were. */
export async function withdrawSignInLinks(
  deps: Pick<SignInLinkDeps, 'store' | 'clock'>,
  actor: Actor,
): Promise<number> {
  const at = deps.clock.now();
  return deps.store.transaction(async (inside) => {
    const withdrawn = await inside.signInLinks.withdraw(at);
    const entry = { actor, type: 'sign-in-links.withdrawn', subject: 'access', data: { withdrawn } };
    await inside.ledger.append(entry, at);
    return withdrawn;
  });
}

/**
 * Uses a link: its person is created, once, with the role of the link, however many try at the same time. Answers
 * `undefined` for a link that is used, expired or unknown. If creating the person fails the link can be used again.
 */
export async function redeemSignInLink<Person extends { readonly id: string }>(
  deps: Pick<SignInLinkDeps, 'store' | 'clock' | 'hash'>,
  token: string,
  person: NewPerson,
  create: (person: InvitedPerson) => Promise<Person>,
): Promise<Person | undefined> {
  const at = deps.clock.now();
  const tokenHash = deps.hash(token);
  const role = await deps.store.signInLinks.consume(tokenHash, at);
  if (role === undefined) return undefined;
  try {
    const created = await create({ ...person, role });
    const actor = { kind: 'user' as const, name: person.email };
    const data = { name: person.name, email: person.email, role };
    await deps.store.ledger.append({ actor, type: 'user.created', subject: `user/${created.id}`, data }, at);
    return created;
  } catch (error) {
    await deps.store.signInLinks.restore(tokenHash);
    throw error;
  }
}
