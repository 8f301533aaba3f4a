import { describe, expect, test } from 'vitest';
import { createApiClient, resource, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

const runtime = wireFake();
const app = createApp(runtime.deps, new AbortController().signal);
const ask = (path: string, init?: RequestInit) => app.request(`http://localhost${path}`, init);

describe('the API on the fake estate', () => {
  test('every GET route of the contract answers what the contract says', async () => {
    await runtime.begin();
    const client = createApiClient({
      baseUrl: 'http://localhost',
      fetch: async (url, init) => app.request(String(url), init),
    });
    const overview = await client.call(routes.getOverview, {});
    expect(overview.environments.map((each) => each.name)).toEqual([
      'acme-prod',
      'polder-prod',
      'savannah-prod',
      'acme-training',
    ]);
    expect(overview.environments[1]?.business.health).toBe('degraded');
    expect(overview.environments[3]?.infrastructure.health).toBe('unknown');
    expect(overview.cutOffs.length).toBeGreaterThan(0);
    const detail = await client.call(routes.getEnvironment, { params: { name: 'acme-prod' } });
    expect(detail.backlog.openCount).toBeGreaterThan(0);
    const now = runtime.deps.clock.now();
    const query = {
      metric: 'odoo_picking_late_count',
      from: now.subtract({ hours: 1 }).toString(),
      to: now.toString(),
      stepSeconds: 60,
    };
    const found = await client.call(routes.getSeries, { params: { name: 'acme-prod' }, query });
    expect(found.items[0]?.points.length).toBeGreaterThan(50);
    const findings = await client.call(routes.listFindings, { query: {} });
    expect(findings.items.some((each) => each.environment === 'polder-prod')).toBe(true);
    expect((await client.call(routes.verifyLedger, {})).isIntact).toBe(true);
    expect(
      (await client.call(routes.getGraph, { query: { element: 'integration/dhl', direction: 'affects' } })).elements
        .length,
    ).toBeGreaterThan(0);
  });

  test.each([
    ['an unknown environment', '/api/v1/environments/nobody', 404, 'ENVIRONMENT_UNKNOWN'],
    ['an unknown address', '/api/v1/nothing', 404, 'NOT_FOUND'],
    ['a limit that is no number', '/api/v1/ledger?limit=many', 400, 'REQUEST_INVALID'],
    [
      'more points than a chart can use',
      '/api/v1/environments/acme-prod/series?metric=x&from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&stepSeconds=1',
      400,
      'REQUEST_INVALID',
    ],
  ])('%s is a problem document', async (_, path, status, code) => {
    const response = await ask(path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const document = resource.problem.parse(await response.json());
    expect(document).toMatchObject({ status, code });
  });

  test('a body that is not JSON, and one that is too large, are refused', async () => {
    const post = (body: string) =>
      ask('/api/v1/access/tokens', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect((await post('{')).status).toBe(400);
    expect((await post(`{"name":"${'x'.repeat(300_000)}"}`)).status).toBe(413);
  });

  test('answers are not cached, and pages are fenced in', async () => {
    const response = await ask('/api/v1/overview');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('browsers are told to stay with https where a trusted proxy says they came by it, whatever others claim', async () => {
    const deps = { ...runtime.deps, isTrustedProxy: (address: string) => address === '10.0.0.7' };
    const behind = createApp(deps, new AbortController().signal);
    const told = async (peer: string | undefined, claim?: string) => {
      const headers = claim === undefined ? {} : { 'x-forwarded-proto': claim };
      const connection = peer === undefined ? {} : { incoming: { socket: { remoteAddress: peer } } };
      const response = await behind.request('http://localhost/healthz', { headers }, connection);
      return response.headers.get('strict-transport-security');
    };
    expect(await told('10.0.0.7', 'https')).toBe('max-age=31536000');
    expect(await told('::ffff:10.0.0.7', 'https')).toBe('max-age=31536000');
    expect(await told('10.0.0.7', 'http')).toBeNull();
    expect(await told('10.0.0.7')).toBeNull();
    expect(await told('203.0.113.9', 'https')).toBeNull();
    expect(await told(undefined, 'https')).toBeNull();
  });

  test('the OpenAPI document lists every route with its permission', async () => {
    const document = (await (await ask('/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, { 'x-permission': string }>>;
    };
    for (const route of Object.values(routes)) {
      expect(document.paths[`/api/v1${route.path}`]?.[route.method]?.['x-permission'], route.path).toBe(
        route.permission,
      );
    }
  });

  test('an illegal lifecycle change is refused with its reasons, and the refusal is recorded (EST-11)', async () => {
    const move = (to: string) =>
      ask('/api/v1/environments/acme-training/lifecycle', {
        method: 'POST',
        body: JSON.stringify({ to, reason: 'test' }),
        headers: { 'content-type': 'application/json' },
      });
    for (const to of ['suspended', 'retired']) expect((await move(to)).status).toBe(200);
    const refused = await move('active');
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'LIFECYCLE_RETIRED', reasons: [{ code: 'LIFECYCLE_RETIRED' }] });
    const [last] = await runtime.deps.store.ledger.tail({ limit: 1, subject: 'environment/acme-training' });
    expect(last).toMatchObject({ type: 'environment.transition-refused', data: { from: 'retired', to: 'active' } });
    expect(await runtime.deps.store.lifecycle.get('acme-training')).toBe('retired');
  });
});
