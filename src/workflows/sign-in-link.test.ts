import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { mayGrant, type Role, roles } from '../core/access/index.ts';
import { createApiToken } from './api-tokens.ts';
import { issueSignInLink, redeemSignInLink, type SignInLinkDraft, withdrawSignInLinks } from './sign-in-link.ts';

const now = Temporal.Instant.from('2026-11-21T06:00:00Z');
const actor = { kind: 'user', name: 'ada@northsea.example' } as const;
const granted = (Object.keys(roles) as Role[]).filter((each) => each !== 'anonymous');

function createDeps(may?: typeof mayGrant) {
  let drawn = 0;
  return {
    store: createMemoryStore(),
    clock: { now: () => now },
    hash: (text: string) => createHash('sha256').update(text).digest('hex'),
    randomToken: () => {
      drawn += 1;
      return `${'t'.repeat(40)}${drawn}`;
    },
    ...(may === undefined ? {} : { mayGrant: may }),
  };
}

const person = { name: 'Bo', email: 'bo@northsea.example', password: 'correct horse battery' };
const tokenOf = (link: { readonly path: string }): string => link.path.split('welcome=')[1] ?? '';
const invite = (deps: ReturnType<typeof createDeps>, own: Role, role: SignInLinkDraft['role'], isFirst = false) =>
  issueSignInLink(deps, { role, isFirst }, { actor, role: own });

describe('sign-in links (IAM-02)', () => {
  test('the person becomes what the link says, and the ledger says who gave what', async () => {
    for (const role of granted as SignInLinkDraft['role'][]) {
      const deps = createDeps();
      const link = await invite(deps, 'administrator', role);
      const made = await redeemSignInLink(deps, tokenOf(link), person, async (each) => ({ id: 'u1', role: each.role }));
      expect(made).toEqual({ id: 'u1', role });
      const entries = await deps.store.ledger.tail({ limit: 10 });
      expect(entries.map(({ type, data }) => [type, data['role']])).toEqual([
        ['sign-in-link.issued', role],
        ['user.created', role],
      ]);
      expect(JSON.stringify(entries)).not.toContain(tokenOf(link));
    }
  });

  test('nobody makes a link or a token for a role above their own, and nothing is kept of the attempt', async () => {
    for (const own of Object.keys(roles) as Role[]) {
      for (const role of granted as SignInLinkDraft['role'][]) {
        const deps = createDeps();
        const tried = await Promise.allSettled([
          invite(deps, own, role),
          createApiToken(deps, { name: 'ci', role, expiresInSeconds: 60 }, { actor, role: own }),
        ]);
        const expected = mayGrant(own, role) ? 'fulfilled' : 'rejected';
        expect(tried.map(({ status }) => status)).toEqual([expected, expected]);
        if (expected === 'rejected') {
          expect(tried).toMatchObject([
            { reason: { code: 'PERMISSION_DENIED' } },
            { reason: { code: 'PERMISSION_DENIED' } },
          ]);
          expect((await deps.store.ledger.head()).sequence).toBe(0);
        }
      }
    }
  });

  test('without that guard an operator would make an administrator', async () => {
    const deps = createDeps(() => true);
    const link = await invite(deps, 'operator', 'administrator');
    const made = await redeemSignInLink(deps, tokenOf(link), person, async (each) => ({ id: 'u1', role: each.role }));
    expect(made?.role).toBe('administrator');
  });

  test('of the first links of several controllers one counts; if its use fails, all of them count again', async () => {
    const deps = createDeps();
    const [one, two] = [
      await invite(deps, 'administrator', 'administrator', true),
      await invite(deps, 'administrator', 'administrator', true),
    ];
    const failing = redeemSignInLink(deps, tokenOf(one), person, () => Promise.reject(new Error('no disk')));
    await expect(failing).rejects.toThrow('no disk');
    const create = async () => ({ id: 'u1' });
    expect(await redeemSignInLink(deps, tokenOf(two), person, create)).toEqual({ id: 'u1' });
    expect(await redeemSignInLink(deps, tokenOf(one), person, create)).toBeUndefined();
  });

  test('withdrawn links make nobody', async () => {
    const deps = createDeps();
    const link = await invite(deps, 'administrator', 'viewer');
    expect(await withdrawSignInLinks(deps, actor)).toBe(1);
    expect(await redeemSignInLink(deps, tokenOf(link), person, async () => ({ id: 'u1' }))).toBeUndefined();
    expect((await deps.store.ledger.tail({ limit: 1 }))[0]?.type).toBe('sign-in-links.withdrawn');
  });
});
