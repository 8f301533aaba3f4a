import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../src/adapters/embedded-postgres/index.ts';
import {
  createPostgresSampleStore,
  createPostgresStore,
  eventChannel,
  migrate,
  openPool,
  readMigrations,
} from '../src/adapters/postgres/index.ts';
import { createApp } from '../src/apps/server/create-app.ts';
import { listen } from '../src/apps/server/listen.ts';
import { wireFake } from '../src/apps/wire-fake.ts';
import type { SampleStore } from '../src/ports/sample-store.ts';
import type { Store } from '../src/ports/store.ts';
import { publishEvents } from '../src/workflows/publish-events.ts';
import { startBrowser } from '../test/portal/browser.ts';
import { buildPortal } from '../test/portal/build.ts';
import { ask } from './ask.ts';

const rounds = 40;
const views = 7;

type Fake = ReturnType<typeof wireFake>;

/** Copies what the made-up estate is like into real stores: half an hour of what a controller writes. */
async function seed(fake: Fake, store: Store, samples: SampleStore): Promise<void> {
  await fake.begin();
  const { deps } = fake;
  const now = deps.clock.now();
  const names = deps.estate().estate.environments.map(({ name }) => name);
  const drills = await deps.store.drills.list({ limit: 2_000 });
  await store.transaction(async (inside) => {
    for (const drill of drills) await inside.drills.record(drill);
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

interface Timed {
  readonly times: readonly number[];
  /** Processor time of this process, server and client, per question: it says the same on a busy machine. */
  readonly cpuMilliseconds: number;
  readonly bytes: number;
  readonly bytesOnTheWire: number;
}

async function timeRoute(url: string, before: (round: number) => Promise<void>): Promise<Timed> {
  const times: number[] = [];
  let bytes = 0;
  let bytesOnTheWire = 0;
  let cpuMicroseconds = 0;
  for (let round = 0; round < rounds; round += 1) {
    await before(round);
    const [startedAt, used] = [performance.now(), process.cpuUsage()];
    ({ bytes, bytesOnTheWire } = await ask(url));
    times.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(used);
    cpuMicroseconds += user + system;
  }
  return { times, cpuMilliseconds: cpuMicroseconds / rounds / 1_000, bytes, bytesOnTheWire };
}

/** The same bytes from the same server as a file: what an answer costs that nobody has to think about. */
async function timeFile(url: string, directory: string, bytes: number): Promise<Timed> {
  await writeFile(join(directory, 'bench.json'), Buffer.alloc(bytes, ' '));
  try {
    return await timeRoute(`${url}/bench.json`, async () => {});
  } finally {
    await rm(join(directory, 'bench.json'));
  }
}

async function timeFirstView(url: string, landmark: string): Promise<readonly number[]> {
  const browser = await startBrowser();
  const times: number[] = [];
  try {
    for (let view = 0; view < views; view += 1) {
      const page = await browser.context.newPage();
      const startedAt = performance.now();
      await page.goto(url, { waitUntil: 'commit' });
      await page.locator(landmark).first().waitFor();
      times.push(performance.now() - startedAt);
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return times;
}

const changedPerRound = 50;
const routes = ['overview', 'environments', 'environments/prod-0000', 'services', 'findings', 'calendar'] as const;
const week = '?from=2026-11-16T00:00:00Z&to=2026-11-23T00:00:00Z';

/** Fifty environments are judged between two questions: what half a second brings where each is looked at every ten. */
function createChanges(store: Store, names: readonly string[], now: () => Temporal.Instant) {
  let next = 0;
  return async (): Promise<void> => {
    await store.transaction(async (inside) => {
      for (let count = 0; count < changedPerRound; count += 1) {
        const before = await inside.health.get(names[next % names.length] ?? '');
        next += 1;
        if (before !== undefined) await inside.health.put({ ...before, judgedAt: now() });
      }
    });
  };
}

const kib = (bytes: number): string => `${Math.round(bytes / 1_024)} KiB`;

async function timeRoutes(url: string, portal: string, change: () => Promise<void>): Promise<void> {
  for (const route of routes) {
    const path = `${url}/api/v1/${route}${route === 'calendar' ? week : ''}`;
    await ask(path);
    const { times, cpuMilliseconds, bytes, bytesOnTheWire } = await timeRoute(path, change);
    const file = await timeFile(url, portal, bytes);
    const [middle, high] = [share(times, 0.5), share(times, 0.95)];
    const ratio = (middle / share(file.times, 0.5)).toFixed(1);
    console.log(
      `GET /api/v1/${route}: p50 ${middle.toFixed(1)} ms, p95 ${high.toFixed(1)} ms (target: under 50), ` +
        `${cpuMilliseconds.toFixed(1)} ms of processor, ${kib(bytes)} in ${kib(bytesOnTheWire)} on the wire, ` +
        `${ratio} x the same bytes as a file`,
    );
  }
}

/** The first view of the estate, beside that of one with nothing in it, on the same portal. */
async function timeFirstViews(url: string, portal: string): Promise<void> {
  const nothing = wireFake({ scenario: 'empty', portal });
  await nothing.begin();
  const stopping = new AbortController();
  const empty = await listen(createApp(nothing.deps, stopping.signal), { host: '127.0.0.1', port: 0 });
  try {
    const shown = await timeFirstView(url, '.rows > li');
    const bare = await timeFirstView(empty.url, '.answers');
    const [cold, warm] = [shown[0] ?? Number.NaN, share(shown.slice(1), 0.5)];
    console.log(
      `first view: cold ${cold.toFixed(0)} ms, then p50 ${warm.toFixed(0)} ms (target: under 1000); ` +
        `${(cold / (bare[0] ?? Number.NaN)).toFixed(2)} x and ${(warm / share(bare.slice(1), 0.5)).toFixed(2)} x that of an empty estate`,
    );
  } finally {
    stopping.abort();
    await empty.stop(2);
  }
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
    await pool.listen(eventChannel, () => listeners.forEach((listener) => void listener()));
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
    const { estate } = fake.deps.estate();
    const names = estate.environments.map(({ name }) => name);
    const change = createChanges(publishEvents(store, deps.clock), names, deps.clock.now);
    const listening = await listen(createApp(deps, stopping.signal), { host: '127.0.0.1', port: 0 });
    console.log(`load of the machine now: ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`);
    console.log(`${names.length} environments on ${estate.sites.length} sites, embedded PostgreSQL`);
    await timeRoutes(listening.url, portal.directory, change);
    await timeFirstViews(listening.url, portal.directory);
    stopping.abort();
    await listening.stop(2);
  } finally {
    await pool.end({ timeout: 5 });
    await embedded.stop();
    await portal.remove();
    await rm(directory, { recursive: true, force: true });
  }
}
