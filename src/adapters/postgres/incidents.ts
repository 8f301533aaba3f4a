import { z } from 'zod';
import { boundaries, type Incident, incidentStates } from '../../core/incident/index.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import { bodyJson, deadlineBody, instantText } from './bodies.ts';
import type { Sql } from './connect.ts';

const texts = z.array(z.string());
const byAt = { by: z.string(), at: instantText };

const lost = {
  ...{ sentence: z.string(), services: texts, sites: texts, itemsAtRisk: z.number().nullable() },
  deadline: deadlineBody.nullable(),
};

const incidentBody = z.object({
  ...{ id: z.string(), title: z.string(), environment: z.string().nullable(), state: z.enum(incidentStates) },
  severity: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  cause: z.object({ code: z.string(), subject: z.string(), summary: z.string() }),
  ...{ owner: z.string().nullable(), boundary: z.enum(boundaries), runbook: z.string().nullable(), alerts: texts },
  roles: z
    .object({ lead: z.string(), communication: z.string(), operations: z.string() })
    .partial()
    .transform((roles) => roles as Incident['roles']),
  impact: z.object(lost),
  // Incidents from before one could reach over several environments.
  impacts: z.array(z.object({ environment: z.string().nullable(), ...lost })).optional(),
  ...{ environments: texts.optional(), holds: texts.optional() },
  faultStart: z.object({ at: instantText, because: z.string() }),
  ...{ detectedAt: instantText, acknowledgedAt: instantText.nullable(), recoveredAt: instantText.nullable() },
  closedAt: instantText.nullable(),
  steps: z.array(
    z.object({
      ...{ index: z.number(), text: z.string(), note: z.string().nullable(), ...byAt },
      outcome: z.enum(['done', 'failed', 'skipped']),
      // Steps from before Plimsoll kept what it ran for them.
      action: z.string().nullable().default(null),
    }),
  ),
  requests: z.array(z.object({ index: z.number(), ...byAt, approvals: z.array(z.object(byAt)) })),
  running: z
    .object({ index: z.number(), action: z.string(), ...byAt })
    .nullable()
    .default(null),
  communications: z.array(
    z.object({
      template: z.string(),
      audience: z.enum(['users', 'customers', 'management']),
      text: z.string(),
      // What was said before Plimsoll sent it was told by other means.
      channels: texts.default([]),
      ...byAt,
    }),
  ),
  review: z.object({
    summary: z.string().nullable(),
    actions: z.array(
      z.object({
        ...{ id: z.string(), text: z.string(), owner: z.string(), due: z.string().nullable() },
        ...{ evidence: z.string().nullable(), closedBy: z.string().nullable(), closedAt: instantText.nullable() },
      }),
    ),
  }),
});

const incidentRow = z.object({ body: incidentBody }).transform(({ body }): Incident => {
  const { environment, impact, state } = body;
  const isUnderWay = state === 'open' || state === 'acknowledged';
  return {
    ...body,
    environments: body.environments ?? (environment === null ? [] : [environment]),
    holds: body.holds ?? (isUnderWay ? [`within/${environment ?? ''}`] : []),
    impacts: body.impacts ?? [{ environment, ...impact }],
  };
});

/** Lets go of everything first: what one gives up, another may take in the same put. */
async function hold(sql: Sql, incidents: readonly Incident[]): Promise<void> {
  await sql`DELETE FROM plimsoll.incident_hold WHERE incident = ANY(${incidents.map(({ id }) => id)}::uuid[])`;
  for (const { id, holds } of incidents) {
    await sql`
      INSERT INTO plimsoll.incident_hold (held, incident)
      SELECT held, ${id} FROM unnest(${[...holds]}::text[]) AS held`;
  }
}

/** Incidents in PostgreSQL, inside one transaction. */
export function createIncidents(sql: Sql): IncidentStore {
  return {
    async put(incidents) {
      for (const incident of incidents) {
        await sql`
          INSERT INTO plimsoll.incident (id, environment, environments, state, detected_at, body)
          VALUES (${incident.id}, ${incident.environment}, ${[...incident.environments]}, ${incident.state},
                  ${incident.detectedAt}, ${bodyJson(sql, incident)})
          ON CONFLICT (id) DO UPDATE SET state = excluded.state, environments = excluded.environments,
            body = excluded.body`;
      }
      if (incidents.length > 0) await hold(sql, incidents);
    },
    async get(id) {
      const [row] = await sql`SELECT body FROM plimsoll.incident WHERE id::text = ${id}`;
      return row === undefined ? undefined : incidentRow.parse(row);
    },
    async list({ environment, states, detectedSince, limit }) {
      const rows = await sql`
        SELECT body FROM plimsoll.incident
        WHERE ${environment === undefined ? sql`true` : sql`${environment} = ANY(environments)`}
          AND ${states === undefined ? sql`true` : sql`state = ANY(${[...states]}::text[])`}
          AND ${detectedSince === undefined ? sql`true` : sql`detected_at >= ${detectedSince}`}
        ORDER BY detected_at DESC, id LIMIT ${limit}`;
      return rows.map((row) => incidentRow.parse(row));
    },
  };
}
