import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { Role } from '../../core/access/index.ts';
import { describeAccess } from '../../ports/access.contract.ts';
import type { Access, Caller } from '../../ports/access.ts';
import { checkApiToken, createApiToken, revokeApiToken } from '../../workflows/api-tokens.ts';
import { routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp, permissionByRoute } from './create-app.ts';

// Written down by hand from the issue and IAM-02, not read from the table that the server uses.
const everybody = ['administrator', 'operator', 'auditor', 'viewer'];
const allowed: Readonly<Record<string, readonly string[]>> = {
  'GET /healthz': [...everybody, 'anonymous'],
  'GET /readyz': [...everybody, 'anonymous'],
  'GET /api/v1/openapi.json': [...everybody, 'anonymous'],
  'GET /metrics': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/events': everybody,
  'GET /api/v1/me': everybody,
  'GET /api/v1/overview': everybody,
  'GET /api/v1/environments': everybody,
  'GET /api/v1/environments/:name': everybody,
  'GET /api/v1/environments/:name/latest': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/environments/:name/metrics': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/environments/:name/series': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/environments/:name/quantiles': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/environments/:name/rises': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/environments/:name/timeline': everybody,
  'POST /api/v1/environments/:name/lifecycle': ['administrator', 'operator'],
  'GET /api/v1/services': everybody,
  'GET /api/v1/objectives': everybody,
  'GET /api/v1/objectives/:key': everybody,
  'GET /api/v1/journeys': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/journeys/:id': ['administrator', 'operator', 'viewer'],
  'GET /api/v1/drills': everybody,
  'POST /api/v1/environments/:name/journeys/:journey/runs': ['administrator', 'operator'],
  'GET /api/v1/environments/:name/backups': everybody,
  'POST /api/v1/environments/:name/backups': ['administrator', 'operator'],
  'GET /api/v1/recovery': everybody,
  'GET /api/v1/environments/:name/copies': everybody,
  'POST /api/v1/environments/:name/copies': ['administrator', 'operator'],
  'POST /api/v1/environments/:name/restores/plan': ['administrator', 'operator'],
  'POST /api/v1/environments/:name/restores': ['administrator', 'operator'],
  'POST /api/v1/environments/:name/restores/in-place': ['administrator'],
  'POST /api/v1/environments/:name/clones': ['administrator', 'operator'],
  'POST /api/v1/environments/:name/backups/verifications': ['administrator', 'operator'],
  'GET /api/v1/environments/:name/pruning': everybody,
  'POST /api/v1/environments/:name/pruning': ['administrator', 'operator'],
  'GET /api/v1/clones': everybody,
  'POST /api/v1/clones/:name/start': ['administrator', 'operator'],
  'POST /api/v1/clones/:name/stop': ['administrator', 'operator'],
  'POST /api/v1/clones/:name/removal': ['administrator', 'operator'],
  'GET /api/v1/environments/:name/recovery': everybody,
  'GET /api/v1/recovery-tasks': everybody,
  'GET /api/v1/recovery-tasks/:id': everybody,
  'POST /api/v1/recovery-tasks/:id/cancellation': ['administrator', 'operator'],
  'GET /api/v1/environments/:name/restore-points': everybody,
  'POST /api/v1/environments/:name/drills': ['administrator', 'operator'],
  'GET /api/v1/calendar': everybody,
  'GET /api/v1/findings': everybody,
  'GET /api/v1/findings/:id': everybody,
  'GET /api/v1/alerts': everybody,
  'GET /api/v1/alerts/:id': everybody,
  'GET /api/v1/alert-noise': everybody,
  'GET /api/v1/unanswered-signals': everybody,
  'GET /api/v1/on-call': everybody,
  'GET /api/v1/forecasts': everybody,
  'POST /api/v1/alerts/:id/acknowledgement': ['administrator', 'operator'],
  'POST /api/v1/alerts/alertmanager': ['administrator', 'operator'],
  'GET /api/v1/incidents': everybody,
  'GET /api/v1/incidents/:id': everybody,
  'GET /api/v1/incident-figures': everybody,
  'POST /api/v1/incidents/:id/work': ['administrator', 'operator'],
  'POST /api/v1/incidents/:id/steps/:index/runs': ['administrator', 'operator'],
  'GET /api/v1/coverage': everybody,
  'GET /api/v1/diagnostics': everybody,
  'GET /api/v1/graph': everybody,
  'GET /api/v1/ledger': ['administrator', 'operator', 'auditor'],
  'GET /api/v1/ledger/verification': ['administrator', 'operator', 'auditor'],
  'GET /api/v1/access/users': ['administrator'],
  'POST /api/v1/access/links': ['administrator'],
  'DELETE /api/v1/access/links': ['administrator'],
  'GET /api/v1/access/tokens': ['administrator'],
  'POST /api/v1/access/tokens': ['administrator'],
  'DELETE /api/v1/access/tokens/:id': ['administrator'],
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
let now = Temporal.Instant.from('2026-11-21T06:00:00Z');
const clock = { now: () => now, sleep: async () => {} };
const store = createMemoryStore();
let drawn = 0;
const tokenDeps = {
  store,
  clock,
  hash,
  randomToken: () => {
    drawn += 1;
    return `${'r'.repeat(40)}${drawn}`;
  },
};
const actor = { kind: 'cli', name: 'test' } as const;

/** Real tokens on the memory store; sessions by a header, because a browser's sign-in has its own test. */
const access: Access = {
  identify: async (headers) => {
    const session = headers.get('x-test-session');
    if (session !== null) return { kind: 'caller', caller: JSON.parse(session) as Caller };
    const bearer = headers.get('authorization')?.replace('Bearer ', '');
    if (bearer === undefined) return { kind: 'anonymous' };
    const checked = await checkApiToken(tokenDeps, bearer);
    if (checked.kind === 'rejected') return checked;
    const { id, name, role } = checked.token;
    return {
      kind: 'caller',
      caller: { kind: 'token', id, name, role, mustEnrolSecondFactor: false, isByCookie: false },
    };
  },
  listPeople: async () => [],
  handleSignIn: async () => Response.json({ code: 'NOT_FOUND', message: 'Nobody signs in here.' }, { status: 404 }),
};

describeAccess('tokens, and sessions by a header, for this test', async () => {
  const { secret } = await tokenFor('operator');
  return {
    access,
    nobody: () => new Headers(),
    somebody: () => new Headers({ authorization: `Bearer ${secret}` }),
    expected: { kind: 'token', role: 'operator' },
    worthless: new Headers({ authorization: `Bearer ${'x'.repeat(40)}` }),
  };
});

const stopping = new AbortController();
const app = createApp({ ...wireFake().deps, store, clock, access }, stopping.signal);

async function tokenFor(role: Exclude<Role, 'anonymous'>, expiresInSeconds = 3_600) {
  return createApiToken(tokenDeps, { name: role, role, expiresInSeconds }, { actor, role: 'administrator' });
}

async function statusOf(route: string, headers: Record<string, string>): Promise<number> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(':name', 'acme-prod').replaceAll(/:\w+/g, 'x');
  const response = await app.request(`http://localhost${path}`, { method, headers });
  await response.body?.cancel();
  return response.status;
}

