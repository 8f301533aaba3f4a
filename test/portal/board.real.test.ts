import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterEach(() => stage.reset());
afterAll(() => stage.close());

/** Letters are read from about 200 times their height; capitals of this type are 0.7 of its size. */
const readableAtMetres = (px: number): number => {
  // A screen of 55 inches in a hall: 68.5 cm high, 1,080 px.
  const screenMetres = 0.685;
  return ((px * 0.7 * screenMetres) / 1_080) * 200;
};

describe('the cut-off board on the wall of a warehouse', () => {
  test('the next cut-off is read across the hall, what it is and what will miss it from the aisle', async () => {
    const { page } = await stage.open('/board');
    await page.setViewportSize({ width: 1_920, height: 1_080 });
    const sizeOf = (selector: string): Promise<number> =>
      page
        .locator(selector)
        .first()
        .evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize));
    await page.locator('.board-row').first().waitFor();
    expect(readableAtMetres(await sizeOf('.board-row:first-child .board-left'))).toBeGreaterThan(12);
    for (const selector of ['.board-name', '.board-state', '.board-due b'])
      expect(readableAtMetres(await sizeOf(selector)), selector).toBeGreaterThan(3);
    await page.locator('.board-miss').first().waitFor();
    expect(readableAtMetres(await sizeOf('.board-miss'))).toBeGreaterThan(3);
    expect(await page.locator('.board-miss').first().textContent()).toMatch(/will miss/);
    // The first row stands whole on the screen: nobody scrolls a wall.
    const box = await page.locator('.board-row').first().boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 9_999)).toBeLessThanOrEqual(1_080);
  });
});
