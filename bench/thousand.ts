import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../src/adapters/embedded-postgres/index.ts';
import {
  createPostgresSampleStore,
  createPostgresStore,
  migrate,
  openPool,
  readMigrations,
} from '../src/adapters/postgres/index.ts';
import { createApp } from '../src/apps/server/create-app.ts';
import { listen } from '../src/apps/server/listen.ts';
import { wireFake } from '../src/apps/wire-fake.ts';
import type { SampleStore } from '../src/ports/sample-store.ts';
import type { Store } from '../src/ports/store.ts';
import { startBrowser } from '../test/portal/browser.ts';
import { buildPortal } from '../test/portal/build.ts';

const rounds = 40;
const views = 7;

type Fake = ReturnType<typeof wireFake>;

/** Copies what the made-up estate is like into real stores: half an hour of what a controller writes. */
async function seed(fake: Fake, store: Store, samples: SampleStore): Promise<void> {
  await fake.begin();
  const { deps } = fake;
  const now = deps.clock.now();
  const names = deps.estate().estate.environments.map(({ name }) => name);
  await store.transaction(async (inside) => {
    for (const health of await deps.store.health.list()) await inside.health.put(health);
    for (const [name, state] of await deps.store.lifecycle.list()) await inside.lifecycle.set(name, state, now);
    for (const name of names) {
      const drafts = await deps.store.findings.list({ environment: name, includeClosed: false, limit: 100 });
      const keyed = drafts.filter(({ source }) => source === 'health').map((each) => ({ ...each }));
      await inside.findings.reconcile({ source: 'health', environment: name }, keyed, now);
    }
  });
  const latest = (await Promise.all(names.map((name) => deps.samples.latest(name, now.subtract({ hours: 1 }))))).flat();
  for (let minutes = 30; minutes >= 0; minutes -= 5) {
    await samples.write(latest.map((sample) => ({ ...sample, at: now.subtract({ minutes }) })));
  }
}

const share = (values: readonly number[], quantile: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * quantile))] ?? Number.NaN;

async function timeRoute(
  url: string,
  before: () => void,
): Promise<{ readonly times: readonly number[]; readonly bytes: number }> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    before();
    const startedAt = performance.now();
    const response = await fetch(url);
    bytes = (await response.arrayBuffer()).byteLength;
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    times.push(performance.now() - startedAt);
  }
  return { times, bytes };
}

async function timeFirstView(url: string): Promise<readonly number[]> {
  const browser = await startBrowser();
  const times: number[] = [];
  try {
    for (let view = 0; view < views; view += 1) {
      const page = await browser.context.newPage();
      const startedAt = performance.now();
      await page.goto(url, { waitUntil: 'commit' });
      await page.locator('.rows > li').first().waitFor();
      times.push(performance.now() - startedAt);
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return times;
}

/** What a thousand environments cost the API and the portal's first view, with a real server over embedded PostgreSQL. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'));
  const portal = await buildPortal();
  const embedded = await openEmbedded({ stateDirectory: directory, whenOwned: 'refuse' });
  const pool = openPool(embedded.url, { maxConnections: 15 });
  const stopping = new AbortController();
  try {
    await migrate(pool, await readMigrations(), Temporal.Now.instant());
    const fake = wireFake({ scenario: 'thousand', portal: portal.directory });
    const [store, samples] = [createPostgresStore(pool), createPostgresSampleStore(pool)];
    await seed(fake, store, samples);
    // Time stands still, so that nothing goes stale while the machine is busy measuring.
    const seededAt = fake.deps.clock.now();
    const listeners = new Set<() => void>();
    const deps = {
      ...fake.deps,
      store,
      samples,
      clock: { ...fake.deps.clock, now: () => seededAt },
      onEvents: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    // Everything changes all the time, as in an estate of that size: nothing that was read before is still good.
    const change = (): void => listeners.forEach((listener) => void listener());
    const listening = await listen(createApp(deps, stopping.signal), { host: '127.0.0.1', port: 0 });
    const { estate } = fake.deps.estate();
    console.log(`load of the machine now: ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`);
    console.log(`${estate.environments.length} environments on ${estate.sites.length} sites, embedded PostgreSQL`);
    const calendar = 'calendar?from=2026-11-16T00:00:00Z&to=2026-11-23T00:00:00Z';
    for (const route of ['overview', 'environments', 'environments/prod-0000', 'services', 'findings', calendar]) {
      await fetch(`${listening.url}/api/v1/${route}`).then((response) => response.arrayBuffer());
      const { times, bytes } = await timeRoute(`${listening.url}/api/v1/${route}`, change);
      const figures = `p50 ${share(times, 0.5).toFixed(1)} ms, p95 ${share(times, 0.95).toFixed(1)} ms`;
      console.log(`GET /api/v1/${route}: ${figures} (target: under 50), ${Math.round(bytes / 1_024)} KiB`);
    }
    const shown = await timeFirstView(listening.url);
    console.log(
      `first view: cold ${(shown[0] ?? 0).toFixed(0)} ms, then p50 ${share(shown.slice(1), 0.5).toFixed(0)} ms (target: under 1000)`,
    );
    stopping.abort();
    await listening.stop(2);
  } finally {
    await pool.end({ timeout: 5 });
    await embedded.stop();
    await portal.remove();
    await rm(directory, { recursive: true, force: true });
  }
}
