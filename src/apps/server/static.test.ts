import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
