import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPostgresSampleStore, createPostgresStore } from '../../src/adapters/postgres/index.ts';
import { parseEstate } from '../../src/core/estate/index.ts';
import type { LiveForecast } from '../../src/core/forecast/index.ts';
import { createForecastMemory, forecastBacklogs } from '../../src/workflows/alert/forecast-backlogs.ts';
import { lookAtAlerts } from '../../src/workflows/alert/look.ts';
import { judgeEnvironment } from '../../src/workflows/objectives/judge-environment.ts';
import { createSampleSource } from '../../src/workflows/objectives/sample-source.ts';
import { createSeriesCache } from '../../src/workflows/objectives/series-cache.ts';
import { explainRises } from '../../src/workflows/observe/likely-causes.ts';
import { lookAt } from '../../src/workflows/observe/look.ts';
import { createObserverMemory } from '../../src/workflows/observe/memory.ts';
import { createTestDatabase, type TestDatabase } from '../embedded-store.ts';
import { eventually, startServe } from '../serve.ts';
import { openShippingGround, type ShippingGround } from './shipping-ground.ts';

const ours = await createTestDatabase();
const dispatch = await createTestDatabase();
const controllers = await createTestDatabase({ isEmpty: true });
let ground: ShippingGround;
let work: string;

beforeAll(async () => {
  ground = await openShippingGround();
  work = await mkdtemp(join(tmpdir(), 'plimsoll-objectives-'));
}, 300_000);

afterAll(async () => {
  await ground?.close();
  if (work !== undefined) await rm(work, { recursive: true, force: true });
});

/** 14:00 in Rotterdam on a working day; DHL leaves at 17:00. */
const start = Temporal.Instant.from('2026-11-18T13:00:00Z');
const cutOff = Temporal.Instant.from('2026-11-18T16:00:00Z');
const stepMinutes = 5;

const shipping = `
kind: Estate
name: northsea
---
kind: Team
name: floor
contact: floor@northsea.example
---
kind: Site
name: rotterdam-dc
title: Rotterdam
timezone: Europe/Amsterdam
calendar: [{ name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0", service: shipment-confirmation }]
---
kind: Environment
name: lab
stage: production
platform: host
sites: [rotterdam-dc]
odoo: { version: "19.0", database: lab }
---
kind: BusinessService
name: shipment-confirmation
environments: [lab]
owner: floor
criticality: critical
objectives: [{ backlog: { clearBefore: dhl-cutoff } }]
`;

/** Everything that a controller does about a backlog, on its own PostgreSQL, at the hour that the test says. */
function watching({ sql }: TestDatabase) {
  const { estate } = parseEstate([{ path: 'estate.yaml', text: shipping }]);
  const [environment] = estate?.environments ?? [];
  if (estate === undefined || environment === undefined) throw new Error('the estate does not parse');
  const store = createPostgresStore(sql);
  const samples = createPostgresSampleStore(sql);
  const memory = createForecastMemory();
  let now = start;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const nothing = { web: undefined, canProbeGevent: false, rpc: undefined, log: undefined, filestore: undefined };
  const looking = {
    ...{ clock, memory: createObserverMemory() },
    sources: () => ({ ...nothing, host: undefined, database: ground.database }),
  };
  const actor = { kind: 'controller', name: 'test' } as const;
  const alerting = { clock, store, samples, estate: () => estate, newId: randomUUID, actor };
  return {
    goTo: (at: Temporal.Instant) => {
      now = at;
    },
    look: async (): Promise<LiveForecast | null> => {
      await samples.write((await lookAt(looking, environment)).samples);
      const [forecast] = await forecastBacklogs(alerting, memory);
      await lookAtAlerts(alerting);
      return forecast?.said ?? null;
    },
    alerts: async () => store.alerts.list({ includeResolved: false, limit: 9 }),
    explain: () => explainRises({ store, samples }, environment, now),
    judge: () =>
      judgeEnvironment(
        {
          ...{ clock, store, actor, cache: createSeriesCache() },
          source: () => createSampleSource(samples, environment),
        },
        estate,
        environment,
      ),
  };
}

describe('a shortened day of a real Odoo (SLO-08, RULE-09)', () => {
  test('a floor that keeps up is left alone; one that slows is told with time to act, and what was said comes true', async () => {
    const { goTo, look, alerts, judge } = watching(ours);
    const said: { readonly at: Temporal.Instant; readonly forecast: LiveForecast }[] = [];
    const impacts: string[] = [];
    const tick = async (at: Temporal.Instant, arriving: number, draining: number): Promise<void> => {
      if (arriving > 0) await ground.arrive(arriving, at.subtract({ seconds: 90 }), cutOff);
      await ground.drain(draining, at.subtract({ seconds: 30 }));
      goTo(at);
      const forecast = await look();
      if (forecast === null) return;
      // Counted twice: by the SQL pack on its way through the samples, and by the test.
      expect(forecast.backlog).toBe(await ground.open());
      said.push({ at, forecast });
      impacts.push(...(await alerts()).map(({ impact }) => impact));
    };
    await ground.arrive(6, start.subtract({ minutes: 10 }), cutOff);
    for (let minutes = 0; minutes < 60; minutes += stepMinutes) await tick(start.add({ minutes }), 3, 4);
    expect(said.length).toBeGreaterThanOrEqual(5);
    expect(said.filter(({ forecast }) => forecast.warns)).toEqual([]);
    expect(impacts).toEqual([]);
    // From 15:00 on, orders go on and most hands are elsewhere.
    for (let minutes = 60; minutes < 180; minutes += stepMinutes) await tick(start.add({ minutes }), 3, 1);
    const first = said.find(({ forecast }) => forecast.warns);
    expect(first && cutOff.since(first.at).total('minutes')).toBeGreaterThanOrEqual(60);
    expect(said.at(-1)?.forecast.warns).toBe(true);
    const left = await ground.open();
    const [, told, leftMinutes] =
      /^Rotterdam: (\d+) parcels will miss DHL 17:00, (\d+) min left$/.exec(impacts.at(-1) ?? '') ?? [];
    expect(Number(leftMinutes)).toBe(stepMinutes);
    expect(Math.abs(Number(told) - left)).toBeLessThanOrEqual(3);
    goTo(cutOff.add({ minutes: 1 }));
    await look();
    const [verdict] = await judge();
    expect(verdict).toMatchObject({ kind: 'backlog', good: 0, total: 1, state: 'breached', condition: 'degraded' });
  }, 240_000);
});

