import { describe, expect, test } from 'vitest';
import { roles } from '../core/access/index.ts';
import type { Access, Caller } from './access.ts';

/** Ways in to try: what to send to be nobody, and to be somebody; and, where proofs are looked at, one that does not count. */
export interface TriedAccess {
  readonly access: Access;
  readonly nobody: () => Headers;
  readonly somebody: () => Headers;
  readonly expected: Pick<Caller, 'kind' | 'role'>;
  readonly worthless?: Headers;
}

/** What everything promises that finds out who calls; `open` answers it with at least one person in it. */
export function describeAccess(name: string, open: () => Promise<TriedAccess>): void {
  describe(`the access contract: ${name} (IAM-02)`, () => {
    test('no proof is anonymous', async () => {
      const { access, nobody } = await open();
      expect(await access.identify(nobody())).toEqual({ kind: 'anonymous' });
    });

    test('a proof that counts is a caller with a role', async () => {
      const { access, somebody, expected } = await open();
      const found = await access.identify(somebody());
      expect(found).toMatchObject({ kind: 'caller', caller: expected });
      const caller = found.kind === 'caller' ? found.caller : expect.fail('there is a caller');
      expect(Object.keys(roles)).toContain(caller.role);
      expect(caller.role).not.toBe('anonymous');
      expect([caller.id, caller.name]).not.toContain('');
    });

    test('a proof that does not count is rejected with a reason that repeats none of it', async () => {
      const { access, worthless } = await open();
      if (worthless === undefined) return;
      const found = await access.identify(worthless);
      const reason = found.kind === 'rejected' ? found.reason : expect.fail(`it is ${found.kind}`);
      expect(reason).not.toBe('');
      expect(reason).not.toContain(worthless.get('authorization')?.split(' ')[1] ?? '-');
    });

    test('people are listed once, the first to come first, each with a role', async () => {
      const people = await (await open()).access.listPeople();
      expect(new Set(people.map(({ id }) => id)).size).toBe(people.length);
      for (const { role, email } of people) {
        expect(Object.keys(roles)).toContain(role);
        expect(email).toContain('@');
      }
      const times = people.map(({ createdAt }) => createdAt.epochMilliseconds);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });

    test('what sign-in does not offer is nothing, in words for machines', async () => {
      const { access } = await open();
      const request = new Request('http://localhost:7070/api/auth/sign-in/magic', { method: 'POST' });
      const answer = await access.handleSignIn(request, '127.0.0.1');
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/\w/) });
    });
  });
}
