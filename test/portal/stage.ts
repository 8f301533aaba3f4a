import type { Page } from 'playwright-core';
import { createMockState } from '../../src/apps/portal/mock/answer.ts';
import { startBrowser, type TestBrowser, watchPage } from './browser.ts';
import { buildPortal } from './build.ts';
import { type MockServer, startMockServer } from './mock-server.ts';

export interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

export interface Stage {
  readonly server: MockServer;
  readonly browser: TestBrowser;
  /** A fresh page on a fresh made-up server; the page is closed by `reset`. */
  open(path: string, look?: Look): Promise<{ readonly page: Page; readonly problems: string[] }>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The portal as it ships, in Chromium, on a made-up server. */
export async function setStage(): Promise<Stage> {
  const portal = await buildPortal();
  const server = await startMockServer(portal.directory);
  const browser = await startBrowser();
  return {
    server,
    browser,
    async open(path, look = {}) {
      const page = await browser.context.newPage();
      page.setDefaultTimeout(10_000);
      const { problems } = watchPage(page, server.url);
      await page.emulateMedia({ colorScheme: look.theme ?? 'light' });
      await page.setViewportSize({ width: look.width ?? 1_280, height: 800 });
      await page.goto(server.url + path);
      await page.locator('h1').first().waitFor();
      return { page, problems };
    },
    async reset() {
      for (const page of browser.context.pages().slice(1)) await page.close();
      Object.assign(server.state, createMockState());
      server.setEventsAllowed(true);
    },
    async close() {
      await browser.close();
      await server.close();
      await portal.remove();
    },
  };
}
