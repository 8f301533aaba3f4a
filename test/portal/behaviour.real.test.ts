import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
    await answers.getByText(/acme-prod: stock_picking has been locked for 94 s by pid 48211/).waitFor();
    await answers.getByText('Not everything').waitFor();
    await answers.getByText('Not now').waitFor();
    expect(await page.locator('.rows h3').first().textContent()).toBe('acme-prod');
  });

  test('business and infrastructure are two answers, in words (OBS-09)', async () => {
    const { page } = await stage.open('/');
    const row = page.locator('.rows > li').first();
    expect(await row.locator('.row-health').allTextContents()).toEqual(['BusinessUnhealthy', 'InfrastructureHealthy']);
  });

  test('on a good day it says so', async () => {
    stage.server.state.estate = 'calm';
    const { page } = await stage.open('/');
    const words = page.locator('.answer-word');
    await words.first().waitFor();
    expect(await words.allTextContents()).toEqual(['No', 'Yes', 'Yes']);
  });
});

describe('live without reload', () => {
  test('an event renews the page and tells a screen reader which health changed', async () => {
    stage.server.state.estate = 'calm';
    const { page } = await stage.open('/');
    await page.locator('.live-live').waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    stage.server.state.estate = 'troubled';
    stage.server.emit('dev.plimsoll.health.judged', 'environment/acme-prod');
    await page.locator('.answer-unhealthy').waitFor();
    await page
      .getByTestId('announcer')
      .getByText(/acme-prod: business unhealthy/)
      .waitFor();
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  });

  test('without events it says so, asks by itself, and is live again when they return', async () => {
    stage.server.state.estate = 'calm';
    const { page } = await stage.open('/');
    await page.locator('.live-live').waitFor();
    stage.server.setEventsAllowed(false);
    await page.locator('.live-reconnecting').waitFor();
    stage.server.state.estate = 'troubled';
    await page.locator('.answer-unhealthy').waitFor({ timeout: 15_000 });
  });

  test('a judgement that has gone old reads as unknown, whatever it said', async () => {
    stage.server.state.estate = 'calm';
    stage.server.state.judgedSecondsAgo = 900;
    const { page } = await stage.open('/');
    await page.locator('.answer-word', { hasText: 'Cannot tell' }).waitFor();
    await page.getByText('Last judged 15 min ago, then healthy.').first().waitFor();
    expect(await page.locator('.row-health .health-healthy').count()).toBe(0);
  });
});

describe('states of a page', () => {
  test.each([
    ['/', 'No environment is declared yet', 'plimsoll init && plimsoll check'],
    ['/services', 'No business service is declared', 'plimsoll check'],
    ['/journeys', 'No journey has run', 'plimsoll journey install'],
    ['/calendar', 'Nothing is declared in this week', 'plimsoll calendar'],
    ['/findings', 'No finding', 'plimsoll check'],
    ['/ledger', 'No entry', 'plimsoll ledger tail'],
    ['/board', 'No cut-off is declared', 'plimsoll calendar'],
  ])('%s without data teaches the next command', async (path, title, command) => {
    stage.server.state.estate = 'empty';
    const { page } = await stage.open(path);
    await page.getByText(title).waitFor();
    expect(await page.locator('.command').textContent()).toContain(command);
  });

  test('an error says what happened, its code and what to do, and can be tried again', async () => {
    const { page } = await stage.open('/');
    await page.locator('.answers').waitFor();
    stage.server.state.problemStatus = 422;
    await page.getByRole('link', { name: 'Services' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('STORE_UNAVAILABLE').waitFor();
    await alert.getByText(/Look at the server’s log/).waitFor();
    stage.server.state.problemStatus = null;
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'Business services' }).waitFor();
  });

  test('an environment that does not exist is said so', async () => {
    const { page } = await stage.open('/environments/nowhere');
    await page.getByText('No environment is named nowhere.').waitFor();
  });

  test('a stale figure reads as unknown, with what it was', async () => {
    const { page } = await stage.open('/environments/acme-prod');
    await page.locator('.unknown-figure', { hasText: /unknown, was 39 GiB/ }).waitFor();
  });
});

describe('text from outside', () => {
  test('is text: an image tag in a finding neither loads nor runs', async () => {
    const { page, problems } = await stage.open('/findings?id=finding-3');
    await page.getByText('A scheduled action named <img src=x onerror="window.broken=1"> failed once').waitFor();
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(await page.locator('main img').count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
