import type { Actor, HashFunction } from '../core/ledger/index.ts';
import type { NewPerson } from '../ports/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

export interface SignInLinkDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly hash: HashFunction;
  readonly randomToken: () => string;
}

const validHours = 24;

/**
 * Makes a link with which one person, once, becomes an administrator. The token stands behind `#`, which browsers send
 * to no server, so it is in no access log; the database keeps its hash.
 */
export async function issueSignInLink(deps: SignInLinkDeps, url: string, actor: Actor): Promise<string> {
  const token = deps.randomToken();
  const at = deps.clock.now();
  const expiresAt = at.add({ hours: validHours });
  await deps.store.transaction(async (inside) => {
    await inside.signInLinks.issue(deps.hash(token), at, expiresAt);
    const data = { expiresAt: expiresAt.toString() };
    await inside.ledger.append({ actor, type: 'sign-in-link.issued', subject: 'access', data }, at);
  });
  return `${url}/sign-in#welcome=${token}`;
}

/**
 * Uses a link: its person is created, once, however many try at the same time. Answers `undefined` for a link that is
 * used, expired or unknown. If creating the person fails the link can be used again.
 */
export async function redeemSignInLink<Person extends { readonly id: string }>(
  deps: Pick<SignInLinkDeps, 'store' | 'clock' | 'hash'>,
  token: string,
  person: NewPerson,
  create: (person: NewPerson) => Promise<Person>,
): Promise<Person | undefined> {
  const at = deps.clock.now();
  const tokenHash = deps.hash(token);
  if (!(await deps.store.signInLinks.consume(tokenHash, at))) return undefined;
  try {
    const created = await create(person);
    const actor = { kind: 'user' as const, name: person.email };
    const data = { name: person.name, email: person.email, role: 'administrator' };
    await deps.store.ledger.append({ actor, type: 'user.created', subject: `user/${created.id}`, data }, at);
    return created;
  } catch (error) {
    await deps.store.signInLinks.restore(tokenHash);
    throw error;
  }
}
