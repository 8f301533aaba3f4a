import type { z } from '@hono/zod-openapi';
import { createApiClient, type resource, routes } from '../../src/apps/contract/index.ts';
import { createApp } from '../../src/apps/server/create-app.ts';
import { type Scenario, wireFake } from '../../src/apps/wire-fake.ts';

/** What the real server shows of a made-up estate at an instant. */
export async function overviewAt(
  now: Temporal.Instant,
  scenario: Scenario,
): Promise<z.output<typeof resource.overview>> {
  const fake = wireFake({ scenario, clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  const app = createApp(fake.deps, new AbortController().signal);
  const ask: typeof fetch = async (url, init) => app.request(String(url), init);
  return createApiClient({ baseUrl: 'http://localhost', fetch: ask }).call(routes.getOverview, {});
}
