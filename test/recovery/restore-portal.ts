import type { Page } from 'playwright-core';

const patienceMs = 300_000;
const clockOf = (at: Temporal.Instant): string =>
  at.toZonedDateTimeISO('UTC').toPlainDateTime().toString({ smallestUnit: 'second' });

/** What somebody saw who had a clone made on the page of an environment. */
export interface SeenClone {
  readonly plan: string;
  readonly command: string;
  /** What the task said that it did, in order. */
  readonly steps: readonly string[];
  /** What it said of bytes. */
  readonly figures: readonly string[];
  /** What stands there once it has ended. */
  readonly ended: string;
  /** Its line among the clones. */
  readonly listed: string;
}

/** Follows a task on the page until it is under way no more. */
async function follow(page: Page, name: string) {
  const running = page.getByRole('region', { name: `${name} under way` });
  const steps = new Set<string>();
  const figures = new Set<string>();
  await running.waitFor();
  const until = Date.now() + patienceMs;
  while ((await running.count()) > 0 && Date.now() < until) {
    const [step = '', figure = ''] = await running
      .evaluate((region) => ['b', '.running-figures'].map((each) => region.querySelector(each)?.textContent ?? ''))
      .catch(() => []);
    if (step !== '') steps.add(step);
    if (figure !== '') figures.add(figure);
    await page.waitForTimeout(200);
  }
  return { steps: [...steps], figures: [...figures] };
}

/**
 * Has a clone made as somebody at the portal does: the newest physical backup on the line, a second behind it, the plan in
 * plain words, a name and a date; then its progress, its end, and its line in the list. The page's zone is UTC.
 */
export async function cloneByPortal(
  page: Page,
  { environment, target, at }: { readonly environment: string; readonly target: string; readonly at: Temporal.Instant },
): Promise<SeenClone> {
  const slider = page.getByRole('slider', { name: 'Restore point' });
  await slider.waitFor();
  await slider.press('Home');
  await page.waitForURL(/backup=\S+-logical-/);
  await slider.press('End');
  // In other words once the controller has made a mark of its own.
  await page.getByLabel(/any second/i).fill(clockOf(at));
  const command = page.locator('.command', { hasText: `plimsoll clone ${environment}` });
  await page.getByRole('button', { name: 'Clone…' }).click();
  const dialog = page.getByRole('dialog', { name: `Clone ${environment}` });
  await dialog.getByLabel('Name of the new environment').fill(target);
  await page.keyboard.press('Tab');
  await dialog.getByLabel('Removed after').selectOption('1 day');
  await dialog.getByText(`${target} is neutralised`).waitFor();
  const plan = (await dialog.locator('.restore-preview').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Make the clone' }).click();
  await page.getByText('The clone is being made').waitFor();
  const seen = await follow(page, `Clone to ${target}`);
  const ended = (await page.locator('.ended', { hasText: `Clone to ${target}` }).textContent()) ?? '';
  const row = page.getByRole('table', { name: `Clones of ${environment}` }).locator('tbody tr', { hasText: target });
  await row.getByText('active').waitFor();
  return {
    plan,
    command: (await command.textContent()) ?? '',
    ...seen,
    ended,
    listed: (await row.textContent()) ?? '',
  };
}
