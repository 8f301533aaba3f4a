import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/embedded-store.ts';
import { eventually } from '../../test/serve.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { openDurable } from '../adapters/durable/open-workflow.ts';
import { createPostgresSampleStore, createPostgresStore } from '../adapters/postgres/index.ts';
import { type Estate, parseEstate } from '../core/estate/index.ts';
import type { Durable } from '../ports/durable.ts';
import { defineRecurringWork, durableWorkOf } from './recurring-work.ts';

const database = await createTestDatabase();
const places = 4;
const durable = await openDurable(database.url, { concurrency: places });
afterAll(() => durable.stop(5));

const failing = Array.from({ length: 40 }, (_, index) => `failing-${index}`);

function estateOf(names: readonly string[]): Estate {
  const text = names.map(
    (name) => `---
kind: Environment
name: ${name}
stage: staging
platform: host
odoo: { version: "19.0", database: ${name} }
connect: { odoo: { url: "http://127.0.0.1:9" } }
thresholds: { journeyEvery: 60s }
---
kind: BusinessService
name: shipping-${name}
environments: [${name}]
owner: operations
journey: portal-login
`,
  );
  const { estate, diagnostics } = parseEstate([
    { path: 'lab.yaml', text: `kind: Estate\nname: lab\n${text.join('')}` },
  ]);
  if (estate === undefined) throw new Error(JSON.stringify(diagnostics));
  return estate;
}

interface Seen {
  readonly environment: string;
  readonly atSeconds: number;
}

const looks: Seen[] = [];
const estate = estateOf([...failing, 'good']);
const begun = performance.now();

async function startAll(engine: Durable, names: readonly string[], slot: number): Promise<void> {
  for (const work of durableWorkOf(estate, new Map())) {
    if (names.includes(String(work.input['environment'])))
      await engine.start(work.workflow, work.input, `${work.name}/${slot}`);
  }
}

describe('journeys of many environments on few workers', () => {
  test('forty that fail do not keep another waiting, and each is looked at again before its next slot', async () => {
    defineRecurringWork({
      clock: systemClock,
      store: createPostgresStore(database.sql),
      samples: createPostgresSampleStore(database.sql),
      durable,
      estate: () => estate,
      log: () => {},
      runJourney: async ({ name }) => {
        looks.push({ environment: name, atSeconds: (performance.now() - begun) / 1_000 });
        return { outcome: name === 'good' ? 'passed' : 'failed', durationSeconds: 0.01 };
      },
    });
    durable.define({
      name: 'sleeper',
      attempts: 1,
      run: async (_input, context) => {
        await context.step('sleep', async () => {
          await systemClock.sleep(12);
          return null;
        });
      },
    });
    await durable.startWorker();
    await startAll(durable, failing, 1);
    await eventually(60, async () => (new Set(looks.map((look) => look.environment)).size === 40 ? true : undefined));
    const askedAt = (performance.now() - begun) / 1_000;
    await startAll(durable, ['good'], 1);
    const good = await eventually(60, async () => looks.find((look) => look.environment === 'good'));
    // Had the failing ones slept on their places, 40 of them would have kept it waiting for two minutes.
    expect(good.atSeconds - askedAt).toBeLessThan(60);
    await eventually(60, async () => {
      const counts = failing.map((name) => looks.filter((look) => look.environment === name).length);
      return counts.every((count) => count >= 2) ? true : undefined;
    });
    for (const name of failing) {
      const [first, second] = looks.filter((look) => look.environment === name);
      expect((second?.atSeconds ?? 0) - (first?.atSeconds ?? 0), name).toBeGreaterThanOrEqual(12);
    }
    expect(looks.filter((look) => look.environment === 'good')).toHaveLength(1);
  });

  test('what sleeps inside a step keeps others waiting, as looking again once did', async () => {
    for (let place = 0; place < places; place += 1) await durable.start('sleeper', {}, `sleeper/${place}`);
    const before = looks.filter((look) => look.environment === 'good').length;
    await eventually(20, async () => {
      const [row] = await database.sql<{ count: number }[]>`
        SELECT count(*)::int AS count FROM plimsoll_workflow.workflow_runs
        WHERE workflow_name = 'sleeper' AND status = 'running'`;
      return row?.count === places ? true : undefined;
    });
    const askedAt = performance.now();
    await startAll(durable, ['good'], 2);
    await eventually(60, async () =>
      looks.filter((look) => look.environment === 'good').length > before ? true : undefined,
    );
    expect((performance.now() - askedAt) / 1_000).toBeGreaterThan(5);
  });
});
