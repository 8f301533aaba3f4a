import type { Access, Caller } from '../../ports/access.ts';

/** Everybody is the administrator: only for `serve --fake`, which holds nothing real. */
export function createFakeAccess(now: () => Temporal.Instant): Access {
  const caller: Caller = {
    kind: 'fake',
    id: 'fake',
    name: 'Demo administrator',
    role: 'administrator',
    mustEnrolSecondFactor: false,
    isByCookie: false,
  };
  const createdAt = now();
  return {
    identify: async () => ({ kind: 'caller', caller }),
    listPeople: async () => [
      {
        id: 'fake',
        name: caller.name,
        email: 'demo@plimsoll.invalid',
        role: 'administrator',
        hasSecondFactor: true,
        createdAt,
      },
    ],
    handleSignIn: async () => Response.json({ message: 'Nobody signs in to a fake server.' }, { status: 404 }),
  };
}
