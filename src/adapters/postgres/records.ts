import { z } from 'zod';
import type { JourneyRun } from '../../core/journey/index.ts';
import { storable } from '../../core/kernel/index.ts';
import type { EnvironmentHealth } from '../../core/observe/index.ts';
import type { HealthStore, JourneyStore, JourneyTally, LifecycleStore } from '../../ports/store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);
const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const verdict = z.object({
  health: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  reasons: z.array(
    z.object({
      code: z.string(),
      health: z.enum(['degraded', 'unhealthy', 'unknown']),
      summary: z.string(),
      subject: z.string(),
      services: z.array(z.string()),
      evidence: z.record(z.string(), fact),
      action: z.string(),
    }),
  ),
});

const healthRow = z
  .object({ environment: z.string(), business: verdict, infrastructure: verdict, judged_at: instant })
  .transform(({ judged_at, ...rest }): EnvironmentHealth => ({ ...rest, judgedAt: judged_at }));

/** The newest verdicts. An older look never overwrites a newer one. */
export function createHealth(sql: Sql): HealthStore {
  return {
    async put(health) {
      const clean = storable({ business: health.business, infrastructure: health.infrastructure });
      await sql`
        INSERT INTO plimsoll.health AS health (environment, business, infrastructure, judged_at)
        VALUES (${health.environment}, ${sql.json(clean.business as never)},
                ${sql.json(clean.infrastructure as never)}, ${health.judgedAt})
        ON CONFLICT (environment) DO UPDATE SET
          business = excluded.business, infrastructure = excluded.infrastructure, judged_at = excluded.judged_at
        WHERE health.judged_at <= excluded.judged_at`;
    },
    async get(environment) {
      const [row] = await sql`SELECT * FROM plimsoll.health WHERE environment = ${environment}`;
      return row === undefined ? undefined : healthRow.parse(row);
    },
    async list(environments) {
      const isWanted = environments === undefined ? sql`true` : sql`environment = ANY(${[...environments]})`;
      const rows = await sql`SELECT * FROM plimsoll.health WHERE ${isWanted} ORDER BY environment`;
      return rows.map((row) => healthRow.parse(row));
    },
  };
}

const journeyRow = z
  .object({
    id: z.string(),
    environment: z.string(),
    journey: z.string(),
    services: z.array(z.string()),
    started_at: instant,
    duration_seconds: z.number(),
    outcome: z.enum(['passed', 'failed', 'unknown', 'refused']),
    reason: z.string().nullable(),
    steps: z.array(
      z.object({
        name: z.string(),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        durationSeconds: z.number(),
        detail: z.string().nullable(),
      }),
    ),
  })
  .transform(({ started_at, duration_seconds, ...rest }): JourneyRun => {
    return { ...rest, startedAt: started_at, durationSeconds: duration_seconds };
  });

/** Journey runs; recording the same run again changes nothing. */
export function createJourneys(sql: Sql): JourneyStore {
  return {
    async record(run) {
      const clean = storable({ services: run.services, steps: run.steps, reason: run.reason });
      await sql`
        INSERT INTO plimsoll.journey_run
          (id, environment, journey, services, started_at, duration_seconds, outcome, reason, steps)
        VALUES (${run.id}, ${run.environment}, ${run.journey}, ${sql.json(clean.services as never)}, ${run.startedAt},
                ${run.durationSeconds}, ${run.outcome}, ${clean.reason}, ${sql.json(clean.steps as never)})
        ON CONFLICT (id) DO NOTHING`;
    },
    async list({ environment, journey, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.journey_run
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
          AND ${journey === undefined ? sql`true` : sql`journey = ${journey}`}
        ORDER BY started_at DESC, id LIMIT ${limit}`;
      return rows.map((row) => journeyRow.parse(row));
    },
    async get(id) {
      const [row] = await sql`SELECT * FROM plimsoll.journey_run WHERE id::text = ${id}`;
      return row === undefined ? undefined : journeyRow.parse(row);
    },
    async tally(since) {
      const rows = await sql<JourneyTally[]>`
        SELECT environment, journey, count(*) FILTER (WHERE outcome = 'passed') AS "passedCount",
          count(*) FILTER (WHERE outcome = 'failed') AS "failedCount"
        FROM plimsoll.journey_run WHERE started_at >= ${since} GROUP BY 1, 2 ORDER BY 1, 2`;
      return rows.map((row) => ({ ...row }));
    },
    async prune(before) {
      return (await sql`DELETE FROM plimsoll.journey_run WHERE started_at < ${before}`).count;
    },
  };
}

const state = z.enum(['requested', 'provisioned', 'active', 'suspended', 'retired']);

/** Where each environment stands in its lifecycle. `get` locks the row, so that two transitions cannot both start from it. */
export function createLifecycle(sql: Sql, isInTransaction: boolean): LifecycleStore {
  return {
    async get(environment) {
      if (isInTransaction) {
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`lifecycle/${environment}`}, 0))`;
      }
      const [row] = await sql`SELECT state FROM plimsoll.lifecycle WHERE environment = ${environment}`;
      return row === undefined ? undefined : state.parse(row['state']);
    },
    async set(environment, next, at) {
      await sql`
        INSERT INTO plimsoll.lifecycle (environment, state, changed_at) VALUES (${environment}, ${next}, ${at})
        ON CONFLICT (environment) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`;
    },
    async list() {
      const rows = await sql`SELECT environment, state FROM plimsoll.lifecycle`;
      return new Map(rows.map((row) => [String(row['environment']), state.parse(row['state'])]));
    },
  };
}
