import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

const pages = [
  ['overview', '/', 'acme-prod'],
  ['cut-off board', '/board', 'dhl-cutoff'],
  ['environment', '/environments/acme-prod', 'Longest lock wait'],
  ['recovery of an environment', '/environments/acme-prod/recovery', 'Achieved against target'],
  ['recovery that failed', '/environments/savannah-prod/recovery', 'pod-2026-1107.pdf'],
  ['recovery of the estate', '/recovery', 'Proof expires'],
  ['figures', '/figures', 'Peaks against normal'],
  ['services', '/services', 'shipment-confirmation'],
  ['objectives', '/objectives', 'polder-gold'],
  ['journeys', '/journeys', 'reserve'],
  ['calendar', '/calendar', 'stock-count-freeze'],
  ['findings', '/findings?closed=yes', 'stock_picking is locked'],
  ['alerts', '/alerts?over=yes', 'at risk for'],
  ['who answers', '/alerts/answers', 'Nobody needed'],
  ['incidents', '/incidents', 'MTTR'],
  ['incident room', '/incidents/00000000-0000-4000-8000-000000000001', 'Over, in review'],
  ['what is watched', '/coverage', 'by nothing'],
  ['estate check', '/check', 'Did you mean'],
  ['ledger', '/ledger', 'environment.transitioned'],
  ['access', '/access', 'Piet de Groot'],
  ['sign-in', '/sign-in', 'Password'],
  ['one-time link', '/sign-in#welcome=aaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'one-time link'],
  ['second factor', '/second-factor', 'authenticator app'],
] as const;

const looks = [
  { name: 'light', theme: 'light', width: 1_280 },
  { name: 'dark', theme: 'dark', width: 1_280 },
  { name: 'dark on a phone of 360 px', theme: 'dark', width: 360 },
] as const;

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

describe.each(looks)('every page, $name', (look) => {
  test.each(pages)(
    '%s: no axe violation, nothing wider than the screen, a silent console, no other origin',
    async (_, path, text) => {
      const { page, problems } = await stage.open(path, look);
      await page.getByText(text).first().waitFor();
      await page.waitForTimeout(250);
      const axe = await new AxeBuilder({ page }).analyze();
      expect(axe.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`)).toEqual(
        [],
      );
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide).toBeLessThanOrEqual(0);
      expect(problems).toEqual([]);
    },
  );
});

describe.each([looks[0], looks[2]])('the list of a thousand environments, $name', (look) => {
  test('no axe violation with fifty rows, with a hundred, and with a filter; nothing wider than the screen', async () => {
    const { page, problems } = await stage.open('/', { ...look, scenario: 'thousand' });
    const rows = page.locator('.rows > li');
    const violations = async (): Promise<readonly string[]> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`);
    };
    await page.getByRole('heading', { name: /^1000 environments/ }).waitFor();
    expect(await rows.count()).toBe(50);
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Show 50 more of 1000' }).click();
    await rows.nth(99).waitFor();
    expect(await violations()).toEqual([]);
    await page.getByRole('searchbox').fill('prod-0004');
    await page.getByRole('heading', { name: /^1 of 1000 environments/ }).waitFor();
    expect(await violations()).toEqual([]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });
});

describe('what axe finds', () => {
  test('axe would see a fault: a planted image without words is reported', async () => {
    const { page } = await stage.open('/services');
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('img')));
    const axe = await new AxeBuilder({ page }).analyze();
    expect(axe.violations.map((each) => each.id)).toContain('image-alt');
  });
});
