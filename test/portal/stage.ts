import type { Page } from 'playwright-core';
import type { Scenario } from '../../src/apps/wire-fake.ts';
import { startBrowser, type TestBrowser, watchPage } from './browser.ts';
import { buildPortal } from './build.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';

export interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  /** What the estate is like: a bad day unless said otherwise. */
  readonly scenario?: Scenario;
}

export interface Stage {
  readonly browser: TestBrowser;
  /** The server of a scenario, started when first asked for and kept. */
  server(scenario?: Scenario): Promise<FakeServer>;
  /** A fresh page on the server of the scenario; the page is closed by `reset`. */
  open(
    path: string,
    look?: Look,
  ): Promise<{ readonly page: Page; readonly problems: string[]; readonly server: FakeServer }>;
  /** Closes the pages and makes every server what it was. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The portal as it ships, in Chromium, on the real server with a made-up estate. */
export async function setStage(): Promise<Stage> {
  const portal = await buildPortal();
  const browser = await startBrowser();
  const servers = new Map<Scenario, FakeServer>();
  const serverOf = async (scenario: Scenario = 'troubled'): Promise<FakeServer> => {
    const server = servers.get(scenario) ?? (await startFakeServer(scenario, portal.directory));
    servers.set(scenario, server);
    return server;
  };
  return {
    browser,
    server: serverOf,
    async open(path, look = {}) {
      const server = await serverOf(look.scenario);
      const page = await browser.context.newPage();
      const { problems } = watchPage(page, server.url);
      await page.emulateMedia({ colorScheme: look.theme ?? 'light' });
      await page.setViewportSize({ width: look.width ?? 1_280, height: 800 });
      await page.goto(server.url + path);
      await page.locator('h1').first().waitFor();
      return { page, problems, server };
    },
    async reset() {
      for (const page of browser.context.pages().slice(1)) await page.close();
      for (const [scenario, { fake }] of servers) {
        fake.signIn({ role: 'administrator', mustEnrolSecondFactor: false });
        await fake.play(scenario);
      }
    },
    async close() {
      await browser.close();
      for (const server of servers.values()) await server.stop();
      await portal.remove();
    },
  };
}
