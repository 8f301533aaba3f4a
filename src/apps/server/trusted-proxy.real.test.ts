import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { runCli, type ServeProcess, startServe } from '../../../test/serve.ts';

const work = await mkdtemp(join(tmpdir(), 'plimsoll-proxy-'));
const database = await createTestDatabase({ isEmpty: true });
const environment = { PLIMSOLL_DATABASE_URL: database.url };
let direct: ServeProcess;
let proxied: ServeProcess;

beforeAll(async () => {
  await writeFile(join(work, 'estate.yaml'), 'kind: Estate\nname: lab\n');
  const start = (name: string, more: Readonly<Record<string, string>>) =>
    startServe({ estate: work, state: join(work, name), environment: { ...environment, ...more } });
  [direct, proxied] = await Promise.all([
    start('direct', { PLIMSOLL_PUBLIC_URL: 'https://plimsoll.example' }),
    start('proxied', { PLIMSOLL_TRUSTED_PROXIES: '127.0.0.0/8, ::1' }),
  ]);
});

afterAll(async () => {
  await Promise.all([direct, proxied].map((server) => server?.kill('SIGKILL')));
  await rm(work, { recursive: true, force: true });
});

/** Signs in with a wrong password, twelve times, and says how often it was the limit that refused. */
async function refusals(server: ServeProcess, forwardedFor: (index: number) => string): Promise<number> {
  let limited = 0;
  for (let index = 1; index <= 12; index += 1) {
    const response = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      body: JSON.stringify({ email: 'ann@northsea.example', password: 'wrong password here' }),
      headers: {
        'content-type': 'application/json',
        origin: server.url,
        'x-forwarded-for': forwardedFor(index),
      },
    });
    if (response.status === 429) limited += 1;
    await response.body?.cancel();
  }
  return limited;
}

/** Asks with a host of one's own, which `fetch` does not send. */
async function post(url: string, headers: Readonly<Record<string, string>>) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method: 'POST', headers }).once('response', resolve).once('error', reject).end('{}');
  });
  const answer = JSON.parse(await text(response)) as { readonly code?: string };
  return { status: response.statusCode, code: answer.code };
}

describe('X-Forwarded-For, over real connections', () => {
  test('does not count where no proxy is trusted: the limit holds whatever a client claims', async () => {
    expect(await refusals(direct, (index) => `203.0.113.${index}`)).toBe(2);
    expect(direct.written().errors).toContain('"client":"127.0.0.1"');
    expect(direct.written().errors).not.toContain('203.0.113');
  });

  test('counts behind a trusted proxy: each client has a limit of its own', async () => {
    expect(await refusals(proxied, (index) => `203.0.113.${index}`)).toBe(0);
  });

  test('what a client wrote in front of the proxy’s own word does not: its limit holds, and the log names it', async () => {
    expect(await refusals(proxied, (index) => `192.0.2.${index}, 198.51.100.7`)).toBe(2);
    expect(proxied.written().errors).toContain('"client":"198.51.100.7"');
    expect(proxied.written().errors).not.toContain('192.0.2.');
  });

  test('X-Forwarded-Proto counts from a trusted proxy alone: only then are cookies kept to https', async () => {
    const told = async (server: ServeProcess) => {
      const response = await fetch(`${server.url}/healthz`, { headers: { 'x-forwarded-proto': 'https' } });
      return response.headers.has('strict-transport-security');
    };
    expect(await told(proxied)).toBe(true);
    expect(await told(direct)).toBe(false);
    // The origin of a request with a cookie is compared with the scheme that is believed.
    const signOut = async (server: ServeProcess, forwardedProto: string, host = new URL(server.url).host) => {
      const own = { host, origin: `https://${host}`, cookie: 'plimsoll.session_token=none' };
      const headers = { 'content-type': 'application/json', 'x-forwarded-proto': forwardedProto, ...own };
      return post(`${server.url}/api/auth/sign-out`, headers);
    };
    expect(await signOut(proxied, 'https')).toMatchObject({ status: 200 });
    expect(await signOut(proxied, 'http')).toMatchObject({ status: 403, code: 'INVALID_ORIGIN' });
    // The declared address says its own scheme, whoever stands between.
    expect(await signOut(direct, 'http', 'plimsoll.example')).toMatchObject({ status: 200 });
    expect(await signOut(direct, 'https')).toMatchObject({ status: 403, code: 'INVALID_ORIGIN' });
  });

  test('a list that is none is refused before anything starts, by name', async () => {
    const more = { ...environment, PLIMSOLL_TRUSTED_PROXIES: '10.0.0.0/8, everybody' };
    const ran = await runCli(['serve', work, '--port', '0', '--state', join(work, 'wrong')], more);
    expect(ran.code).not.toBe(0);
    expect(ran.errors).toContain('PLIMSOLL_TRUSTED_PROXIES: "everybody" is no network');
  });
});
