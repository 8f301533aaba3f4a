import { randomUUID } from 'node:crypto';
import { type Alert, byWeight } from '../../core/alert/index.ts';
import type { BacklogForecast } from '../../core/forecast/index.ts';
import type { Incident } from '../../core/incident/index.ts';
import type { AlertStore, ExternalNotice, OutboxMessage, OutboxStore } from '../../ports/alert-store.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';

/** What the memory store holds of alerts. */
export interface AlertRecords {
  alerts: Map<string, Alert>;
  external: Map<string, ExternalNotice & { readonly seenAt: Temporal.Instant }>;
  outbox: Map<string, OutboxMessage & { readonly claimedUntil: Temporal.Instant | null }>;
  forecasts: Map<string, BacklogForecast>;
  incidents: Map<string, Incident>;
}

/** Nothing yet. */
export function noAlertRecords(): AlertRecords {
  return { alerts: new Map(), external: new Map(), outbox: new Map(), forecasts: new Map(), incidents: new Map() };
}

/** A snapshot: records are replaced, never changed. */
export function copyOfAlerts(records: AlertRecords): AlertRecords {
  const { alerts, external, outbox, forecasts, incidents } = records;
  return {
    alerts: new Map(alerts),
    external: new Map(external),
    outbox: new Map(outbox),
    forecasts: new Map(forecasts),
    incidents: new Map(incidents),
  };
}

const { compare } = Temporal.Instant;
const keyOf = ({ environment, service, site }: Pick<BacklogForecast, 'environment' | 'service' | 'site'>): string =>
  `${environment} ${service} ${site}`;

function alertOrder(a: Alert, b: Alert): number {
  const over = Number(a.resolvedAt !== null) - Number(b.resolvedAt !== null);
  return over || (a.resolvedAt === null ? byWeight(a, b) : compare(b.openedAt, a.openedAt));
}

/** Alerts in memory. */
export function alertsOf(records: AlertRecords): AlertStore {
  return {
    async lock() {},
    async put(alerts) {
      for (const alert of alerts) records.alerts.set(alert.id, alert);
    },
    async get(id) {
      return records.alerts.get(id);
    },
    async list({ environment, includeResolved, limit }) {
      return [...records.alerts.values()]
        .filter((alert) => environment === undefined || alert.environment === environment)
        .filter((alert) => includeResolved || alert.resolvedAt === null)
        .sort(alertOrder)
        .slice(0, limit);
    },
    async openedSince(at) {
      return [...records.alerts.values()]
        .filter(({ openedAt }) => compare(openedAt, at) >= 0)
        .sort((a, b) => compare(a.openedAt, b.openedAt) || a.id.localeCompare(b.id));
    },
    async takeExternal(notices, now) {
      for (const notice of notices) records.external.set(notice.fingerprint, { ...notice, seenAt: now });
    },
    async external(heardSince) {
      return [...records.external.values()]
        .filter(({ endsAt, seenAt }) => endsAt === null && compare(seenAt, heardSince) >= 0)
        .sort((a, b) => a.fingerprint.localeCompare(b.fingerprint))
        .map(({ fingerprint, labels, annotations, startsAt }) => ({ fingerprint, labels, annotations, startsAt }));
    },
    async putForecasts(forecasts) {
      for (const forecast of forecasts) records.forecasts.set(keyOf(forecast), forecast);
    },
    async forecasts() {
      return [...records.forecasts.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    },
    async dropForecastsExcept(keys) {
      const kept = new Set(keys.map(keyOf));
      for (const key of records.forecasts.keys()) if (!kept.has(key)) records.forecasts.delete(key);
    },
  };
}

const shown = ({ claimedUntil: _, ...message }: OutboxMessage & { readonly claimedUntil: Temporal.Instant | null }) =>
  message;

/** The outbox in memory. */
export function outboxOf(records: AlertRecords): OutboxStore {
  return {
    async write(drafts, now) {
      const known = new Set([...records.outbox.values()].map(({ dedupeKey }) => dedupeKey));
      const fresh = drafts.filter(({ dedupeKey }) => {
        const isNew = !known.has(dedupeKey);
        known.add(dedupeKey);
        return isNew;
      });
      for (const draft of fresh) {
        const id = randomUUID();
        const settled = { settledAt: null, problem: null, claimedUntil: null };
        records.outbox.set(id, { ...draft, id, state: 'waiting', attempts: 0, writtenAt: now, ...settled });
      }
      return fresh.length;
    },
    async claim({ now, until, limit }) {
      const due = [...records.outbox.values()]
        .filter(({ state, dueAt }) => state === 'waiting' && compare(dueAt, now) <= 0)
        .filter(({ claimedUntil }) => claimedUntil === null || compare(claimedUntil, now) <= 0)
        .sort((a, b) => compare(a.dueAt, b.dueAt) || a.id.localeCompare(b.id))
        .slice(0, limit)
        .map((each) => ({ ...each, attempts: each.attempts + 1, claimedUntil: until }));
      for (const each of due) records.outbox.set(each.id, each);
      return due.map(shown);
    },
    async settle(id, attempt, now) {
      const message = records.outbox.get(id);
      if (message?.state !== 'waiting') return;
      if (attempt.kind === 'again') {
        records.outbox.set(id, { ...message, dueAt: attempt.dueAt, problem: attempt.problem, claimedUntil: null });
        return;
      }
      const problem = attempt.kind === 'failed' ? attempt.problem : null;
      records.outbox.set(id, { ...message, state: attempt.kind, settledAt: now, problem, claimedUntil: null });
    },
    async list({ alert, limit }) {
      return [...records.outbox.values()]
        .filter(({ message }) => alert === undefined || message.alert === alert)
        .sort((a, b) => compare(b.writtenAt, a.writtenAt) || a.dedupeKey.localeCompare(b.dedupeKey))
        .slice(0, limit)
        .map(shown);
    },
    async prune(before) {
      const old = [...records.outbox.values()].filter(
        ({ state, settledAt }) => state !== 'waiting' && settledAt !== null && compare(settledAt, before) < 0,
      );
      for (const { id } of old) records.outbox.delete(id);
      return old.length;
    },
  };
}

/** Incidents in memory. */
export function incidentsOf(records: AlertRecords): IncidentStore {
  return {
    async put(incidents) {
      for (const incident of incidents) records.incidents.set(incident.id, incident);
      const held = [...records.incidents.values()].flatMap(({ holds }) => holds);
      const twice = held.find((id, place) => held.indexOf(id) !== place);
      if (twice !== undefined) throw new Error(`two incidents hold ${twice}`);
    },
    async get(id) {
      return records.incidents.get(id);
    },
    async list({ environment, states, detectedSince, limit }) {
      return [...records.incidents.values()]
        .filter(({ environments }) => environment === undefined || environments.includes(environment))
        .filter(({ state }) => states === undefined || states.includes(state))
        .filter(({ detectedAt }) => detectedSince === undefined || compare(detectedAt, detectedSince) >= 0)
        .sort((a, b) => compare(b.detectedAt, a.detectedAt) || a.id.localeCompare(b.id))
        .slice(0, limit);
    },
  };
}
