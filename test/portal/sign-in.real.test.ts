import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../serve.ts';
import { startBrowser, type TestBrowser, watchPage } from './browser.ts';
import { installPortal } from './build.ts';
import { unusedCode } from './time-based-code.ts';
import { beginAuthenticator, fillWelcome, type Person, proveAuthenticator } from './way-in.ts';

const root = join(import.meta.dirname, '..', '..');

const estate = `kind: Estate
name: lab
---
kind: Site
name: dc
timezone: Europe/Amsterdam
---
kind: Environment
name: acme-prod
stage: production
platform: host
sites: [dc]
odoo: { version: "19.0", database: acme, modules: [stock] }
connect: { odoo: { url: "http://127.0.0.1:9" } }
thresholds: { collectEvery: 2s }
`;

const person: Person = {
  name: 'Ada Lindqvist',
  email: 'ada@northsea.example',
  password: 'correct horse battery staple',
};

let work: string;
let server: ChildProcess;
let browser: TestBrowser;
let link = '';
let origin = '';
let key = '';

/** Starts `plimsoll serve` on an embedded PostgreSQL of its own and waits for what it announces. */
async function startServer(): Promise<{ readonly child: ChildProcess; readonly signInLink: string }> {
  const args = [join(root, 'src/apps/cli/main.ts'), 'serve', work, '--port', '0', '--state', join(work, 'state')];
  const child = spawn(process.execPath, [...args, '--json'], {
    env: { PATH: process.env['PATH'], HOME: work },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  for (let round = 0; round < 900 && !output.includes('}'); round += 1) {
    if (child.exitCode !== null) throw new Error(`serve ended: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { signInLink } = JSON.parse(output) as { signInLink: string };
  return { child, signInLink };
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'plimsoll-sign-in-'));
  await writeFile(join(work, 'estate.yaml'), estate);
  await installPortal();
  const started = await startServer();
  server = started.child;
  link = started.signInLink;
  origin = new URL(link).origin;
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (server !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  await rm(work, { recursive: true, force: true });
});

async function openPage() {
  const page = await browser.context.newPage();
  return { page, ...watchPage(page, origin) };
}

async function expectAccessible(page: Page): Promise<void> {
  // Between two pages there is none to look at.
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}

/** A question that was under way while the session ended is refused, and the browser notes it: not a fault of the page. */
const besidesLeaving = (problems: readonly string[]) =>
  problems.filter((problem) => !problem.includes('401 (Unauthorized)'));

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
}

async function signInWithPassword(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await proveAuthenticator(page, key);
  await page.getByRole('link', { name: 'acme-prod' }).first().waitFor();
}

/** A security key inside Chromium that answers by itself. */
async function plugInAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

// One story: each step stands on what the one before left behind.
describe('the way into the real server (IAM-01, IAM-02)', () => {
  test('the one-time link, an authenticator app, then the overview, which does not claim health it has not seen', async () => {
    const { page, problems } = await openPage();
    await fillWelcome(page, link, person);
    expect(page.url()).not.toContain('welcome=');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Create my account' }).click();
    await page.waitForURL('**/second-factor');
    await expectAccessible(page);
    key = await beginAuthenticator(page, person);
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await page.getByText(/\d+ backup codes/).click();
    await expectAccessible(page);
    await proveAuthenticator(page, key);
    await page.waitForURL(`${origin}/`);
    const row = page.getByRole('link', { name: 'acme-prod' }).first();
    await row.waitFor();
    await page
      .locator('.rows')
      .getByText(/unhealthy|unknown/i)
      .first()
      .waitFor();
    expect(
      await page
        .locator('.rows')
        .getByText(/^healthy$/i)
        .count(),
    ).toBe(0);
    await expectAccessible(page);
    expect(problems).toEqual([]);
  });

  test('the environment’s page opens by its address and claims no health either', async () => {
    const { page, problems } = await openPage();
    await page.goto(`${origin}/environments/acme-prod`);
    await page.getByRole('heading', { level: 1, name: 'acme-prod' }).waitFor();
    await page
      .getByText(/unhealthy|unknown/i)
      .first()
      .waitFor();
    await expectAccessible(page);
    expect(problems).toEqual([]);
  });

  test('out, and in again with the password and a code', async () => {
    const { page, problems } = await openPage();
    await page.goto(origin);
    await signOut(page);
    await expectAccessible(page);
    expect(besidesLeaving(problems)).toEqual([]);
    await signInWithPassword(page);
    expect(besidesLeaving(problems)).toEqual([]);
  });

  test('a wrong code is said in words, a right one with a space in it counts, and leads to where one wanted to go', async () => {
    const { page } = await openPage();
    await page.goto(origin);
    await signOut(page);
    await page.goto(`${origin}/sign-in?next=%2Fledger`);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.keyboard.press('Enter');
    const code = page.getByRole('textbox', { name: 'Code' });
    await code.fill('000 000');
    await page.keyboard.press('Enter');
    await page.getByText('That code does not count.').waitFor();
    const right = unusedCode(key, Temporal.Now.instant());
    await code.fill(`${right.slice(0, 3)} ${right.slice(3)}`);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/ledger');
  });

  test('a passkey is added and signs in by itself', async () => {
    const { page, problems } = await openPage();
    await plugInAuthenticator(page);
    await page.goto(`${origin}/second-factor`);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(`${origin}/`);
    await signOut(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('link', { name: 'acme-prod' }).first().waitFor();
    await expectAccessible(page);
    expect(besidesLeaving(problems)).toEqual([]);
    await signOut(page);
  });

  test('a passkey can be the very first factor: it opens what its role may see, and a password alone opens nothing', async () => {
    const { page, problems } = await openPage();
    await plugInAuthenticator(page);
    const made = await runCli(['access', 'link', '--role', 'viewer', '--json'], {
      PLIMSOLL_STATE: join(work, 'state'),
      PLIMSOLL_SERVER: origin,
    });
    const { signInLink } = JSON.parse(made.output) as { signInLink: string };
    const vic = { name: 'Vic', email: 'vic@northsea.example', password: 'another long passphrase' };
    await fillWelcome(page, signInLink, vic);
    await page.getByRole('button', { name: 'Create my account' }).click();
    await page.waitForURL('**/second-factor');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(`${origin}/`);
    await page.getByRole('link', { name: 'acme-prod' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0);
    await signOut(page);
    await page.getByLabel('E-mail').fill(vic.email);
    await page.getByLabel('Password').fill(vic.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/second-factor');
    const opened = await page.evaluate(async () => (await fetch('/api/v1/overview')).status);
    expect(opened).toBe(403);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(`${origin}/`);
    await page.getByRole('link', { name: 'acme-prod' }).first().waitFor();
    expect(besidesLeaving(problems).filter((problem) => !problem.includes('403 (Forbidden)'))).toEqual([]);
    await signOut(page);
  });

  test('a link that was used creates nobody and says where to get another', async () => {
    const { page, problems } = await openPage();
    await fillWelcome(page, link, person);
    await page.getByLabel('E-mail').fill('mallory@northsea.example');
    await page.getByRole('button', { name: 'Create my account' }).click();
    await page.getByRole('heading', { level: 1, name: 'This link is spent' }).waitFor();
    await page.getByText('plimsoll access link').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Password').waitFor();
    // The browser itself notes the refusal, and nothing else.
    expect(problems).toEqual([expect.stringContaining('403 (Forbidden)')]);
  });
});
