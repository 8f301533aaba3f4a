import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FindingDraft } from '../../src/core/observe/index.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

describe('the overview answers three questions without a click', () => {
  test('on a bad day: what is missed and why, what is proven, what is frozen', async () => {
    const { page } = await stage.open('/');
    const answers = page.locator('.answers');
    await answers.getByText('Yes', { exact: true }).waitFor();
    await answers.getByText(/acme-prod: stock_picking is locked for 42 s by process 3117/).waitFor();
    await answers.getByText('Not everything', { exact: true }).waitFor();
    await answers.getByText('Not everywhere', { exact: true }).waitFor();
    await answers.getByText(/3 of 4 environments may be changed. stock-count-freeze/).waitFor();
    expect(await page.locator('.rows h3').first().textContent()).toBe('acme-prod');
  });

  test('business and infrastructure are two answers, in words (OBS-09)', async () => {
    const { page } = await stage.open('/');
    const row = page.locator('.rows > li').first();
    expect(await row.locator('.row-health').allTextContents()).toEqual(['BusinessUnhealthy', 'InfrastructureHealthy']);
  });

  test('on a good day it says so: each environment came back in a drill that still counts', async () => {
    const { page } = await stage.open('/', { scenario: 'calm' });
    const words = page.locator('.answer-word');
    await words.first().waitFor();
    expect((await words.allTextContents()).slice(0, 2)).toEqual(['No', 'Yes']);
  });
});

describe('a thousand environments', () => {
  test('the worst are shown first, the slash leads to the search, and filters stand in the address', async () => {
    const { page } = await stage.open('/', { scenario: 'thousand' });
    await page.getByRole('heading', { name: '1000 environments' }).waitFor();
    const rows = page.locator('.rows > li');
    expect(await rows.count()).toBe(50);
    expect(await rows.first().locator('.row-health').first().textContent()).toBe('BusinessUnhealthy');
    await page.keyboard.press('/');
    await page.keyboard.type('tenant-0007 prod');
    await page.getByRole('heading', { name: /^[48] of 1000 environments/ }).waitFor();
    await page.getByLabel('Site').selectOption('site-0012');
    await page.waitForURL(/find=tenant-0007.*site=site-0012/);
    await page.reload();
    await page.getByRole('heading', { name: /^\d of 1000 environments/ }).waitFor();
    expect(await rows.count()).toBeLessThan(5);
  });

  test('the rest is a button away', async () => {
    const { page } = await stage.open('/', { scenario: 'thousand' });
    await page.getByRole('button', { name: 'Show 50 more of 1000' }).click();
    expect(await page.locator('.rows > li').count()).toBe(100);
  });
});

describe('live without reload', () => {
  test('an event renews the page and tells a screen reader which health changed', async () => {
    const { page, server } = await stage.open('/', { scenario: 'calm' });
    await page.locator('.live-live').waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await server.fake.play('troubled');
    await page.locator('.answer-unhealthy').waitFor();
    await page
      .getByTestId('announcer')
      .getByText(/acme-prod: business unhealthy/)
      .waitFor();
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  });

  test('without events it says so, asks by itself, and is live again when they return', async () => {
    const { page, server } = await stage.open('/', { scenario: 'calm' });
    await page.locator('.live-live').waitFor();
    await page.route('**/api/v1/events', (route) => route.abort());
    await server.stop();
    await server.resume();
    await page.locator('.live-reconnecting').waitFor();
    await server.fake.play('troubled');
    await page.locator('.answer-unhealthy').waitFor();
    await page.unroute('**/api/v1/events');
    await page.locator('.live-live').waitFor();
  });

  test('a judgement that has gone old reads as unknown, whatever it said', async () => {
    const { page } = await stage.open('/', { scenario: 'stale' });
    await page.locator('.answer-word', { hasText: 'Cannot tell' }).waitFor();
    await page
      .getByText(/No controller has looked at acme-prod since|Last judged 15 min ago/)
      .first()
      .waitFor();
    expect(await page.locator('.row-health .health-healthy').count()).toBe(0);
  });
});

