import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { portalResponse } from './static.ts';

let work = '';
let portal = '';

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'plimsoll-static-'));
  portal = join(work, 'portal');
  await mkdir(join(portal, 'assets'), { recursive: true });
  await writeFile(join(work, 'secret'), 'secret');
  await writeFile(join(portal, 'index.html'), 'the page');
  await writeFile(join(portal, 'assets', 'main-1.js'), 'the script');
});
afterAll(() => rm(work, { recursive: true, force: true }));

test.each([
  ['/', 'the page'],
  ['/environments/acme-prod', 'the page'],
  ['/environments/acme.prod', 'the page'],
  ['/assets/main-1.js', 'the script'],
])('%s answers %s', async (path, text) => {
  expect(await (await portalResponse(portal, path))?.text()).toBe(text);
});

test.each(['/assets/gone-1.js', '/robots.txt', '/../secret', '/%2e%2e/secret', '/%00', '/%ff'])(
  '%s answers nothing',
  async (path) => {
    expect(await portalResponse(portal, path)).toBeUndefined();
  },
);

test('a checkout without a built portal names the script that builds it', async () => {
  expect(await (await portalResponse(undefined, '/'))?.text()).toContain('npm run build:portal');
});

const script = 'export const words = ["confirmed", "reserved", "picked", "shipped"];\n'.repeat(400);

test.each([
  ['zstd', zstdDecompressSync],
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
] as const)('a script goes packed as %s to a browser that takes it, and comes out as it was', async (way, unpack) => {
  await writeFile(join(portal, 'assets', 'big-1.js'), script);
  const response = await portalResponse(portal, '/assets/big-1.js', { acceptEncoding: way });
  const bytes = Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer());
  expect(bytes.byteLength).toBeLessThan(script.length / 20);
  expect(unpack(bytes).toString()).toBe(script);
  expect(Object.fromEntries(response?.headers ?? [])).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-encoding': way,
    'content-length': String(bytes.byteLength),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
});

test('a client that takes no packing gets the script as it is, and a cache between keeps the two apart', async () => {
  await writeFile(join(portal, 'assets', 'big-2.js'), script);
  const plain = await portalResponse(portal, '/assets/big-2.js');
  expect(plain?.headers.get('content-encoding')).toBeNull();
  expect(plain?.headers.get('vary')).toBe('accept-encoding');
  expect(await plain?.text()).toBe(script);
  const small = await portalResponse(portal, '/assets/big-2.js', { acceptEncoding: 'br' });
  expect(small?.headers.get('etag')).not.toBe(plain?.headers.get('etag'));
});

test('a picture, packed by its own format, and a short file go as they are', async () => {
  await writeFile(join(portal, 'board.png'), script);
  for (const path of ['/board.png', '/assets/main-1.js']) {
    const response = await portalResponse(portal, path, { acceptEncoding: 'zstd' });
    expect(response?.headers.get('content-encoding')).toBeNull();
    expect(response?.headers.get('vary')).toBeNull();
  }
});

test('a browser that has the page is told so, until the page is built anew', async () => {
  const page = join(portal, 'page.html');
  const ask = (ifNoneMatch?: string) => portalResponse(portal, '/page.html', { acceptEncoding: 'br', ifNoneMatch });
  await writeFile(page, `old ${script}`);
  const first = await ask();
  const tag = first?.headers.get('etag') ?? '';
  for (const named of [tag, `W/${tag}`, `"other", ${tag}`]) {
    const again = await ask(named);
    expect([again?.status, await again?.text(), again?.headers.get('vary')]).toEqual([304, '', 'accept-encoding']);
  }
  await writeFile(page, `built anew ${script}`);
  const anew = await ask(tag);
  expect(anew?.status).toBe(200);
  expect(brotliDecompressSync(Buffer.from((await anew?.arrayBuffer()) ?? new ArrayBuffer())).toString()).toContain(
    'anew',
  );
});
