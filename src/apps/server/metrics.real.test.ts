import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

/** What Prometheus' own tool says of an exposition: its exit code and its complaints. */
async function checkMetrics(text: string): Promise<{ readonly code: number | null; readonly complaints: string }> {
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  let complaints = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      complaints += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  child.stdin.end(text);
  return { code: await ended, complaints };
}

const awkward = 'a "quoted" back\\slash\nand a second line';

async function scrape(): Promise<string> {
  const { deps, begin } = wireFake();
  await begin();
  const samples: typeof deps.samples = {
    ...deps.samples,
    latest: async (environment, since) => {
      const found = await deps.samples.latest(environment, since);
      return found.map((sample, index) => (index === 0 ? { ...sample, labels: { job: awkward } } : sample));
    },
  };
  const app = createApp({ ...deps, samples }, new AbortController().signal);
  // So that the server's own histogram is there too.
  for (const path of ['/api/v1/overview', '/api/v1/environments/nobody', '/healthz']) {
    await app.request(`http://localhost${path}`);
  }
  const response = await app.request('http://localhost/metrics');
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  return response.text();
}

describe('/metrics', () => {
  test('promtool has nothing to complain about, whatever stands in a label', async () => {
    const text = await scrape();
    for (const family of ['environment_health', 'sample_value', 'open_findings', 'ledger_entries_total']) {
      expect(text).toContain(`# TYPE plimsoll_${family} `);
    }
    expect(text).toMatch(/plimsoll_sample_value\{exported_quantile="/);
    expect(text).toContain('plimsoll_http_request_duration_seconds_bucket');
    expect(text).toContain('a \\"quoted\\" back\\\\slash\\nand a second line');
    expect(await checkMetrics(text)).toEqual({ code: 0, complaints: '' });
    // A scrape with the same series twice is refused by Prometheus, but not by promtool.
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const names = series.map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(names).size).toBe(names.length);
  });

  test('promtool does complain about a label that is not escaped, and about one that is reserved', async () => {
    const text = await scrape();
    expect((await checkMetrics(text.replaceAll('\\"', '"'))).code).not.toBe(0);
    expect((await checkMetrics(text.replaceAll('exported_quantile', 'quantile'))).code).not.toBe(0);
  });
});