describe('states of a page', () => {
  test.each([
    ['/', 'No environment is declared yet', 'plimsoll init && plimsoll check'],
    ['/services', 'No business service is declared', 'plimsoll check'],
    ['/recovery', 'No environment is declared yet', 'plimsoll init'],
    ['/figures', 'No environment is declared yet', 'plimsoll init'],
    ['/journeys', 'No journey has run', 'plimsoll journey install'],
    ['/calendar', 'Nothing is declared in this week', 'plimsoll calendar'],
    ['/findings', 'No finding', 'plimsoll check'],
    ['/ledger', 'No entry', 'plimsoll ledger tail'],
    ['/board', 'No cut-off is declared', 'plimsoll calendar'],
    ['/alerts', 'No alert', 'plimsoll alerts unanswered'],
    ['/incidents', 'No incident', 'plimsoll incident list'],
  ])('%s without data teaches the next command', async (path, title, command) => {
    const { page } = await stage.open(path, { scenario: 'empty' });
    await page.getByText(title).waitFor();
    expect(await page.locator('.command').textContent()).toContain(command);
  });

  test('an error says what happened, its code and what to do, and can be tried again', async () => {
    const { page, server } = await stage.open('/check');
    await page.getByText('Did you mean').first().waitFor();
    await server.fake.play('failing');
    await page.getByRole('link', { name: 'Services' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('STORE_UNREACHABLE').waitFor();
    await alert.getByText(/Check PLIMSOLL_DATABASE_URL/).waitFor();
    const again = alert.getByRole('button', { name: 'Try again' });
    const asked = page.waitForRequest('**/api/v1/services*');
    await again.click();
    await asked;
    await server.fake.play('troubled');
    // The page hears that something changed, and may have asked by itself before anybody can.
    await again.click({ timeout: 2_000 }).catch(() => undefined);
    await page.getByRole('table', { name: 'Business services' }).waitFor();
  });

  test('an environment that does not exist is said so', async () => {
    const { page } = await stage.open('/environments/nowhere');
    await page
      .getByText(/nowhere/)
      .first()
      .waitFor();
    await page.getByText('ENVIRONMENT_UNKNOWN').waitFor();
  });

  test('a stale figure reads as unknown, with what it was', async () => {
    const { page } = await stage.open('/environments/acme-prod');
    await page.locator('.unknown-figure', { hasText: /unknown, was 2\d(\.\d)? GiB/ }).waitFor();
  });
});

describe('who answers', () => {
  test('is a link away from the inbox: noise, signals that lack an owner or a runbook, and who is on call (SLO-06, OPM-07)', async () => {
    const { page } = await stage.open('/alerts');
    await page.getByRole('link', { name: 'Noise, and who answers' }).click();
    await page.waitForURL('**/alerts/answers');
    const { items } = await page.evaluate(async () => (await fetch('/api/v1/unanswered-signals')).json());
    const signals = page.getByRole('table', { name: 'Signals that lack an owner or a runbook' });
    await signals.waitFor();
    expect(items.length).toBeGreaterThan(0);
    for (const { code, about } of items as { code: string; about: string }[]) {
      await signals.getByRole('row', { name: about }).filter({ hasText: code }).first().waitFor();
    }
    const noise = await page.evaluate(async () => (await fetch('/api/v1/alert-noise?days=30')).json());
    const rows = page.getByRole('table', { name: 'Noise by alert' }).getByRole('row');
    expect(await rows.count()).toBe(noise.byCode.length + 1);
    const team = page.getByRole('table', { name: 'Teams that are paged' }).getByRole('row', { name: /Platform/ });
    expect(await team.textContent()).toMatch(/ada|bo/);
  });

  test('where nothing is declared and nothing fired, each part says so with a command', async () => {
    const { page } = await stage.open('/alerts/answers', { scenario: 'empty' });
    for (const title of ['No alert in these 30 days', 'Every signal has an owner and a runbook', 'No team is paged'])
      await page.getByText(title).waitFor();
    expect((await page.locator('.command').allTextContents()).join('\n')).toMatch(
      /alerts noise.*alerts unanswered.*alerts on-call/s,
    );
  });
});

describe('text from outside', () => {
  test('is text: an image tag in a finding neither loads nor runs', async () => {
    const { page, problems, server } = await stage.open('/findings');
    const name = '<img src=x onerror="window.broken=1">';
    const odd: FindingDraft = {
      ...{ key: 'odd', code: 'CRON_FAILED', severity: 'info', environment: 'acme-prod', subject: `cron/${name}` },
      ...{ reason: `A scheduled action named ${name} failed once and then passed.`, action: 'Nothing to do.' },
      evidence: { name },
    };
    const { store, clock } = server.fake.deps;
    await store.findings.reconcile({ source: 'odd', environment: 'acme-prod' }, [odd], clock.now());
    await page.reload();
    await page.getByText('A scheduled action named <img src=x onerror="window.broken=1"> failed once').waitFor();
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(await page.locator('main img').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
