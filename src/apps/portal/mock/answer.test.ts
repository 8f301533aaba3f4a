import { describe, expect, test } from 'vitest';
import { problem } from '../../contract/access-resources.ts';
import { answerMock, createMockState, mockedRoutes } from './answer.ts';

const now = Temporal.Instant.from('2026-11-21T14:46:00Z');
const query = 'metric=postgres_connections&from=2026-11-21T08:00:00Z&to=2026-11-21T14:00:00Z&stepSeconds=300';
const fill = (path: string) =>
  path
    .replace('{name}', 'acme-prod')
    .replace('{journey}', 'ship-order')
    .replace('{id}', path.startsWith('/journeys') ? 'run-100' : 'finding-1');

describe('the made-up server behind the portal’s tests', () => {
  // Routes the portal does not use may be missing from the mock.
  const unused = new Set(['/environments', '/graph']);

  test.each(mockedRoutes.filter((route) => !unused.has(route.path)))(
    'answers $method $path by the contract',
    (route) => {
      const url = new URL(`http://portal.invalid/api/v1${fill(route.path)}?${query}`);
      const body = { to: 'suspended', reason: 'x', name: 'ci', role: 'viewer', expiresInSeconds: 60 };
      const answer = answerMock({ method: route.method.toUpperCase(), url, body }, createMockState(), now);
      expect(answer.status).toBe(200);
      const parsed = route.response.safeParse(answer.body);
      expect(parsed.error?.message).toBeUndefined();
    },
  );

  test('anonymous is asked to sign in, as by the real server', () => {
    const url = new URL('http://portal.invalid/api/v1/overview');
    const answer = answerMock({ method: 'GET', url, body: undefined }, { ...createMockState(), me: null }, now);
    expect(answer.status).toBe(401);
    expect(problem.safeParse(answer.body).success).toBe(true);
  });
});
