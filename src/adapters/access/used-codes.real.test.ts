import { createHash } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { unusedCode } from '../../../test/portal/time-based-code.ts';
import { createAccess } from './access.ts';
import { createCodeClaims } from './used-codes.ts';

const database = await createTestDatabase();
const pool = postgres(database.url, { max: 4, onnotice: () => {}, connection: { search_path: 'plimsoll' } });
afterAll(() => pool.end({ timeout: 5 }));

const origin = 'http://localhost:7070';
const password = 'correct horse battery staple';
type ClaimCode = ReturnType<typeof createCodeClaims>;

/** A person with an authenticator app, and what signing in with one of its codes answers. */
async function enrol(email: string, claimCode: ClaimCode) {
  const access = createAccess({
    pool,
    secret: 's'.repeat(40),
    publicOrigin: undefined,
    operatorToken: 'o'.repeat(40),
    checkToken: async () => ({ kind: 'rejected', reason: 'none' }),
    redeemLink: (_token, person, create) => create({ ...person, role: 'viewer' }),
    claimCode,
    onSignIn: async () => {},
    onError: () => {},
  });
  const ask = async (path: string, body: unknown, cookie = '') => {
    const headers = { host: 'localhost:7070', origin, 'content-type': 'application/json', cookie };
    const request = new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    // A client of its own for each question, so that the limit of attempts is not what refuses.
    const digest = createHash('sha1').update(`${email}${path}${Math.random()}`).digest();
    const response = await access.handleSignIn(request, `198.51.${digest[0]}.${digest[1]}`);
    const cookies = response.headers.getSetCookie().map((each) => each.split(';')[0]);
    const answer = (await response.json()) as { code?: string; totpURI?: string };
    return { status: response.status, answer, cookie: cookies.join('; ') };
  };
  const welcomed = await ask('/welcome', { token: 't'.repeat(40), name: 'Ann', email, password });
  const enabled = await ask('/two-factor/enable', { password }, welcomed.cookie);
  const key = new URL(enabled.answer.totpURI ?? '').searchParams.get('secret') ?? '';
  const used = unusedCode(key, Temporal.Now.instant());
  const proven = await ask('/two-factor/verify-totp', { code: used }, welcomed.cookie);
  expect(proven.status).toBe(200);
  const signIn = async (given: string) => {
    const first = await ask('/sign-in/email', { email, password });
    expect(first.answer).toMatchObject({ twoFactorRedirect: true });
    const second = await ask('/two-factor/verify-totp', { code: given }, first.cookie);
    return { status: second.status, code: second.answer.code };
  };
  return { used, unused: () => unusedCode(key, Temporal.Now.instant()), signIn };
}

const sessions = async (): Promise<number> => (await database.sql`SELECT 1 FROM plimsoll.auth_session`).length;

describe('a code of an authenticator app (IAM-02)', () => {
  test('counts once: refused the second time although it is still valid, and no session comes of it', async () => {
    const { used, unused, signIn } = await enrol(
      'ann@northsea.example',
      createCodeClaims(pool, () => Temporal.Now.instant()),
    );
    expect(await signIn(used)).toEqual({ status: 401, code: 'CODE_USED' });
    expect((await signIn(unused())).status).toBe(200);
    const before = await sessions();
    const another = unused();
    const raced = await Promise.all([1, 2, 3].map(() => signIn(another)));
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect(await sessions()).toBe(before + 1);
  });

  test('would count again and again without that', async () => {
    const { used, signIn } = await enrol('bob@northsea.example', async () => true);
    expect((await signIn(used)).status).toBe(200);
    expect((await signIn(used)).status).toBe(200);
  });

  test('is one person’s, is kept as a hash, and is forgotten when it can count no more', async () => {
    const [person, other] = await database.sql<{ id: string }[]>`SELECT id FROM plimsoll.auth_user ORDER BY email`;
    let now = Temporal.Instant.from('2026-11-21T06:00:00Z');
    const claim = createCodeClaims(pool, () => now);
    await database.sql`TRUNCATE plimsoll.used_code`;
    expect(await claim(person?.id ?? '', '123456')).toBe(true);
    expect(await claim(other?.id ?? '', '123456')).toBe(true);
    expect(await claim(person?.id ?? '', '123456')).toBe(false);
    expect(JSON.stringify(await database.sql`SELECT * FROM plimsoll.used_code`)).not.toContain('123456');
    now = now.add({ seconds: 301 });
    expect(await claim(person?.id ?? '', '654321')).toBe(true);
    expect(await database.sql`SELECT 1 FROM plimsoll.used_code`).toHaveLength(1);
  });
});
