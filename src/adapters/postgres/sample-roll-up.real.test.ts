import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { createRandom } from '../../core/kernel/index.ts';
import { createPostgresSampleStore } from './samples.ts';

const database = await createTestDatabase();
const { sql } = database;
const store = createPostgresSampleStore(sql);
const start = Temporal.Instant.from('2026-11-20T09:00:00Z');
const end = start.add({ hours: 3 });

const asked = { environment: 'hours', metric: 'host_cpu_ratio', from: start, to: end, stepSeconds: 3_600 };
const sampleAt = (seconds: number, value: number) => ({
  environment: 'hours',
  metric: 'host_cpu_ratio',
  labels: {},
  at: start.add({ seconds }),
  value,
});
const counts = async (query = asked) => (await store.range(query))[0]?.points.map(({ count }) => count);

/** Takes raw samples of the second hour away behind the store's back. */
const loseSecondHour = () => sql`
  DELETE FROM plimsoll.sample USING plimsoll.series WHERE id = series_id AND environment = 'hours'
    AND at >= ${start.add({ hours: 1 })} AND at < ${start.add({ hours: 2 })}`;

describe('roll-ups of hours that are over', () => {
  test('are what a long range is read from, while its samples are there for what is finer', async () => {
    const all = Array.from({ length: 1_080 }, (_, index) => sampleAt(index * 10, index % 97));
    await store.write(all);
    // Twice is as once, and an hour that still goes on waits.
    expect(await store.rollUp(start.add({ minutes: 179 }))).toEqual({ rolledHours: 2 });
    expect(await store.rollUp(start.add({ minutes: 179 }))).toEqual({ rolledHours: 0 });
    await loseSecondHour();
    expect(await counts()).toEqual([360, 360, 360]);
    expect(await counts({ ...asked, stepSeconds: 60 })).toHaveLength(180);
    expect(await counts({ ...asked, stepSeconds: 90 })).toHaveLength(80);
  });

  test('a late sample opens its hour again: it is in the next answer, and in the next roll-up', async () => {
    await store.write([sampleAt(7_195, 5)]);
    // What was taken away shows that the hour is read from its samples now.
    expect(await counts()).toEqual([360, 1, 360]);
    expect(await store.rollUp(end)).toEqual({ rolledHours: 2 });
    expect(await counts()).toEqual([360, 1, 360]);
  });

  test('without that word a late sample would be missing from the answer', async () => {
    await store.write([sampleAt(7_196, 5)]);
    await sql`UPDATE plimsoll.rolled_hour SET state = 'rolled' WHERE state = 'open'`;
    expect(await counts()).toEqual([360, 1, 360]);
    await sql`UPDATE plimsoll.rolled_hour SET state = 'open' WHERE state = 'rolled'`;
    expect(await counts()).toEqual([360, 2, 360]);
  });

  test('many who write late, roll up and ask at once: every answer holds all that was written before it', async () => {
    const stores = Array.from({ length: 3 }, () => createPostgresSampleStore(sql));
    const query = { ...asked, environment: 'together', stepSeconds: 10_000_000_000 };
    let written = 0;
    const write = async (index: number): Promise<void> => {
      for (let round = 0; round < 40; round += 1) {
        const one = sampleAt(round * 200 + index, 1);
        await stores[index]?.write([{ ...one, environment: 'together' }]);
        written += 1;
      }
    };
    let isWriting = true;
    const roll = async (): Promise<void> => {
      while (isWriting) await store.rollUp(end);
    };
    const ask = async (): Promise<void> => {
      while (isWriting) {
        const before = written;
        const [series] = await store.range(query);
        expect(series?.points[0]?.count ?? 0).toBeGreaterThanOrEqual(before);
      }
    };
    const others = [roll(), roll(), ask()];
    await Promise.all([0, 1, 2].map(write)).finally(() => {
      isWriting = false;
    });
    await Promise.all(others);
    await store.rollUp(end);
    expect((await store.range(query))[0]?.points[0]?.count).toBe(120);
  });
});

const program = join(import.meta.dirname, '../../../test/doomed-roller.ts');

/** Runs the program until it has gone round a few times, and kills it wherever it is. */
async function runAndKill(seed: number, milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [program, database.url, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    });
    await sleep(milliseconds);
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await gone;
    }
  }
}

test('whoever rolls up is killed at any moment: what is answered is what the samples say, then and after the next time', {
  timeout: 120_000,
}, async () => {
  const random = createRandom(7);
  const doomed = { ...asked, environment: 'doomed' };
  const truth = async (metric: string, table: string, value: string) => {
    const rows = await sql<{ part: string; at: Temporal.Instant; count: number; total: number }[]>`
      SELECT labels->>'part' AS part, date_trunc('hour', at, 'UTC') AS at, count(*) AS count, sum(${sql(value)}) AS total
      FROM ${sql(table)} JOIN plimsoll.series ON id = series_id WHERE environment = 'doomed' AND metric = ${metric}
      GROUP BY 1, 2 ORDER BY 1, 2`;
    return rows.map(({ part, at, count, total }) => `${part} ${at} ${count} ${total}`);
  };
  const check = async (): Promise<void> => {
    const shown = (await store.range(doomed)).flatMap(({ labels, points }) =>
      points.map(({ at, count, mean }) => `${labels['part']} ${at} ${count} ${Math.round(mean * count)}`),
    );
    expect(shown).toEqual(await truth('host_cpu_ratio', 'plimsoll.sample', 'value'));
    const latencies = await store.quantiles({ ...doomed, metric: 'odoo_request_seconds', quantiles: [0.5] });
    const counted = latencies.flatMap(({ labels, points }) =>
      points.map(({ at, count }) => `${labels['part']} ${at} ${count} ${count}`),
    );
    expect(counted).toEqual(await truth('odoo_request_seconds', 'plimsoll.sketch', 'count'));
  };
  for (let round = 0; round < 4; round += 1) {
    await runAndKill(round, 30 + random.integer(300));
    await check();
    await store.rollUp(end);
    await check();
  }
  const [left] = await sql`SELECT count(*)::int AS count FROM plimsoll.rolled_hour WHERE state = 'open'`;
  expect(left?.['count']).toBe(0);
});
