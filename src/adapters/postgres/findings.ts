import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { storable } from '../../core/kernel/index.ts';
import type { Finding, FindingDraft } from '../../core/observe/index.ts';
import type { FindingStore } from '../../ports/store.ts';
import type { Sql } from './connect.ts';

const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const instant = z.instanceof(Temporal.Instant);

const findingRow = z
  .object({
    id: z.string(),
    source: z.string(),
    key: z.string(),
    code: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    environment: z.string().nullable(),
    subject: z.string(),
    reason: z.string(),
    action: z.string(),
    evidence: z.record(z.string(), fact),
    opened_at: instant,
    last_seen_at: instant,
    closed_at: instant.nullable(),
  })
  .transform(({ opened_at, last_seen_at, closed_at, ...rest }): Finding => {
    return { ...rest, openedAt: opened_at, lastSeenAt: last_seen_at, closedAt: closed_at };
  });

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Scope = Parameters<FindingStore['reconcile']>[0];

/** One look at a scope at a time, whichever controller makes it. */
async function lockScope(sql: Sql, scope: Scope): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`finding/${scope.source}/${scope.environment ?? ''}`}, 0))`;
}

async function upsert(sql: Sql, source: string, draft: FindingDraft, now: Temporal.Instant) {
  const [row] = await sql`
    INSERT INTO plimsoll.finding AS finding
      (id, source, key, code, severity, environment, subject, reason, action, evidence, opened_at, last_seen_at)
    VALUES (${randomUUID()}, ${source}, ${draft.key}, ${draft.code}, ${draft.severity}, ${draft.environment},
            ${draft.subject}, ${draft.reason}, ${draft.action}, ${sql.json({ ...draft.evidence })}, ${now}, ${now})
    ON CONFLICT (source, environment, key) WHERE closed_at IS NULL DO UPDATE SET
      code = excluded.code, severity = excluded.severity, subject = excluded.subject, reason = excluded.reason,
      action = excluded.action, evidence = excluded.evidence, last_seen_at = excluded.last_seen_at
    RETURNING finding.*, (xmax = 0) AS is_new`;
  return { finding: findingRow.parse(row), isNew: row?.['is_new'] === true };
}

/** Findings inside one transaction. */
export function createFindings(sql: Sql): FindingStore {
  return {
    async reconcile(scope, drafts, now) {
      await lockScope(sql, scope);
      const opened: Finding[] = [];
      for (const draft of drafts.map(storable)) {
        const seen = await upsert(sql, scope.source, { ...draft, environment: scope.environment }, now);
        if (seen.isNew) opened.push(seen.finding);
      }
      const closed = await sql`
        UPDATE plimsoll.finding SET closed_at = ${now}
        WHERE source = ${scope.source} AND environment IS NOT DISTINCT FROM ${scope.environment}::text
          AND closed_at IS NULL AND key <> ALL(${drafts.map((draft) => storable(draft.key))}::text[])
        RETURNING *`;
      return { opened, closed: closed.map((row) => findingRow.parse(row)) };
    },
    async list({ environment, includeClosed, limit }) {
      const rows = await sql`
        SELECT * FROM plimsoll.finding
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
          AND ${includeClosed ? sql`true` : sql`closed_at IS NULL`}
        ORDER BY (closed_at IS NOT NULL), array_position(ARRAY['critical', 'warning', 'info'], severity),
                 opened_at DESC, id
        LIMIT ${limit}`;
      return rows.map((row) => findingRow.parse(row));
    },
    async get(id) {
      if (!uuid.test(id)) return undefined;
      const [row] = await sql`SELECT * FROM plimsoll.finding WHERE id = ${id}`;
      return row === undefined ? undefined : findingRow.parse(row);
    },
    async openCounts() {
      const rows = await sql<{ environment: string; count: number }[]>`
        SELECT environment, count(*)::int AS count FROM plimsoll.finding
        WHERE closed_at IS NULL AND environment IS NOT NULL GROUP BY environment`;
      return new Map(rows.map(({ environment, count }) => [environment, count]));
    },
  };
}
