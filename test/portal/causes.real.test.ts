import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

describe('a latency step lines up with what made it (OBS-07)', () => {
  test('the drawing bears numbers, the list beside it says what they are, and the step is told in words', async () => {
    const { page, problems } = await stage.open('/environments/acme-prod');
    await page.getByRole('button', { name: 'picking-validation' }).press('Enter');
    const happenings = page.locator('.happenings');
    const change = happenings.locator('li', { hasText: 'installed: delivery_dhl' });
    await change.waitFor();
    expect(await change.textContent()).toMatch(/^\d+\d\d:\d\d.*picking-validation: p95 [\d.]+m?s before, .* after/);
    const legend = page.locator('.chart-legend', { hasText: 'what happened' });
    expect(await legend.count()).toBe(1);
    // Everything that the canvas shows can be had as text, by keyboard.
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Request latency' }) });
    await section.getByRole('button', { name: 'Show as a table' }).press('Enter');
    await section.getByRole('columnheader', { name: 'p95', exact: true }).last().waitFor();
    expect(problems).toEqual([]);
  });
});

describe('what rises, and why (MET-14)', () => {
  test('under an objective stands what rises in its environment, the likeliest cause first with its evidence', async () => {
    const { page } = await stage.open('/objectives?key=acme-prod.shipment-confirmation.availability-30d');
    const rises = page.locator('.rises > li', { hasText: 'backlog of outgoing transfers' });
    await rises.waitFor();
    const first = rises.locator('.causes > li').first();
    expect(await first.textContent()).toMatch(/^a lock in the database · much speaks for it.*TABLE_LOCKED on/);
  });
});

describe('what is watched (OBS-13)', () => {
  test('what nothing watches stands first, with how to have it watched', async () => {
    const { page } = await stage.open('/coverage');
    const components = page.locator('section', { has: page.getByRole('heading', { name: 'Components' }) });
    await components.getByText('by nothing').first().waitFor();
    expect(await components.locator('tbody tr').first().textContent()).toContain('by nothing');
    expect(await components.getByText('Declare connect:').count()).toBeGreaterThan(0);
  });
});
