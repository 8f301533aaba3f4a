import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { eventually } from '../../../test/serve.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { openDurable } from '../../adapters/durable/open-workflow.ts';
import { takeLock } from '../../adapters/host/lock.ts';
import { createPostgresStore, openPool } from '../../adapters/postgres/index.ts';
import type { Durable } from '../../ports/durable.ts';
import type { Store } from '../../ports/store.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { defineDrillWork } from './schedule-drills.ts';

const database = await createTestDatabase();
const pools = [openPool(database.url, { maxConnections: 2 }), openPool(database.url, { maxConnections: 2 })];
const engines: Durable[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.stop(5);
  for (const pool of pools) await pool.end({ timeout: 5 });
});

async function backUp(store: Store, id: string): Promise<void> {
  const at = systemClock.now();
  const nothing = { finishedAt: null, reason: null, figures: null, progress: null };
  const identity = {
    id,
    environment: 'acme-prod',
    repository: 'vault',
    method: 'logical' as const,
    kind: 'full' as const,
  };
  await store.backups.begin({ ...identity, ...nothing, startedAt: at, seenAt: at, state: 'running' });
  await store.backups.end({ id, state: 'succeeded', finishedAt: at, reason: null, figures: null });
}

test('two controllers plan and drill on the real engine: one drill per backup, one at a time on the machine (RST-01)', async () => {
  const { estate } = createScheduleGround();
  const drilled: string[] = [];
  let [under, most] = [0, 0];
  const controllers: { readonly store: Store; readonly durable: Durable }[] = [];
  for (const [at, pool] of pools.entries()) {
    const store = createPostgresStore(pool);
    const durable = await openDurable(database.url, { concurrency: 2 });
    engines.push(durable);
    const drill = async (_environment: unknown, _backup: unknown, isWanted: () => Promise<boolean>): Promise<void> => {
      // As the controller does: whoever comes second waits.
      const lock = await takeLock(`drill of ${database.url}`, { waitSeconds: 60 });
      try {
        if (!(await isWanted())) return;
        under += 1;
        most = Math.max(most, under);
        const startedAt = systemClock.now();
        await systemClock.sleep(0.5);
        await store.drills.record({
          ...{
            id: randomUUID(),
            environment: 'acme-prod',
            backup: 'b',
            startedAt,
            verdict: 'inconclusive',
          },
          ...{ finishedAt: systemClock.now(), reasons: [], phases: [], checks: [] },
          ...{ rpoAchievedSeconds: null, rtoAchievedSeconds: null },
        });
        drilled.push(`controller ${at}`);
        under -= 1;
      } finally {
        await lock.release();
      }
    };
    defineDrillWork({ clock: systemClock, store, durable, estate: () => estate, drill, log: () => {} });
    await durable.startWorker();
    controllers.push({ store, durable });
  }
  const [one, other] = controllers;
  if (one === undefined || other === undefined) throw new Error('there are two controllers');
  let looks = 0;
  const look = async (): Promise<void> => {
    looks += 1;
    const input = { environment: 'acme-prod' };
    await Promise.all([one, other].map(({ durable }, at) => durable.start('drill-plan', input, `look/${looks}/${at}`)));
  };
  const finished = async () => {
    const runs = await database.sql<{ count: number }[]>`
      select count(*)::int as count from plimsoll_workflow.workflow_runs where status in ('completed', 'succeeded')`;
    return runs[0]?.count ?? 0;
  };
  await look();
  await eventually(60, async () => ((await finished()) === 2 ? true : undefined));
  expect(drilled).toEqual([]);
  await backUp(one.store, 'first');
  await look();
  await look();
  // Six looks and one drill.
  await eventually(60, async () => ((await finished()) >= 7 ? true : undefined));
  expect(drilled).toHaveLength(1);
  // Two that somebody asks for at the same moment, of two controllers: the second waits for the first.
  await one.durable.start('drill', { environment: 'acme-prod', backup: 'first' }, 'by hand/1');
  await other.durable.start('drill', { environment: 'acme-prod', backup: 'first' }, 'by hand/2');
  await eventually(60, async () => (drilled.length === 3 ? true : undefined));
  expect(most).toBe(1);
});
