import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

const token = 'abcdefghijklmnopqrstuvwxyz012345';
const totpURI = 'otpauth://totp/Plimsoll:ada@northsea.example?secret=JBSWY3DPEHPK3PXP&issuer=Plimsoll';

describe('the way in (IAM-02)', () => {
  test('without a session every page leads to the sign-in, and back to where one wanted to go', async () => {
    stage.server.state.me = null;
    const { page } = await stage.open('/journeys');
    await page.waitForURL('**/sign-in?next=%2Fjourneys');
  });

  test('password, then the code of the app; a wrong code is said in words', async () => {
    const codes: string[] = [];
    stage.server.state.signIn = (path, body) => {
      if (path === '/sign-in/email') return { status: 200, body: { twoFactorRedirect: true } };
      codes.push((body as { code: string }).code);
      return codes.length === 1
        ? { status: 401, body: { code: 'INVALID_CODE', message: 'Invalid code' } }
        : { status: 200, body: {} };
    };
    const { page } = await stage.open('/sign-in?next=%2Fledger');
    await page.getByLabel('E-mail').fill('ada@northsea.example');
    await page.getByLabel('Password').fill('a long enough password');
    await page.keyboard.press('Enter');
    await page.getByLabel('Code').fill('111 111');
    await page.keyboard.press('Enter');
    await page.getByText('That code does not count.').waitFor();
    await page.getByLabel('Code').fill('222222');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/ledger');
    expect(codes).toEqual(['111111', '222222']);
  });

  test('the one-time link creates the administrator; its token leaves the address at once', async () => {
    const sent: unknown[] = [];
    stage.server.state.signIn = (path, body) => {
      sent.push([path, body]);
      return { status: 200, body: {} };
    };
    const { page } = await stage.open(`/sign-in#welcome=${token}`);
    expect(page.url()).not.toContain(token);
    await page.getByLabel('Name').fill('Ada Lindqvist');
    await page.getByLabel('E-mail').fill('ada@northsea.example');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Create the administrator' }).click();
    await page.waitForURL('**/second-factor');
    expect(sent).toEqual([
      ['/welcome', { token, name: 'Ada Lindqvist', email: 'ada@northsea.example', password: 'a long enough password' }],
    ]);
  });

  test('an authenticator app is enrolled by QR code or by hand, with backup codes', async () => {
    stage.server.state.signIn = (path) =>
      path === '/two-factor/enable'
        ? { status: 200, body: { totpURI, backupCodes: ['aaaaa-bbbbb', 'ccccc-ddddd'] } }
        : { status: 200, body: {} };
    const { page, problems } = await stage.open('/second-factor');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Use an authenticator app' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await page.getByText('JBSW Y3DP EHPK 3PXP').waitFor();
    await page.getByText('2 backup codes').click();
    await page.getByText('aaaaa-bbbbb').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill('123456');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${stage.server.url}/`);
    expect(problems).toEqual([]);
  });

  test('whoever must enrol a second factor sees nothing else first', async () => {
    stage.server.state.me = { ...(stage.server.state.me as object), mustEnrolSecondFactor: true } as never;
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
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Services');
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
    const { me } = stage.server.state;
    stage.server.state.me = {
      ...me,
      role: 'viewer',
      permissions: ['estate:read', 'samples:read', 'own-account'],
    } as never;
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
    await page.getByText('plm_0123456789abcdef0123456789abcdef').waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain('plm_0123456789abcdef');
    await page.getByRole('button', { name: 'Revoke ci' }).click();
    await page.getByRole('dialog', { name: 'Revoke ci?' }).waitFor();
  });

  test('the ledger is verified with one click', async () => {
    const { page } = await stage.open('/ledger');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('24 entries recomputed.').waitFor();
  });
});
