import { z } from 'zod';
import type { Alert, ExternalAlert } from '../../core/alert/index.ts';
import type { BacklogForecast } from '../../core/forecast/index.ts';
import { storable } from '../../core/kernel/index.ts';
import type { AlertStore } from '../../ports/alert-store.ts';
import { bodyJson, deadlineBody, evidence, instantText } from './bodies.ts';
import type { Sql } from './connect.ts';

const alertClass = z.enum(['interrupted', 'at-risk', 'degraded']);
const urgency = z.enum(['page', 'ticket', 'note']);
const texts = z.array(z.string());

const part = z.object({
  key: z.string(),
  source: z.enum(['finding', 'health', 'burn', 'forecast', 'alertmanager']),
  ...{
    code: z.string(),
    subject: z.string(),
    class: alertClass,
    summary: z.string(),
    startedAt: instantText,
    evidence,
  },
});

const alertBody = z.object({
  ...{
    id: z.string(),
    key: z.string(),
    environment: z.string().nullable(),
    theme: z.string(),
    class: alertClass,
    urgency,
  },
  ...{ code: z.string(), subject: z.string(), summary: z.string(), impact: z.string(), services: texts, sites: texts },
  ...{ deadline: deadlineBody.nullable(), itemsAtRisk: z.number().nullable(), growthPerHour: z.number().nullable() },
  ...{
    weight: z.number(),
    because: texts,
    owner: z.string().nullable(),
    runbook: z.string().nullable(),
    response: texts,
  },
  // Alerts from before their common causes were looked for.
  mayComeFrom: texts.default([]),
  ...{ parts: z.array(part), startedAt: instantText, partOf: z.string().nullable(), openedAt: instantText },
  ...{ lastSeenAt: instantText, clearSince: instantText.nullable(), resolvedAt: instantText.nullable() },
  ...{ repeats: z.number(), acknowledgedAt: instantText.nullable(), acknowledgedBy: z.string().nullable() },
  ...{
    toldUrgency: urgency.nullable(),
    toldAt: instantText.nullable(),
    level: z.number(),
    incident: z.string().nullable(),
    followedUntil: instantText.nullable(),
  },
});

const alertRow = z.object({ body: alertBody }).transform(({ body }): Alert => body);

const externalRow = z
  .object({
    fingerprint: z.string(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    starts_at: z.instanceof(Temporal.Instant),
  })
  .transform(({ starts_at, ...rest }): ExternalAlert => ({ ...rest, startsAt: starts_at }));

const said = z.object({
  ...{ probabilityClears: z.number(), expectedLeft: z.number(), backlog: z.number(), arrivalsPerHour: z.number() },
  ...{ drainPerHour: z.number(), warns: z.boolean(), warnsSince: instantText.nullable(), countedAt: instantText },
  intervals: z.number(),
});

const forecastRow = z
  .object({
    body: z.object({
      ...{ environment: z.string(), service: z.string(), site: z.string(), siteTitle: z.string() },
      cutOff: z.object({ name: z.string(), title: z.string(), at: instantText, timezone: z.string() }),
      ...{ said: said.nullable(), judgedAt: instantText },
    }),
  })
  .transform(({ body }): BacklogForecast => body);

/** The key of the lock under which one look at alerts is made. */
const alertLock = 7_070_003;

/** Alerts in PostgreSQL, inside one transaction. */
export function createAlerts(sql: Sql): AlertStore {
  const json = (value: unknown) => bodyJson(sql, value);
  return {
    async lock() {
      await sql`SELECT pg_advisory_xact_lock(${alertLock})`;
    },
    async put(alerts) {
      for (const alert of alerts) {
        await sql`
          INSERT INTO plimsoll.alert (id, key, environment, code, weight, opened_at, resolved_at, body)
          VALUES (${alert.id}, ${storable(alert.key)}, ${alert.environment}, ${alert.code}, ${alert.weight},
                  ${alert.openedAt}, ${alert.resolvedAt}, ${json(alert)})
          ON CONFLICT (id) DO UPDATE SET code = excluded.code, weight = excluded.weight,
            resolved_at = excluded.resolved_at, body = excluded.body`;
      }
    },
    async get(id) {
      const [row] = await sql`SELECT body FROM plimsoll.alert WHERE id::text = ${id}`;
      return row === undefined ? undefined : alertRow.parse(row);
    },
    async list({ environment, includeResolved, limit }) {
      const rows = await sql`
        SELECT body FROM plimsoll.alert
        WHERE ${environment === undefined ? sql`true` : sql`environment = ${environment}`}
          AND ${includeResolved ? sql`true` : sql`resolved_at IS NULL`}
        ORDER BY (resolved_at IS NOT NULL), CASE WHEN resolved_at IS NULL THEN weight END DESC, opened_at DESC, key
        LIMIT ${limit}`;
      return rows.map((row) => alertRow.parse(row));
    },
    async openedSince(at) {
      const rows = await sql`SELECT body FROM plimsoll.alert WHERE opened_at >= ${at} ORDER BY opened_at, id`;
      return rows.map((row) => alertRow.parse(row));
    },
    async takeExternal(notices, now) {
      for (const { fingerprint, labels, annotations, startsAt, endsAt } of notices) {
        await sql`
          INSERT INTO plimsoll.external_alert (fingerprint, labels, annotations, starts_at, ends_at, seen_at)
          VALUES (${storable(fingerprint)}, ${json(labels)}, ${json(annotations)}, ${startsAt}, ${endsAt}, ${now})
          ON CONFLICT (fingerprint) DO UPDATE SET labels = excluded.labels, annotations = excluded.annotations,
            starts_at = excluded.starts_at, ends_at = excluded.ends_at, seen_at = excluded.seen_at`;
      }
    },
    async external(heardSince) {
      const rows = await sql`
        SELECT fingerprint, labels, annotations, starts_at FROM plimsoll.external_alert
        WHERE ends_at IS NULL AND seen_at >= ${heardSince} ORDER BY fingerprint`;
      return rows.map((row) => externalRow.parse(row));
    },
    async putForecasts(forecasts) {
      for (const forecast of forecasts) {
        await sql`
          INSERT INTO plimsoll.cut_off_forecast (environment, service, site, body)
          VALUES (${forecast.environment}, ${forecast.service}, ${forecast.site}, ${json(forecast)})
          ON CONFLICT (environment, service, site) DO UPDATE SET body = excluded.body`;
      }
    },
    async forecasts() {
      const rows = await sql`SELECT body FROM plimsoll.cut_off_forecast ORDER BY environment, service, site`;
      return rows.map((row) => forecastRow.parse(row));
    },
    async dropForecastsExcept(keys) {
      const kept = keys.map(({ environment, service, site }) => `${environment} ${service} ${site}`);
      await sql`
        DELETE FROM plimsoll.cut_off_forecast
        WHERE environment || ' ' || service || ' ' || site <> ALL(${kept}::text[])`;
    },
  };
}
