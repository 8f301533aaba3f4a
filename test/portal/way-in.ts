import { randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { unusedCode } from './time-based-code.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Opens a one-time link and fills its form. */
export async function fillWelcome(page: Page, link: string, person: Person): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
}

/** Begins the enrolment of an authenticator app on the page that asks for it; answers the key that is shown. */
export async function beginAuthenticator(page: Page, person: Person): Promise<string> {
  await page.waitForURL('**/second-factor');
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Use an authenticator app' }).click();
  return ((await page.locator('.enrol-key code').textContent()) ?? '').replaceAll(' ', '');
}

/** Types the code that the app would show now. */
export async function proveAuthenticator(page: Page, key: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Code' }).fill(unusedCode(key, Temporal.Now.instant()));
  await page.keyboard.press('Enter');
}

/** Uses a one-time link up: the browser is signed in as an administrator whose password and key nobody keeps. */
export async function createAdministrator(context: BrowserContext, link: string): Promise<void> {
  const person = {
    name: 'Screenshots',
    email: `screenshots-${randomBytes(4).toString('hex')}@plimsoll.example`,
    password: randomBytes(24).toString('base64url'),
  };
  const page = await context.newPage();
  try {
    await fillWelcome(page, link, person);
    await page.getByRole('button', { name: 'Create my account' }).click();
    await proveAuthenticator(page, await beginAuthenticator(page, person));
    await page.waitForURL(`${new URL(link).origin}/`);
  } finally {
    await page.close();
  }
}
