import { noiseOf, unansweredSignals } from '../../../core/alert/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { coverageGaps, onCallAt, pagingTeams, turnsBetween } from '../../../core/oncall/index.ts';
import { acknowledgeAlert } from '../../../workflows/alert/acknowledge.ts';
import type { RouteName } from '../../contract/index.ts';
import { actorOf } from '../authorize.ts';
import type { ServerDeps } from '../deps.ts';
import type { HandlerGroup } from '../handler.ts';
import { alertView, forecastView, messageView } from '../views/alerts.ts';
import { iso } from '../views/format.ts';

type Names = Extract<
  RouteName,
  | 'listAlerts'
  | 'getAlert'
  | 'acknowledgeAlert'
  | 'getAlertNoise'
  | 'listUnansweredSignals'
  | 'listOnCall'
  | 'listForecasts'
  | 'takeAlertmanager'
>;

const mostMessages = 200;

/** Alerts, who was told, who is on call, and what will be missed. */
export const alertHandlers: HandlerGroup<Names> = (deps) => ({
  listAlerts: async ({ query }) => {
    const { environment, limit } = query;
    const includeResolved = query.includeResolved === 'true';
    return { items: (await deps.store.alerts.list({ environment, includeResolved, limit })).map(alertView) };
  },
  getAlert: async ({ params }) => {
    const alert = await deps.store.alerts.get(params.id);
    if (alert === undefined) throw new Fault('NOT_FOUND', `There is no alert ${params.id}.`);
    const messages = await deps.store.outbox.list({ alert: alert.id, limit: mostMessages });
    return { ...alertView(alert), messages: messages.map(messageView) };
  },
  acknowledgeAlert: async ({ params, caller }) => alertView(await acknowledgeAlert(deps, params.id, actorOf(caller))),
  getAlertNoise: async ({ query }) => {
    const to = deps.clock.now();
    const from = to.subtract({ hours: query.days * 24 });
    const { byCode, ...noise } = noiseOf(await deps.store.alerts.openedSince(from));
    return { from: iso(from), to: iso(to), ...noise, byCode: byCode.map((each) => ({ ...each })) };
  },
  listUnansweredSignals: async () => ({
    items: unansweredSignals(deps.estate().estate).map((each) => ({ ...each, lacks: [...each.lacks] })),
  }),
  listOnCall: async ({ query }) => {
    const now = deps.clock.now();
    const to = now.add({ hours: query.days * 24 });
    const { estate } = deps.estate();
    const paged = new Set(pagingTeams(estate).map(({ name }) => name));
    const items = estate.teams.map(({ name, title, onCall }) => ({
      ...{ team: name, title, timezone: onCall?.timezone ?? null, isPaged: paged.has(name) },
      now: onCall === undefined ? [] : [...onCallAt(onCall, now)],
      turns: (onCall === undefined ? [] : turnsBetween(onCall, now, to)).map(({ who, from, until }) => ({
        who,
        from: iso(from),
        until: iso(until),
      })),
      gaps: (onCall === undefined ? [] : coverageGaps(onCall, now, to)).map((gap) => ({
        from: iso(gap.from),
        to: iso(gap.to),
      })),
    }));
    return { items };
  },
  listForecasts: async () => {
    const now = deps.clock.now();
    const forecasts = await deps.store.alerts.forecasts();
    return { items: forecasts.map((forecast) => forecastView(forecast, now)) };
  },
  takeAlertmanager: async ({ body }) => {
    const told = await Promise.all(body.alerts.map(async (each) => ((await isEcho(deps, each.labels)) ? [] : [each])));
    const notices = told.flat().map(({ status, labels, annotations, fingerprint, startsAt, endsAt }) => ({
      ...{ fingerprint, labels, annotations, startsAt: Temporal.Instant.from(startsAt) },
      // What fires has no end yet; Alertmanager writes the year one there.
      endsAt: status === 'resolved' ? Temporal.Instant.from(endsAt) : null,
    }));
    await deps.store.alerts.takeExternal(notices, deps.clock.now());
    return { taken: notices.length };
  },
});

/** An alert of ours that an Alertmanager sends back to us: it says nothing new, and would call for itself for ever. */
async function isEcho({ store }: ServerDeps, labels: Readonly<Record<string, string>>): Promise<boolean> {
  const id = labels['alert'];
  return id !== undefined && (await store.alerts.get(id)) !== undefined;
}
