import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../src/adapters/embedded-postgres/index.ts';
import {
  createPostgresSampleStore,
  migrate,
  openPool,
  readMigrations,
  type Sql,
} from '../src/adapters/postgres/index.ts';
import type { Sample } from '../src/core/observe/index.ts';

const seriesCount = 300;
const start = Temporal.Instant.from('2026-11-20T00:00:00Z');

/** One look every ten seconds at an environment with so many series: what a controller really writes. */
function samplesOf(environment: string, count: number): readonly Sample[] {
  return Array.from({ length: count }, (_, index) => ({
    environment,
    metric: `bench_${index % 10}_count`,
    labels: { part: String(Math.floor((index % seriesCount) / 10)), direction: 'outgoing' },
    at: start.add({ seconds: Math.floor(index / seriesCount) * 10 }),
    value: index % 97,
  }));
}

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return count / ((performance.now() - startedAt) / 1_000);
}

/** The floor: what one would write without thinking. */
async function singleRows(sql: Sql, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const at = start.add({ milliseconds: index });
    await sql`INSERT INTO plain (series_id, at, value) VALUES (${index % seriesCount}, ${at}, ${index % 97})`;
  }
}

/** The ceiling: bare COPY into a table without partitions, dictionary or conflict handling. */
async function bareCopy(sql: Sql, count: number): Promise<void> {
  const writable = await sql`COPY copied (series_id, at, value) FROM STDIN`.writable();
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    lines.push(`${index % seriesCount}\t${start.add({ milliseconds: index }).toString()}\t${index % 97}\n`);
  }
  writable.end(lines.join(''));
  await new Promise((resolve, reject) => writable.once('finish', resolve).once('error', reject));
}

/** Samples a second into the embedded store, beside what one would use instead. Target: 20,000. */
export async function run(): Promise<void> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'));
  const embedded = await openEmbedded({ stateDirectory, whenOwned: 'refuse' });
  const sql = openPool(embedded.url, { maxConnections: 4 });
  try {
    await migrate(sql, await readMigrations(), Temporal.Now.instant());
    await sql`CREATE TABLE plain (series_id integer, at timestamptz, value double precision, PRIMARY KEY (series_id, at))`;
    await sql`CREATE TABLE copied (series_id integer, at timestamptz, value double precision, PRIMARY KEY (series_id, at))`;
    const store = createPostgresSampleStore(sql);
    await store.write(samplesOf('warm-up', 5_000));
    const samples = samplesOf('bench', 200_000);
    const ours = await rate(samples.length, () => store.write(samples));
    const again = await rate(samples.length, () => store.write(samples));
    const single = await rate(2_000, () => singleRows(sql, 2_000));
    const copied = await rate(200_000, () => bareCopy(sql, 200_000));
    const line = (name: string, value: number): void =>
      console.log(
        `${name.padEnd(34)} ${Math.round(value).toLocaleString('en').padStart(10)} samples/s   ${(value / ours).toFixed(2)} x`,
      );
    line('Plimsoll (dictionary, partitions)', ours);
    line('the same again (idempotent)', again);
    line('single-row INSERTs', single);
    line('bare COPY into one table', copied);
    console.log(ours >= 20_000 ? 'target of 20,000 samples/s: met' : 'target of 20,000 samples/s: MISSED');
    if (ours < 20_000) process.exitCode = 1;
  } finally {
    await sql.end({ timeout: 5 });
    await embedded.stop();
    await rm(stateDirectory, { recursive: true, force: true });
  }
}