const isDenied = (status: number): boolean => status === 401 || status === 403;

describe('every route × every role (IAM-02)', () => {
  test('the expectations cover exactly the routes that exist', () => {
    expect(Object.keys(allowed).sort()).toEqual([...permissionByRoute.keys()].sort());
    expect(permissionByRoute.size).toBe(Object.keys(routes).length + 5);
  });

  test.each(['administrator', 'operator', 'auditor', 'viewer'] as const)('a token of role %s', async (role) => {
    const { secret } = await tokenFor(role);
    for (const [route, who] of Object.entries(allowed)) {
      const status = await statusOf(route, { authorization: `Bearer ${secret}` });
      expect(isDenied(status), `${role} ${route} answered ${status}`).toBe(!who.includes(role));
    }
  });

  test('anonymous, an unknown, an expired and a revoked token get health only', async () => {
    const expired = await tokenFor('administrator', 60);
    now = now.add({ seconds: 61 });
    const revoked = await tokenFor('administrator');
    await revokeApiToken(tokenDeps, revoked.token.id, actor);
    const bearers = ['', 'Bearer nonsense', `Bearer ${expired.secret}`, `Bearer ${revoked.secret}`];
    for (const authorization of bearers) {
      for (const [route, who] of Object.entries(allowed)) {
        const status = await statusOf(route, authorization === '' ? {} : { authorization });
        expect(isDenied(status), `${authorization} ${route} answered ${status}`).toBe(!who.includes('anonymous'));
      }
    }
  });

  const session = (mustEnrolSecondFactor: boolean): Record<string, string> => ({
    'x-test-session': JSON.stringify({
      kind: 'user',
      id: 'u',
      name: 'ann',
      role: 'administrator',
      mustEnrolSecondFactor,
      isByCookie: true,
    }),
  });

  test('an administrator with a password alone may see themselves and nothing else', async () => {
    for (const route of Object.keys(allowed)) {
      const isOpen = route === 'GET /api/v1/me' || allowed[route]?.includes('anonymous') === true;
      const headers = { ...session(true), 'sec-fetch-site': 'same-origin' };
      expect(isDenied(await statusOf(route, headers)), route).toBe(!isOpen);
    }
  });

  test('a cookie changes nothing when the request comes from elsewhere', async () => {
    for (const route of Object.keys(allowed).filter((each) => !each.startsWith('GET'))) {
      expect(await statusOf(route, { ...session(false), origin: 'https://evil.example' }), route).toBe(403);
      expect(await statusOf(route, { ...session(false) }), route).toBe(403);
      expect(await statusOf(route, { ...session(false), origin: 'http://localhost' }), route).not.toBe(403);
    }
  });

  test('a handler planted without a permission is never reached', async () => {
    let isReached = false;
    const planted = createApp({ ...wireFake().deps, store, clock, access }, stopping.signal);
    planted.post('/api/v1/planted', (context) => {
      isReached = true;
      return context.text('secret');
    });
    const { secret } = await tokenFor('administrator');
    const headers = { authorization: `Bearer ${secret}` };
    const response = await planted.request('http://localhost/api/v1/planted', { method: 'POST', headers });
    expect(response.status).toBe(404);
    expect(isReached).toBe(false);
  });

  test("a token's secret is in no answer but the first, and not in the ledger", async () => {
    const { secret } = await tokenFor('viewer');
    const admin = await tokenFor('administrator');
    const headers = { authorization: `Bearer ${admin.secret}` };
    const listed = await (await app.request('http://localhost/api/v1/access/tokens', { headers })).text();
    const ledger = await (await app.request('http://localhost/api/v1/ledger', { headers })).text();
    expect(listed).toContain('"role":"viewer"');
    for (const text of [listed, ledger]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hash(secret));
    }
  });
});

describe('taking an alert and closing an incident (INC-01)', () => {
  const actions = ['POST /api/v1/alerts/:id/acknowledgement', 'POST /api/v1/incidents/:id/work'];
  test.each(actions)('%s is denied to who only reads; with the right it reaches the question itself', async (route) => {
    for (const role of ['viewer', 'auditor'] as const) {
      const { secret } = await tokenFor(role);
      expect(await statusOf(route, { authorization: `Bearer ${secret}` }), role).toBe(403);
    }
    // It is the right alone that holds them back: with it the same request gets to an id that is not there.
    const { secret } = await tokenFor('operator');
    expect(isDenied(await statusOf(route, { authorization: `Bearer ${secret}` }))).toBe(false);
  });
});
