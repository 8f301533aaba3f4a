import type { Role } from '../../core/access/index.ts';
import type { Access, Caller } from '../../ports/access.ts';

type Person = Awaited<ReturnType<Access['listPeople']>>[number];

/** Who is taken to ask; nobody is signed in where it is `undefined`. */
export interface FakeCaller {
  role: Exclude<Role, 'anonymous'>;
  mustEnrolSecondFactor: boolean;
}

/** Everybody is the given caller: only for `serve --fake`, which holds nothing real. */
export function createFakeAccess(now: () => Temporal.Instant, current: () => FakeCaller | undefined): Access {
  const createdAt = now();
  const people: readonly Person[] = [
    {
      id: 'fake',
      name: 'Demo administrator',
      email: 'demo@plimsoll.invalid',
      role: 'administrator',
      hasSecondFactor: true,
      createdAt,
    },
    {
      id: 'piet',
      name: 'Piet de Groot',
      email: 'piet@plimsoll.invalid',
      role: 'operator',
      hasSecondFactor: false,
      createdAt,
    },
  ];
  return {
    identify: async () => {
      const found = current();
      if (found === undefined) return { kind: 'anonymous' };
      const caller: Caller = { kind: 'fake', id: 'fake', name: `Demo ${found.role}`, ...found, isByCookie: false };
      return { kind: 'caller', caller };
    },
    listPeople: async () => people,
    handleSignIn: async () =>
      Response.json({ code: 'NOT_FOUND', message: 'Nobody signs in to a fake server.' }, { status: 404 }),
  };
}
