import type { z } from '@hono/zod-openapi';
import { type Alert, impactOnCutOff } from '../../../core/alert/index.ts';
import type { BacklogForecast } from '../../../core/forecast/index.ts';
import type { OutboxMessage } from '../../../ports/alert-store.ts';
import type { resource } from '../../contract/index.ts';
import { iso } from './format.ts';

const isoOrNull = (at: Temporal.Instant | null): string | null => (at === null ? null : iso(at));

/** An alert as the API shows it. */
export function alertView(alert: Alert): z.input<typeof resource.alert> {
  const { key: _key, clearSince: _clearSince, followedUntil: _followedUntil, deadline, parts, ...shown } = alert;
  return {
    ...shown,
    ...{
      services: [...alert.services],
      sites: [...alert.sites],
      because: [...alert.because],
      response: [...alert.response],
      mayComeFrom: [...alert.mayComeFrom],
    },
    deadline: deadline === null ? null : { ...deadline, at: iso(deadline.at) },
    parts: parts.map(({ key: _partKey, ...part }) => ({
      ...part,
      startedAt: iso(part.startedAt),
      evidence: { ...part.evidence },
    })),
    startedAt: iso(alert.startedAt),
    openedAt: iso(alert.openedAt),
    lastSeenAt: iso(alert.lastSeenAt),
    resolvedAt: isoOrNull(alert.resolvedAt),
    acknowledgedAt: isoOrNull(alert.acknowledgedAt),
    toldAt: isoOrNull(alert.toldAt),
  };
}

/** A message as the API shows it: names, never addresses. */
export function messageView(sent: OutboxMessage): z.input<typeof resource.alertMessage> {
  const { message } = sent;
  return {
    id: sent.id,
    ...{ alert: message.alert, kind: message.kind, urgency: message.urgency, team: message.team },
    people: message.people.map(({ name }) => name),
    ...{ channel: sent.channel, state: sent.state, attempts: sent.attempts, problem: sent.problem },
    ...{ dueAt: iso(sent.dueAt), writtenAt: iso(sent.writtenAt), settledAt: isoOrNull(sent.settledAt) },
  };
}

/** A forecast as the API shows it, with its sentence while it warns. */
export function forecastView(
  forecast: BacklogForecast,
  now: Temporal.Instant,
): z.input<typeof resource.cutOffForecast> {
  const { said, cutOff, site, siteTitle, service } = forecast;
  const deadline = { name: cutOff.title, site, siteTitle, at: cutOff.at, timezone: cutOff.timezone };
  const how = { class: 'at-risk', services: [service] } as const;
  return {
    ...{ environment: forecast.environment, service, site, siteTitle },
    cutOff: { ...cutOff, at: iso(cutOff.at) },
    judgedAt: iso(forecast.judgedAt),
    said:
      said === null
        ? null
        : {
            ...{ probabilityClears: said.probabilityClears, expectedLeft: said.expectedLeft, backlog: said.backlog },
            ...{ arrivalsPerHour: said.arrivalsPerHour, drainPerHour: said.drainPerHour, warns: said.warns },
            ...{ warnsSince: isoOrNull(said.warnsSince), countedAt: iso(said.countedAt) },
          },
    impact: said?.warns === true ? impactOnCutOff(deadline, Math.max(1, said.expectedLeft), how, now) : null,
  };
}