describe('a carrier that fails at dispatch, on a real Odoo (AS-06, MET-14)', () => {
  test('the backlog that rises is explained by the calls that fail, and what it costs is told by its cut-off', async () => {
    const { goTo, look, alerts, explain } = watching(dispatch);
    await ground.clear();
    await ground.arrive(12, start.subtract({ minutes: 10 }), cutOff);
    // Fifty minutes as usual; then DHL answers nobody, and hardly a parcel leaves, none with a label.
    for (let minutes = 0; minutes < 155; minutes += stepMinutes) {
      const at = start.add({ minutes });
      const isFailing = minutes >= 50;
      await ground.arrive(isFailing ? 4 : 2, at.subtract({ seconds: 90 }), cutOff);
      await ground.drain(isFailing ? 1 : 2, at.subtract({ seconds: 30 }), { isTracked: !isFailing });
      goTo(at);
      await look();
    }
    const rises = await explain();
    const backlog = rises.find(({ metric }) => metric === 'odoo_picking_backlog_count');
    expect(backlog?.causes[0]).toMatchObject({ kind: 'partner' });
    expect(backlog?.causes[0]?.evidence[0]).toMatch(/^1\d of 1\d deliveries through dhl in the last hour left without/);
    expect(backlog?.reading).toContain('Most speaks for a partner or its link');
    const [alert] = await alerts();
    expect(alert?.impact).toMatch(/^Rotterdam: \d+ parcels will miss DHL 17:00, \d+ min left$/);
  }, 240_000);
});

/** The same Odoo under a whole `serve`: one promise that a journey proves, and one that nobody can see. */
const promised = () => `kind: Estate
name: lab
---
kind: Environment
name: lab
stage: staging
platform: host
odoo: { version: "19.0", database: ${ground.odoo.database} }
connect:
  odoo: { url: "${ground.odoo.url}", login: ${ground.odoo.login}, apiKey: "env:LAB_KEY" }
thresholds: { collectEvery: 5s, journeyEvery: 5s }
---
kind: BusinessService
name: shipment-confirmation
environments: [lab]
owner: operations
journey: read-orders
objectives: [{ availability: 99.5% }]
---
kind: BusinessService
name: label-printing
environments: [lab]
owner: operations
objectives: [{ availability: 99.5% }]
`;

interface Row {
  readonly service: string;
  readonly state: string;
  readonly condition: string;
  readonly reason: string;
  readonly firing: number;
  readonly total: number;
}

const verdictOf = (service: string, isWanted: (row: Row) => boolean) => async (): Promise<Row | undefined> => {
  const [row] = await controllers.sql<Row[]>`select verdict->>'service' as service, verdict->>'state' as state,
      verdict->>'condition' as condition, verdict->>'reason' as reason,
      jsonb_array_length(verdict->'firing') as firing, (verdict->>'total')::float8 as total
    from plimsoll.objective where verdict->>'service' = ${service}`.catch(() => []);
  return row !== undefined && isWanted(row) ? row : undefined;
};

describe('objectives that the real controller judges on a real Odoo (SLO-01, SLO-02)', () => {
  test('journeys keep a promise, a lock breaks it and burns its budget, and what nobody sees is unknown', async () => {
    await ground.sql`update ir_cron set nextcall = now() at time zone 'utc' + interval '1 hour' where active`;
    await writeFile(join(work, 'estate.yaml'), promised());
    const environment = { PLIMSOLL_DATABASE_URL: controllers.url, LAB_KEY: ground.odoo.apiKey };
    const serve = await startServe({ estate: work, state: join(work, 'state'), environment });
    const met = await eventually(
      150,
      verdictOf('shipment-confirmation', ({ state }) => state === 'met'),
    );
    expect(met).toMatchObject({ condition: 'working', firing: 0 });
    const unseen = await eventually(
      10,
      verdictOf('label-printing', () => true),
    );
    expect(unseen).toMatchObject({ state: 'unknown', condition: 'unknown', total: 0 });
    let release = (): void => {};
    const held = ground.sql.begin(async (transaction) => {
      await transaction`lock table stock_picking in access exclusive mode`;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    const broken = await eventually(
      150,
      verdictOf('shipment-confirmation', ({ state, firing }) => state === 'breached' && firing > 0),
    ).finally(() => release());
    await held;
    // Of the last five minutes the first were good: it is not interrupted yet.
    expect(broken.condition).toBe('degraded');
    expect(broken.reason).toContain('of the promised 99.5%: the budget is overspent');
    expect(await serve.kill('SIGTERM')).toBe(0);
  }, 360_000);
});
