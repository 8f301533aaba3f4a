import { describe, expect, test } from 'vitest';
import { createMemorySampleStore } from '../../adapters/memory/samples.ts';
import { createApiClient, routes } from '../contract/index.ts';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

const runtime = wireFake();
const samples = createMemorySampleStore();
const app = createApp({ ...runtime.deps, samples }, new AbortController().signal);
const client = createApiClient({
  baseUrl: 'http://localhost',
  fetch: async (url, init) => app.request(String(url), init),
});

/** What the API says of a metric that was last read so long ago. */
async function shownAfter(metric: string, seconds: number) {
  const labels = { age: String(seconds) };
  const at = runtime.deps.clock.now().subtract({ seconds });
  await samples.write([{ environment: 'acme-prod', metric, labels, at, value: 7 }]);
  const { items } = await client.call(routes.getLatestSamples, { params: { name: 'acme-prod' } });
  return items.find((item) => item.metric === metric && item.labels['age'] === String(seconds));
}

describe('staleness as the API shows it', () => {
  test('a figure that is asked once a minute is current after 45 s and stale when its next turns were missed', async () => {
    expect(await shownAfter('odoo_order_confirmed_per_hour', 45)).toMatchObject({
      isStale: false,
      readEverySeconds: 60,
    });
    expect(await shownAfter('odoo_order_confirmed_per_hour', 240)).toMatchObject({ isStale: true });
  });

  test('a figure of every look is stale after staleAfter', async () => {
    expect(await shownAfter('host_cpu_ratio', 5)).toMatchObject({ isStale: false });
    expect(await shownAfter('host_cpu_ratio', 45)).toMatchObject({ isStale: true });
  });

  test('Prometheus is given what is current, and nothing that is stale', async () => {
    await shownAfter('odoo_attachment_bytes', 600);
    await shownAfter('odoo_attachment_bytes', 3_000);
    const text = await (await app.request('http://localhost/metrics')).text();
    expect(text).toContain('age="600",environment="acme-prod",metric="odoo_attachment_bytes"');
    expect(text).not.toContain('age="3000"');
  });
});
