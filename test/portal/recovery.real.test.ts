import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

describe('the recovery of an environment', () => {
  test('says first whether it is proven, and keeps the two rates apart (MET-11, RST-03)', async () => {
    const { page } = await stage.open('/environments/savannah-prod/recovery');
    await page.locator('.standing-word', { hasText: 'Not recoverable' }).waitFor();
    expect(await page.locator('.standing-rates dd b, .standing-rates div > dd:nth-child(2)').allTextContents()).toEqual(
      ['96.42 %', expect.stringMatching(/^90\.\d\d %$/)],
    );
    await page
      .getByText(/attachment 88412 "pod-2026-1107\.pdf"/)
      .first()
      .waitFor();
  });

  test('a restore point is chosen with the keyboard, stands in the address, and gives the exact command', async () => {
    const { page } = await stage.open('/environments/polder-prod/recovery');
    const slider = page.getByRole('slider', { name: 'Restore point' });
    await slider.waitFor();
    const last = await slider.getAttribute('aria-valuetext');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/backup=\d{8}T\d{6}Z-logical-/);
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(last);
    const id = new URL(page.url()).searchParams.get('backup');
    const command = page.locator('.command').first();
    expect(await command.textContent()).toBe(`plimsoll restore polder-prod --to polder-prod-restored --backup ${id}`);
    await page.keyboard.press('End');
    await page.waitForURL((url) => !url.searchParams.has('backup'));
    expect(await slider.getAttribute('aria-valuetext')).toBe(last);
  });

  test('a pointer chooses the nearest point, and one that is proven is a button away', async () => {
    const { page } = await stage.open('/environments/acme-prod/recovery');
    const track = page.locator('.restore-track');
    await track.waitFor();
    await track.click({ position: { x: 2, y: 30 } });
    expect(await page.getByRole('slider').getAttribute('aria-valuenow')).toBe('1');
    await page.getByRole('button', { name: 'Last verified' }).click();
    await page.locator('.restore-chosen', { hasText: 'verified by a drill' }).waitFor();
    await page.getByText(/as its own drill took/).waitFor();
  });

  test('any second of a stretch of archived log may be asked for; one outside is not taken (BKP-03)', async () => {
    const { page } = await stage.open('/environments/acme-prod/recovery');
    await page.getByRole('button', { name: 'Earlier' }).click();
    const field = page.getByLabel('Or any second up to the next backup');
    const [from = '', to = ''] = [await field.getAttribute('min'), await field.getAttribute('max')].map(
      (each) => each ?? '',
    );
    const inside = Temporal.PlainDateTime.from(from).add({ hours: 1, seconds: 7 });
    await field.fill(inside.toString({ smallestUnit: 'second' }));
    const at = inside.toZonedDateTime('Europe/Amsterdam').toInstant().toString();
    await page
      .locator('.command', { hasText: `--at ${at} --backup` })
      .first()
      .waitFor({ state: 'attached' });
    await field.fill(Temporal.PlainDateTime.from(to).add({ hours: 1 }).toString({ smallestUnit: 'second' }));
    await page.getByText('That lies outside').waitFor();
    await page.getByText('nothing is restored to another instant').waitFor();
    expect(await page.locator('.command').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Restore in place…' }).count()).toBe(0);
    await field.fill('');
    await page.getByRole('button', { name: 'Restore in place…' }).waitFor();
  });

  test('behind the newest backup the latest archived second is chosen, until another is (BKP-03)', async () => {
    const { page } = await stage.open('/environments/acme-prod/recovery');
    const field = page.getByLabel('Any second up to the last that is archived');
    expect(await field.inputValue()).toBe(await field.getAttribute('max'));
    const lost = page.locator('.point-facts div', { hasText: 'Would lose' });
    expect(await lost.locator('.over-limit').count()).toBe(0);
    await page.getByRole('button', { name: 'The backup itself' }).click();
    expect(await field.inputValue()).toBe('');
    await lost.locator('.over-limit').waitFor();
    await page.getByRole('button', { name: 'The latest' }).click();
    expect(await field.inputValue()).toBe(await field.getAttribute('max'));
  });

  test('the phases of a drill can be read, and the charts as tables', async () => {
    const { page } = await stage.open('/environments/acme-prod/recovery');
    const phases = page.getByRole('table', { name: 'Phases of the drill, in order' }).first();
    await phases.waitFor();
    expect(await phases.locator('tbody th').allTextContents()).toEqual([
      ...['fetch', 'restore-database', 'restore-filestore', 'neutralise', 'boot', 'journeys', 'invariants', 'teardown'],
    ]);
    await page.getByRole('button', { name: 'Show as a table RTO' }).click();
    await page
      .getByRole('table', { name: /kept the target of 1 h/ })
      .getByText('could not be done')
      .waitFor();
  });
});

