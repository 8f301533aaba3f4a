import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

describe('what is done with a restore point', () => {
  const tasksOf = (server: Awaited<ReturnType<Stage['server']>>) =>
    server.fake.deps.store.recoveryTasks.list({ environment: 'acme-prod', limit: 50 });

  test('RST-04: to a new environment at a second: the plan in plain words first, then a task with the name', async () => {
    const { page, server, problems } = await stage.open('/environments/acme-prod/recovery', {
      width: 390,
      theme: 'dark',
    });
    await page.getByRole('button', { name: 'Earlier' }).click();
    const field = page.getByLabel('Or any second up to the next backup');
    const inside = Temporal.PlainDateTime.from((await field.getAttribute('min')) ?? '').add({ hours: 1, seconds: 7 });
    await field.fill(inside.toString({ smallestUnit: 'second' }));
    await page.getByRole('button', { name: 'Restore to a new environment…' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Restore to a new environment' });
    const clock = inside.toPlainTime().toString({ smallestUnit: 'second' });
    await dialog.getByText(new RegExp(`^You get back everything up to .* ${clock} .*from backup`)).waitFor();
    await dialog.getByText('is neutralised: it sends, ships and books nothing outside').waitFor();
    await dialog.getByText(/on the machine, where .* are free/).waitFor();
    await dialog.getByLabel('Name of the new environment').fill('acme-rescue');
    await page.keyboard.press('Tab');
    await dialog.getByText('acme-rescue is neutralised').waitFor();
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByText('It is being restored').waitFor();
    const task = (await tasksOf(server)).find(({ target }) => target === 'acme-rescue');
    expect(task).toMatchObject({ kind: 'restore', state: 'running', requestedBy: { kind: 'user' } });
    expect(problems).toEqual([]);
  });

  test('EST-11: a clone is made with its stage, its date and its disguise; a name that is taken is said at once', async () => {
    const { page, server } = await stage.open('/environments/acme-prod/recovery');
    await page.getByRole('button', { name: 'Clone…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clone acme-prod' });
    await dialog.getByLabel('Name of the new environment').fill('acme-staging');
    await page.keyboard.press('Tab');
    await dialog.getByText('This cannot be done').waitFor();
    expect(await dialog.getByRole('button', { name: 'Make the clone' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Name of the new environment').fill('acme-uat');
    await dialog.getByLabel('Stage').selectOption('uat');
    await dialog.getByLabel('Removed after').selectOption('1 day');
    await dialog.getByLabel(/^Anonymise it/).check();
    await dialog.getByText('acme-uat is neutralised').waitFor();
    await dialog.getByRole('button', { name: 'Make the clone' }).click();
    await page.getByText('The clone is being made').waitFor();
    // Whoever began it down here sees that it runs.
    await page.waitForFunction(() => {
      const place = [...document.querySelectorAll('.running')].at(-1)?.getBoundingClientRect();
      return place !== undefined && place.top >= 0 && place.bottom <= window.innerHeight;
    });
    const [asked] = await server.fake.deps.store.ledger.tail({ type: 'clone.requested', limit: 1 });
    expect(asked?.data).toMatchObject({
      target: 'acme-uat',
      asked: { stage: 'uat', expiresInSeconds: 86_400, isAnonymised: true },
    });
  });

  test('RST-04: in place only who agrees to the loss and types the name replaces anything', async () => {
    const { page, server } = await stage.open('/environments/acme-prod/recovery');
    await page.locator('.restore-track').click({ position: { x: 2, y: 30 } });
    await page.getByRole('button', { name: 'Restore in place…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore acme-prod in place' });
    await dialog.getByText(/^What was written in the .* after is lost\. The tier allows/).waitFor();
    await dialog.getByText('What is there now is backed up first').waitFor();
    const replace = dialog.getByRole('button', { name: 'Replace acme-prod' });
    expect(await replace.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type acme-prod to replace it/).fill('acme-prod');
    expect(await replace.isDisabled()).toBe(true);
    await dialog.getByLabel(/^I agree that up to .* of business is missing/).check();
    await dialog.getByLabel(/^Type acme-prod to replace it/).fill('acme');
    expect(await replace.isDisabled()).toBe(true);
    expect((await tasksOf(server)).filter(({ kind, target }) => kind === 'restore' && target === null)).toEqual([]);
    await dialog.getByLabel(/^Type acme-prod to replace it/).fill('acme-prod');
    await replace.click();
    await page.getByText('It is being replaced').waitFor();
    const [asked] = await server.fake.deps.store.ledger.tail({ type: 'restore.requested', limit: 1 });
    expect(asked?.data).toMatchObject({ inPlace: true, asked: { acknowledgeLossSeconds: expect.any(Number) } });
  });

  test('a backup is checked, and what retention would take is seen; who may not is offered neither replacing nor making', async () => {
    const { page, server } = await stage.open('/environments/acme-prod/recovery');
    await page.getByRole('button', { name: 'Verify this backup' }).click();
    await page.getByText('Every piece of it is being read').waitFor();
    await page.getByRole('button', { name: 'See what would be withdrawn…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Retention of acme-prod' });
    await dialog.getByText('What is kept, and why').first().click();
    await dialog.getByText('the last good restore point').first().waitFor();
    await page.keyboard.press('Escape');
    server.fake.signIn({ role: 'operator', mustEnrolSecondFactor: false });
    await page.reload();
    await page.getByRole('button', { name: 'Clone…' }).waitFor();
    expect(await page.getByRole('button', { name: 'Restore in place…' }).count()).toBe(0);
    server.fake.signIn({ role: 'viewer', mustEnrolSecondFactor: false });
    await page.reload();
    await page.getByText('Restore points').first().waitFor();
    expect(await page.getByRole('button', { name: /^(Clone|Restore|Verify)/ }).count()).toBe(0);
  });
});
