import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import { type DrillReport, drillPhases } from '../../core/recovery/index.ts';
import type { DrillStore } from '../../ports/drill-store.ts';
import type { Sql } from './connect.ts';

const instant = z.instanceof(Temporal.Instant);

const drillRow = z
  .object({
    id: z.string(),
    environment: z.string(),
    backup: z.string(),
    started_at: instant,
    finished_at: instant,
    verdict: z.enum(['verified', 'not-recoverable', 'inconclusive']),
    reasons: z.array(z.string()),
    phases: z.array(z.object({ phase: z.enum(drillPhases), seconds: z.number() })),
    checks: z.array(
      z.object({
        name: z.string(),
        outcome: z.enum(['passed', 'failed', 'not-applicable', 'warning']),
        detail: z.string(),
        evidence: z.array(z.string()),
      }),
    ),
    rpo_achieved_seconds: z.number().nullable(),
    rto_achieved_seconds: z.number().nullable(),
  })
  .transform(({ started_at, finished_at, rpo_achieved_seconds, rto_achieved_seconds, ...rest }): DrillReport => {
    const achieved = { rpoAchievedSeconds: rpo_achieved_seconds, rtoAchievedSeconds: rto_achieved_seconds };
    return { ...rest, startedAt: started_at, finishedAt: finished_at, ...achieved };
  });

/** Drill reports in PostgreSQL. */
export function createDrills(sql: Sql): DrillStore {
  return {
    async record(report) {
      const { reasons, phases, checks } = storable({
        reasons: report.reasons,
        phases: report.phases,
        checks: report.checks,
      });
      await sql`
        INSERT INTO plimsoll.drill (id, environment, backup, started_at, finished_at, verdict, reasons, phases, checks,
                                    rpo_achieved_seconds, rto_achieved_seconds)
        VALUES (${report.id}, ${report.environment}, ${report.backup}, ${report.startedAt}, ${report.finishedAt},
                ${report.verdict}, ${sql.json(reasons as never)}, ${sql.json(phases as never)},
                ${sql.json(checks as never)}, ${report.rpoAchievedSeconds}, ${report.rtoAchievedSeconds})
        ON CONFLICT (id) DO NOTHING`;
    },
    async list({ environment, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.drill
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
        ORDER BY started_at DESC, id LIMIT ${limit}`;
      return rows.map((row) => drillRow.parse(row));
    },
    async get(id) {
      const [row] = await sql`SELECT * FROM plimsoll.drill WHERE id::text = ${id}`;
      return row === undefined ? undefined : drillRow.parse(row);
    },
  };
}