describe('copies of an environment and of its backups', () => {
  test('each clone says what was done to it and when it goes, each region what was copied and proven (EST-11, BKP-06)', async () => {
    const { page, server } = await stage.open('/environments/acme-prod/recovery');
    const table = page.getByRole('table', { name: 'Clones of acme-prod' });
    await table.getByText('acme-staging').waitFor();
    expect(await table.locator('tbody tr').first().textContent()).toContain('when somebody does');
    await table.getByText('staging, neutralised, anonymised, reduced').waitFor();
    await page.getByText('vault-north').waitFor();
    await page.getByText(/Content proven/).waitFor();
    const { store, clock } = server.fake.deps;
    const [check] = await store.backupChecks.list('acme-prod');
    if (check === undefined) throw new Error('there is one');
    await store.backupChecks.record({ ...check, checkedAt: clock.now(), isIntact: false, problemCount: 2 });
    await page.getByText('2 problems in its content').waitFor();
    const stop = `${server.url}/api/v1/clones/acme-staging/stop`;
    await page.evaluate((url) => fetch(url, { method: 'POST' }).then(({ status }) => status), stop);
    await table.locator('tbody tr', { hasText: 'acme-staging' }).getByText('suspended').waitFor();
  });
});

describe('recovery while it happens', () => {
  test('a backup under way shows bytes, rate and time left, and the page follows by itself', async () => {
    const { page, server } = await stage.open('/environments/acme-training/recovery');
    const running = page.getByRole('region', { name: 'Backup under way' });
    const figures = running.locator('.running-figures');
    await figures.getByText(/GiB of 9\.18 GiB · \d+\.\d MiB\/s · .* left/).waitFor();
    const before = (await figures.textContent()) ?? '';
    await page.locator('.live-live').waitFor();
    await page.waitForTimeout(1_100);
    await server.fake.play('troubled');
    await page.waitForFunction((text) => document.querySelector('.running-figures')?.textContent !== text, before);
    await page.getByText('Nothing can be restored yet').waitFor();
    await page.getByText('plimsoll drill run acme-training').waitFor();
  });

  test('a drill shows who asked, its phase, bytes, rate and time left; whoever may cancels it by keyboard, and is asked', async () => {
    const { page, server } = await stage.open('/environments/acme-prod/recovery');
    const { recoveryTasks } = server.fake.deps.store;
    const now = () => server.fake.deps.clock.now();
    const requestedBy = { kind: 'cli', name: 'drill run' } as const;
    const request = { id: randomUUID(), kind: 'drill', environment: 'acme-prod', backup: 'b-1', target: null } as const;
    await recoveryTasks.ask({ ...request, requestedBy }, now());
    await recoveryTasks.begin(request.id, now());
    const running = page.getByRole('region', { name: 'Drill under way' });
    await running.getByText('A drill begins').waitFor();
    await running.getByText('by drill run, of b-1').waitFor();
    const gib = 2 ** 30;
    const progress = { step: 'restoring the files', doneBytes: gib, totalBytes: 3 * gib, bytesPerSecond: gib / 32 };
    await recoveryTasks.beat(request.id, now(), { progress });
    await running.getByText('Restoring the files').waitFor();
    await running.getByText(/1\.00 GiB of 3\.00 GiB · 32\.0 MiB\/s · .* left/).waitFor();
    const bar = running.getByRole('progressbar', { name: 'Bytes done of the drill' });
    expect(Number(await bar.getAttribute('value'))).toBeCloseTo(1 / 3, 6);
    await running.getByRole('button', { name: 'Cancel this drill' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Cancel this drill?' });
    await dialog.getByText('Its copy is torn down.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect((await recoveryTasks.get(request.id))?.cancelAskedBy).toBeNull();
    // Closed, it gives the focus back to where it was.
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused, { timeout: 45_000 }).toContain('Cancel');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Cancel it' }).focus();
    await page.keyboard.press('Enter');
    await running.getByRole('status').getByText('has cancelled it.').waitFor();
    expect((await recoveryTasks.get(request.id))?.cancelAskedBy?.kind).toBe('user');
    expect(await running.getByRole('button').count()).toBe(0);
    await recoveryTasks.end(request.id, now(), { state: 'cancelled', outcome: 'Cancelled.' });
    await running.waitFor({ state: 'hidden' });
  });

  test('the page of the estate counts what runs and leads there; who may not cancel sees no button', async () => {
    const { page, server } = await stage.open('/recovery');
    await page.getByText(/pieces? of recovery work (is|are) under way: .*acme-training/).waitFor();
    server.fake.signIn({ role: 'viewer', mustEnrolSecondFactor: false });
    await page.reload();
    await page.locator('.under-way').getByRole('link', { name: 'acme-training' }).click();
    const running = page.getByRole('region', { name: 'Backup under way' });
    await running.waitFor();
    expect(await running.getByRole('button').count()).toBe(0);
  });

  test('who may starts a drill, in the ledger and said so; who may not sees no button', async () => {
    const { page, server } = await stage.open('/environments/acme-prod/recovery');
    await page.getByRole('button', { name: 'Drill now' }).click();
    await page.getByText(/A drill was asked for/).waitFor();
    const entries = await server.fake.deps.store.ledger.tail({ limit: 20 });
    expect(entries.map(({ type }) => type)).toContain('drill.requested');
    server.fake.signIn({ role: 'viewer', mustEnrolSecondFactor: false });
    await page.reload();
    await page.getByText('Restore points').waitFor();
    expect(await page.getByRole('button', { name: /Drill|Back/ }).count()).toBe(0);
  });

  test('what cannot be is refused in words with the way out', async () => {
    const { page } = await stage.open('/environments/acme-training/recovery');
    await page.getByRole('button', { name: 'Drill now' }).click();
    await page.getByText(/No good backup of acme-training is recorded\..*BACKUP_NONE/).waitFor();
  });
});

describe('the recovery of the estate', () => {
  test('each environment with the eight parts in words, worst first, reached from the first answer', async () => {
    const { page } = await stage.open('/');
    await page.locator('.answers').getByRole('link', { name: 'See what is proven' }).click();
    const table = page.getByRole('table', { name: 'Recovery and coverage' });
    await table.waitFor();
    expect(await table.locator('tbody th a').allTextContents()).toEqual([
      ...['savannah-prod', 'acme-training', 'polder-prod', 'acme-prod'],
    ]);
    const row = table.locator('tbody tr').first();
    await row
      .getByText("not covered: the code of palmetto_rf, palmetto_dock is not Odoo's own")
      .waitFor({ state: 'attached' });
    await page.getByRole('link', { name: 'proof expired' }).click();
    await page.waitForURL(/state=expired/);
    expect(await table.locator('tbody th a').allTextContents()).toEqual(['polder-prod']);
  });

  test('a thousand environments are found and leafed through', async () => {
    const { page } = await stage.open('/recovery', { scenario: 'thousand' });
    const rows = page.getByRole('table', { name: 'Recovery and coverage' }).locator('tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(50);
    await page.getByLabel('Find').fill('tenant-0007 prod');
    await page.getByRole('heading', { name: /, [48] of 1000 environments/ }).waitFor();
  });
});

describe('figures', () => {
  test('availability, latency in both periods and recovery, of the environment and the time that one chooses', async () => {
    const { page } = await stage.open('/figures');
    await page.getByRole('table', { name: 'Availability by business service' }).getByText('goods-receipt').waitFor();
    await page.getByRole('table', { name: 'Latency by transaction class' }).getByText('order-confirmation').waitFor();
    await page.getByText('Drilled and came back').waitFor();
    await page.getByLabel('Environment').selectOption('polder-prod');
    await page.getByLabel('Over the last').selectOption('7d');
    await page.waitForURL(/environment=polder-prod.*last=7d/);
    await page.getByText('proof expired', { exact: false }).first().waitFor();
  });
});
