import { storable } from '../../core/kernel/index.ts';
import type { ObjectiveStore } from '../../ports/objective-store.ts';
import type { Sql } from './connect.ts';
import { pointRow, verdictJson } from './objective-row.ts';

/** Verdicts on objectives and their past, inside one transaction. */
export function createObjectives(sql: Sql): ObjectiveStore {
  return {
    async put(environment, verdicts, at) {
      const [judged] = await sql`
        INSERT INTO plimsoll.objective_judged AS judged (environment, at) VALUES (${environment}, ${at})
        ON CONFLICT (environment) DO UPDATE SET at = excluded.at WHERE judged.at <= excluded.at
        RETURNING at`;
      if (judged === undefined) return;
      // Instants become text by their own toJSON.
      const rows = verdicts.map(({ key, ...rest }) => ({ key, verdict: JSON.parse(JSON.stringify({ key, ...rest })) }));
      const keys = verdicts.map(({ key }) => key);
      await sql`DELETE FROM plimsoll.objective WHERE environment = ${environment} AND key <> ALL(${keys}::text[])`;
      await sql`
        INSERT INTO plimsoll.objective (key, environment, verdict, judged_at)
        SELECT key, ${environment}, verdict, ${at}
        FROM jsonb_to_recordset(${sql.json(storable(rows) as never)}) AS given (key text, verdict jsonb)
        ON CONFLICT (key) DO UPDATE SET
          environment = excluded.environment, verdict = excluded.verdict, judged_at = excluded.judged_at`;
    },
    async list({ environment } = {}) {
      const rows = await sql`
        SELECT verdict FROM plimsoll.objective
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
        ORDER BY key COLLATE "C"`;
      return rows.map((row) => verdictJson.parse(row['verdict']));
    },
    async get(key) {
      const [row] = await sql`SELECT verdict FROM plimsoll.objective WHERE key = ${key}`;
      return row === undefined ? undefined : verdictJson.parse(row['verdict']);
    },
    async remember(points) {
      if (points.length === 0) return;
      const rows = points.map(({ at, budgetRemaining, ...rest }) => {
        return { ...rest, at: at.toString(), budget_remaining: budgetRemaining };
      });
      await sql`
        INSERT INTO plimsoll.objective_point (key, at, state, attainment, budget_remaining)
        SELECT key, at, state, attainment, budget_remaining
        FROM jsonb_to_recordset(${sql.json(rows as never)})
          AS given (key text, at timestamptz, state text, attainment float8, budget_remaining float8)
        ON CONFLICT (key, at) DO UPDATE SET state = excluded.state, attainment = excluded.attainment,
          budget_remaining = excluded.budget_remaining`;
    },
    async history(key, since) {
      const rows = await sql`
        SELECT * FROM plimsoll.objective_point WHERE key = ${key} AND at >= ${since} ORDER BY at`;
      return rows.map((row) => pointRow.parse(row));
    },
    async advance(counted) {
      for (const { key, good, total, from, upTo } of counted) {
        await sql`
          INSERT INTO plimsoll.objective_counter AS counter (key, good, total, up_to) VALUES (${key}, ${good}, ${total}, ${upTo})
          ON CONFLICT (key) DO UPDATE SET good = counter.good + excluded.good, total = counter.total + excluded.total,
            up_to = excluded.up_to WHERE counter.up_to = ${from}`;
      }
    },
    async countedUpTo(keys) {
      const rows = await sql<{ key: string; up_to: Temporal.Instant }[]>`
        SELECT key, up_to FROM plimsoll.objective_counter WHERE key = ANY(${[...keys]}::text[])`;
      return new Map(rows.map((row) => [row.key, row.up_to]));
    },
    async counters() {
      const rows = await sql<{ key: string; good: number; total: number }[]>`
        SELECT key, good, total FROM plimsoll.objective_counter ORDER BY key COLLATE "C"`;
      return rows.map(({ key, good, total }) => ({ key, good, total }));
    },
    async prune(before) {
      const gone = await sql`DELETE FROM plimsoll.objective_point WHERE at < ${before}`;
      return gone.count;
    },
  };
}
