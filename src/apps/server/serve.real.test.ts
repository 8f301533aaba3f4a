import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const work = await mkdtemp(join(tmpdir(), 'plimsoll-serve-'));
const database = await createTestDatabase({ isEmpty: true });
const running = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(work, { recursive: true, force: true });
});

await writeFile(
  join(work, 'estate.yaml'),
  `kind: Estate
name: lab
---
kind: Site
name: dc
timezone: Europe/Amsterdam
---
${['a', 'b', 'c', 'd']
  .map(
    (name) => `kind: Environment
name: ${name}
stage: staging
platform: host
sites: [dc]
odoo: { version: "19.0", database: ${name}, modules: [stock] }
connect: { odoo: { url: "http://127.0.0.1:9" } }
thresholds: { collectEvery: 2s }
`,
  )
  .join('---\n')}`,
);

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly link: string | null;
  readonly state: string;
  readonly ended: Promise<number | null>;
}

/** Starts `plimsoll serve --json` on a free port and waits for its announcement. */
async function serve(name: string): Promise<Server> {
  const state = join(work, name);
  const args = [join(root, 'src/apps/cli/main.ts'), 'serve', work, '--port', '0', '--state', state, '--json'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], PLIMSOLL_DATABASE_URL: database.url, PLANTED: 'hunter2-planted-secret' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for (let round = 0; round < 600; round += 1) {
    if (output.includes('}')) break;
    if (child.exitCode !== null) throw new Error(`serve ended: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { url, signInLink } = JSON.parse(output) as { url: string; signInLink: string | null };
  return { child, url, link: signInLink, state, ended };
}

/** The environments that were looked at since the instant, from the slots that controllers claimed. */
async function looksSince(since: Temporal.Instant) {
  const rows = await database.sql<{ work: string; holder: string }[]>`
    SELECT work, holder FROM plimsoll.slot WHERE work LIKE 'observe/%' AND begun_at > ${since}`;
  return rows;
}

async function eventually<Answer>(seconds: number, look: () => Promise<Answer | undefined>): Promise<Answer> {
  for (let round = 0; round < seconds * 4; round += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`not within ${seconds} s`);
}

function totp(uri: string): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('plimsoll serve on a shared PostgreSQL', () => {
  test('two controllers share the looks; after a kill -9 of one the other does all of them', async () => {
    const [first, second] = [await serve('one'), await serve('two')];
    const shared = await eventually(40, async () => {
      const rows = await looksSince(Temporal.Now.instant().subtract({ seconds: 4 }));
      return rows.length === 4 && new Set(rows.map((row) => row.holder)).size === 2 ? rows : undefined;
    });
    expect(new Set(shared.map((row) => row.work)).size).toBe(4);
    first.child.kill('SIGKILL');
    await first.ended;
    const killedAt = Temporal.Now.instant();
    const survivors = await eventually(40, async () => {
      const rows = await looksSince(Temporal.Now.instant().subtract({ seconds: 4 }));
      return rows.length === 4 && new Set(rows.map((row) => row.holder)).size === 1 ? rows : undefined;
    });
    expect(survivors).toHaveLength(4);
    expect(Temporal.Now.instant().since(killedAt).total({ unit: 'seconds' })).toBeLessThan(30);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(await database.sql`SELECT 1 FROM plimsoll.lease WHERE holder = ${survivors[0]?.holder ?? ''}`).toHaveLength(
      0,
    );
  });

  test('a link signs in one person once; without a second factor nothing else is allowed (IAM-01, IAM-02)', async () => {
    const server = await serve('three');
    const origin = server.link === null ? '' : new URL(server.link).origin;
    const base = server.url;
    const host = new URL(origin).host;
    const post = (path: string, body: unknown, cookie = '') =>
      fetch(`${base}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', origin: `http://${new URL(base).host}`, cookie },
      });
    expect(host).toMatch(/^localhost:/);
    const token = server.link?.split('welcome=')[1];
    const password = 'correct horse battery staple';
    const uses = await Promise.all(
      ['ann@example.com', 'bob@example.com'].map((email) =>
        post('/api/auth/welcome', { token, name: 'A', email, password }),
      ),
    );
    expect(uses.map((use) => use.status).sort()).toEqual([200, 403]);
    const won = uses.find((use) => use.status === 200);
    const cookieOf = (response: Response | undefined): string =>
      (response?.headers.getSetCookie() ?? []).map((each) => each.split(';')[0]).join('; ');
    expect(won?.headers.getSetCookie().join()).toMatch(/HttpOnly.*SameSite=Lax/i);
    const before = cookieOf(won);
    const ask = (path: string, cookie: string) => fetch(`${base}${path}`, { headers: { cookie } });
    expect(await (await ask('/api/v1/me', before)).json()).toMatchObject({ mustEnrolSecondFactor: true });
    expect((await ask('/api/v1/overview', before)).status).toBe(403);
    const enabled = (await (await post('/api/auth/two-factor/enable', { password }, before)).json()) as {
      totpURI: string;
    };
    const verified = await post('/api/auth/two-factor/verify-totp', { code: totp(enabled.totpURI) }, before);
    const after = cookieOf(verified);
    expect((await ask('/api/v1/overview', after)).status).toBe(200);
    expect(
      ((await (await ask('/api/v1/me', after)).json()) as { mustEnrolSecondFactor: boolean }).mustEnrolSecondFactor,
    ).toBe(false);
    const person = (await won?.json()) as { user: { email: string } } | undefined;
    const email = person?.user.email;
    const again = await post('/api/auth/sign-in/email', { email, password });
    expect(await again.json()).toMatchObject({ twoFactorRedirect: true });
    expect((await ask('/api/v1/overview', cookieOf(again))).status).toBe(401);
    const everything = JSON.stringify(await database.sql`SELECT * FROM plimsoll.ledger`);
    for (const secret of [password, String(token), 'hunter2', enabled.totpURI])
      expect(everything).not.toContain(secret);
    expect((await readFile(join(server.state, 'operator-token'), 'utf8')).length).toBeGreaterThan(40);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });
});
