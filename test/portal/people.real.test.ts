import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

describe('the way in (IAM-02)', () => {
  test('without a session every page leads to the sign-in, and back to where one wanted to go', async () => {
    (await stage.server()).fake.signIn(undefined);
    const { page } = await stage.open('/journeys');
    await page.waitForURL('**/sign-in?next=%2Fjourneys');
  });

  test('whoever must enrol a second factor sees nothing else first', async () => {
    (await stage.server()).fake.signIn({ role: 'administrator', mustEnrolSecondFactor: true });
    const { page } = await stage.open('/findings');
    await page.waitForURL('**/second-factor');
  });
});

describe('by keyboard alone', () => {
  test('skip link, navigation, focus on the new heading, and an environment opened', async () => {
    const { page } = await stage.open('/');
    await page.locator('.rows').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    const visited: (string | null | undefined)[] = [];
    while (visited.at(-1) !== 'Services' && visited.length < 15) {
      await page.keyboard.press('Tab');
      visited.push(await page.evaluate(() => document.activeElement?.textContent));
    }
    expect(visited.slice(1, 3)).toEqual(['Overview', 'Cut-off board']);
    expect(visited.at(-1)).toBe('Services');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Business services' }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  });

  test('a dialog keeps the focus, Escape closes it', async () => {
    const { page } = await stage.open('/environments/acme-prod');
    await page.getByRole('button', { name: 'Change state' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Change the lifecycle state' });
    await dialog.waitFor();
    for (let step = 0; step < 8; step += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).not.toBe(false);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('what only some may do', () => {
  test('a viewer sees neither the change of state nor the access page', async () => {
    (await stage.server()).fake.signIn({ role: 'viewer', mustEnrolSecondFactor: false });
    const { page } = await stage.open('/environments/acme-prod');
    await page.getByText('Longest lock wait').waitFor();
    expect(await page.getByRole('button', { name: 'Change state' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Access' }).count()).toBe(0);
  });

  test('a token’s secret is shown once and is gone with the dialog; revoking asks', async () => {
    const { page } = await stage.open('/access');
    await page.getByRole('button', { name: 'Create a token' }).click();
    await page.getByLabel('Name').fill('nightly');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const secret =
      (await page
        .getByText(/^plimsoll_[\w-]{40,}$/)
        .first()
        .textContent()) ?? '';
    expect(secret.length).toBeGreaterThan(40);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Revoke ci' }).click();
    await page.getByRole('dialog', { name: 'Revoke ci?' }).waitFor();
  });

  test('a person is invited with a role; the link is shown once and is gone with the dialog', async () => {
    const { page, server } = await stage.open('/access');
    await page.getByRole('button', { name: 'Invite a person' }).click();
    await page.getByLabel('Role').selectOption('operator');
    await page.getByRole('button', { name: 'Make the link' }).click();
    await page.getByRole('dialog', { name: 'The link of one operator' }).waitFor();
    const link = (await page.getByText('/sign-in#welcome=').textContent()) ?? '';
    expect(link).toMatch(new RegExp(`^${server.url}/sign-in#welcome=[\\w-]{40,}$`));
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain(link);
  });

  test('the ledger is verified with one click', async () => {
    const { page } = await stage.open('/ledger');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    const { deps } = (await stage.server()).fake;
    const { sequence } = await deps.store.ledger.head();
    await page.getByText(`${sequence} entries recomputed.`).waitFor();
  });
});
