import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');
const later = at.add({ minutes: 1 });

/** What every store promises of API tokens and sign-in links. */
export function describeAccessRecords(create: () => Promise<Store>): void {
  const token = {
    id: randomUUID(),
    name: 'ci',
    prefix: 'plim_abc',
    role: 'viewer' as const,
    createdAt: at,
    expiresAt: later,
  };

  test('a token is found by the hash of its secret, shows its use, and stays revoked', async () => {
    const store = await create();
    await store.tokens.create(token, 'hash');
    expect(await store.tokens.findByHash('other')).toBeUndefined();
    expect(await store.tokens.findByHash('hash')).toEqual({ ...token, lastUsedAt: null, revokedAt: null });
    await store.tokens.touch(token.id, at);
    await store.tokens.touch(token.id, at.add({ seconds: 59 }));
    expect((await store.tokens.list())[0]?.lastUsedAt?.equals(at)).toBe(true);
    await store.tokens.revoke(token.id, at);
    const revoked = await store.tokens.revoke(token.id, later);
    expect(revoked?.revokedAt?.equals(at)).toBe(true);
    expect(await store.tokens.revoke('no-such-id', at)).toBeUndefined();
  });

  const link = (tokenHash: string, isFirst = false, role: 'administrator' | 'viewer' = 'viewer', createdAt = at) => {
    return { tokenHash, role, isFirst, createdAt, expiresAt: later };
  };

  test('a sign-in link is used once, before it expires, says its role, and stands beside others', async () => {
    const { signInLinks } = await create();
    await signInLinks.issue(link('one', false, 'administrator'));
    await signInLinks.issue(link('two'));
    expect(await signInLinks.consume('none', at)).toBeUndefined();
    expect(await signInLinks.consume('one', later)).toBeUndefined();
    const uses = await Promise.all([1, 2, 3, 4].map(() => signInLinks.consume('one', at)));
    expect(uses.filter((role) => role !== undefined)).toEqual(['administrator']);
    await signInLinks.restore('one');
    expect(await signInLinks.consume('one', at)).toBe('administrator');
    expect(await signInLinks.consume('two', at)).toBe('viewer');
  });

  test('of several first links one counts, until its use is given back; other links do not mind', async () => {
    const { signInLinks } = await create();
    for (const each of ['a', 'b', 'c']) await signInLinks.issue(link(each, true, 'administrator'));
    await signInLinks.issue(link('other'));
    const uses = await Promise.all(['a', 'b', 'c'].map((each) => signInLinks.consume(each, at)));
    expect(uses.filter((role) => role !== undefined)).toEqual(['administrator']);
    const used = ['a', 'b', 'c'].find((_each, index) => uses[index] !== undefined) ?? '';
    await signInLinks.restore(used);
    expect(await signInLinks.consume('b', at)).toBe('administrator');
    expect(await signInLinks.consume('other', at)).toBe('viewer');
    await signInLinks.issue(link('d', true, 'administrator', at.add({ seconds: 1 })));
    expect(await signInLinks.consume('d', at.add({ seconds: 2 }))).toBe('administrator');
  });

  test('withdrawing makes every unused link worthless', async () => {
    const { signInLinks } = await create();
    for (const each of ['used', 'unused']) await signInLinks.issue(link(each));
    await signInLinks.consume('used', at);
    expect(await signInLinks.withdraw(at)).toBe(1);
    expect(await signInLinks.consume('unused', at)).toBeUndefined();
    expect(await signInLinks.withdraw(at)).toBe(0);
  });
}
