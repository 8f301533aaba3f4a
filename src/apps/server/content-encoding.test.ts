import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { wireFake } from '../wire-fake.ts';
import { encodingFor, leastBytes, packed } from './content-encoding.ts';
import { createApp } from './create-app.ts';

describe('how an answer is packed', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP;q=0.5', 'gzip'],
    ['zstd;q=0, br;q=0, gzip', 'gzip'],
    ['*', 'zstd'],
    ['*, zstd;q=0', 'br'],
    ['identity', undefined],
    ['deflate', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('a client that takes "%s" gets %s', (accepted, expected) => {
    expect(encodingFor(accepted)).toBe(expected);
  });

  test.each([
    ['zstd', zstdDecompressSync],
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('what is packed as %s comes out as it went in', async (encoding, unpack) => {
    const text = JSON.stringify(
      Array.from({ length: 500 }, (_, index) => ({ name: `acme-${index}`, title: 'Zürich' })),
    );
    const { body, headers } = await packed(text, encoding);
    expect(headers).toEqual({ vary: 'accept-encoding', 'content-encoding': encoding });
    expect(unpack(body as Uint8Array).toString()).toBe(text);
  });

  test('a short answer stays as it is, and a cache between still keeps the ways apart', async () => {
    const text = 'x'.repeat(leastBytes - 1);
    expect(await packed(text, 'zstd')).toEqual({ body: text, headers: { vary: 'accept-encoding' } });
  });
});

describe('the overview of a thousand environments', () => {
  test('goes over the wire in a twentieth of its size, and says the same', async () => {
    const runtime = wireFake({ scenario: 'thousand' });
    await runtime.begin();
    const app = createApp(runtime.deps, new AbortController().signal);
    const ask = (headers: Record<string, string>) => app.request('http://localhost/api/v1/overview', { headers });
    const plain = await ask({});
    expect(plain.headers.get('content-encoding')).toBeNull();
    const small = await ask({ 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(small.headers.get('content-encoding')).toBe('zstd');
    const [text, bytes] = [await plain.text(), new Uint8Array(await small.arrayBuffer())];
    expect(text.length).toBeGreaterThan(500_000);
    expect(bytes.byteLength).toBeLessThan(text.length / 20);
    const overview = JSON.parse(zstdDecompressSync(bytes).toString()) as { environments: unknown[] };
    expect(overview.environments).toHaveLength(1_000);
    expect(overview.environments.map((each) => Object.keys(each as object))).toEqual(
      (JSON.parse(text) as typeof overview).environments.map((each) => Object.keys(each as object)),
    );
  });

  test('what is answered once to a change, such as a new token, is never packed', async () => {
    const runtime = wireFake();
    await runtime.begin();
    const app = createApp(runtime.deps, new AbortController().signal);
    const response = await app.request('http://localhost/api/v1/environments/acme-training/lifecycle', {
      method: 'POST',
      body: JSON.stringify({ to: 'suspended', reason: 'test' }),
      headers: { 'content-type': 'application/json', 'accept-encoding': 'zstd' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('vary')).toBeNull();
  });
});
