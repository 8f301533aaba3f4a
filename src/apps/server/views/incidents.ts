import type { z } from '@hono/zod-openapi';
import type { Environment, Runbook } from '../../../core/estate/index.ts';
import {
  actionName,
  approvalsFor,
  channelsTo,
  confirmationFor,
  headline,
  type Impact,
  type Incident,
  nextStep,
  templatesFor,
} from '../../../core/incident/index.ts';
import type { LedgerEntry } from '../../../core/ledger/index.ts';
import type { OutboxMessage } from '../../../ports/alert-store.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { iso } from './format.ts';
import { timelineOf } from './timeline.ts';

type Detail = z.input<typeof resource.incidentDetail>;
type Item = Detail['timeline'][number];

const isoOrNull = (at: Temporal.Instant | null): string | null => (at === null ? null : iso(at));
const between = (from: Temporal.Instant, to: Temporal.Instant | null): number | null =>
  to === null ? null : Math.max(0, to.since(from).total('seconds'));

function impactView({ sentence, services, sites, itemsAtRisk, deadline }: Impact): Detail['impact'] {
  return {
    ...{ sentence, services: [...services], sites: [...sites], itemsAtRisk },
    deadline:
      deadline === null
        ? null
        : { name: deadline.name, site: deadline.site, at: iso(deadline.at), timezone: deadline.timezone },
  };
}

/** An incident as lists show it. */
export function incidentView(incident: Incident): z.input<typeof resource.incident> {
  const { impact, faultStart, detectedAt, acknowledgedAt, recoveredAt } = incident;
  return {
    ...{ id: incident.id, title: incident.title, environment: incident.environment, severity: incident.severity },
    ...{ state: incident.state, cause: incident.cause, owner: incident.owner, boundary: incident.boundary },
    ...{ roles: { ...incident.roles }, runbook: incident.runbook, alerts: [...incident.alerts] },
    environments: [...incident.environments],
    commonCauses: incident.holds.filter((id) => !id.startsWith('within/')),
    impact: impactView(impact),
    impacts: incident.impacts.map((each) => ({ environment: each.environment, ...impactView(each) })),
    faultStart: { at: iso(faultStart.at), because: faultStart.because },
    ...{ detectedAt: iso(detectedAt), acknowledgedAt: isoOrNull(acknowledgedAt), recoveredAt: isoOrNull(recoveredAt) },
    closedAt: isoOrNull(incident.closedAt),
    timeToDetectSeconds: between(faultStart.at, detectedAt) ?? 0,
    timeToAcknowledgeSeconds: between(detectedAt, acknowledgedAt),
    timeToRecoverSeconds: between(faultStart.at, recoveredAt),
  };
}

function stepsOf(
  incident: Incident,
  runbook: Runbook | undefined,
  environment: Environment | undefined,
): Detail['steps'] {
  const next = incident.state === 'closed' ? -1 : nextStep(incident);
  return (runbook?.steps ?? []).map((step, index) => {
    const { text, action, limit } = step;
    const request = incident.requests.find((each) => each.index === index);
    const running = incident.running?.index === index ? incident.running : null;
    return {
      ...{ index, text, action: action === undefined ? null : actionName(action), isNext: index === next },
      ...{ approvals: approvalsFor(step, environment), limit: limit ?? null },
      running: running === null ? null : { by: running.by, at: iso(running.at) },
      request: request === undefined ? null : { by: request.by, approvedBy: request.approvals.map(({ by }) => by) },
      done: incident.steps
        .filter((step) => step.index === index)
        .map(({ outcome, note, by, at }) => ({ outcome, note, by, at: iso(at) })),
    };
  });
}

/** What was said, with what became of each message of it. Messages are forgotten before incidents are. */
function communicationsOf(incident: Incident, messages: readonly OutboxMessage[]): Detail['communications'] {
  return incident.communications.map(({ channels, at, ...said }) => ({
    ...said,
    at: iso(at),
    deliveries: channels.map((channel) => {
      const sent = messages.find(
        ({ message, ...each }) =>
          each.channel === channel && message.said?.audience === said.audience && message.said.text === said.text,
      );
      if (sent === undefined) return { channel, state: 'forgotten', attempts: 0, problem: null };
      return { channel, state: sent.state, attempts: sent.attempts, problem: sent.problem };
    }),
  }));
}

const words = (type: string): string => type.replaceAll('.', ' ').replaceAll('-', ' ');

/** Whom a message reached, or did not. */
function deliveryWords({ type, data }: LedgerEntry): string | undefined {
  if (!type.startsWith('notification.')) return undefined;
  const { team, channel, reason } = data;
  return `${team} by ${channel}${reason === undefined ? '' : `: ${reason}`}`;
}

function ofEntry(entry: LedgerEntry): Item {
  const { reason, impact, work } = entry.data as { reason?: unknown; impact?: unknown; work?: Record<string, unknown> };
  const told = entry.type === 'alert.told' ? entry.data['to'] : undefined;
  const said = work?.['text'] ?? work?.['note'] ?? work?.['summary'] ?? work?.['evidence'];
  const detail = Array.isArray(told)
    ? told.join(', ') || String(entry.data['unreached'] ?? '')
    : (deliveryWords(entry) ?? said ?? impact ?? reason);
  const isOver = /\.(resolved|recovered|closed)$/.test(entry.type);
  const isBad = /\.(opened|escalated|worsened|failed)$/.test(entry.type);
  return {
    at: iso(entry.at),
    kind: entry.subject.startsWith('incident/') ? 'incident' : 'alert',
    title: `${words(entry.type)} by ${entry.actor.name}`,
    detail: typeof detail === 'string' && detail !== '' ? detail : null,
    tone: isOver ? 'good' : isBad ? 'bad' : entry.type.endsWith('refused') ? 'warning' : 'neutral',
    link: null,
  };
}

const mostEntries = 300;
const beforeMinutes = 30;
const afterMinutes = 10;

/** What happened in an environment; with its name where there are several. */
async function aroundOf(deps: ServerDeps, environment: Environment, isOneOfMany: boolean): Promise<Item[]> {
  // What the incident's own entries say is not told twice.
  const entries = (await timelineOf(deps, environment, 1_000)).filter(({ kind }) => kind !== 'incident');
  return isOneOfMany ? entries.map((each) => ({ ...each, title: `${environment.name}: ${each.title}` })) : entries;
}

/** What led to it, what happened in it and what was done (INC-03): releases, drift, health, journeys, alerts, actions. */
async function incidentTimeline(deps: ServerDeps, incident: Incident): Promise<Item[]> {
  const from = iso(incident.faultStart.at.subtract({ minutes: beforeMinutes }));
  const to = iso((incident.recoveredAt ?? deps.clock.now()).add({ minutes: afterMinutes }));
  const suffering = deps.estate().estate.environments.filter(({ name }) => incident.environments.includes(name));
  const around = await Promise.all(suffering.map((each) => aroundOf(deps, each, suffering.length > 1)));
  const subjects = [`incident/${incident.id}`, ...incident.alerts.map((id) => `alert/${id}`)];
  const own = await Promise.all(subjects.map((subject) => deps.store.ledger.tail({ subject, limit: mostEntries })));
  const items: Item[] = [
    ...around
      .flat()
      .filter(({ at, kind, tone }) => at >= from && at <= to && !(kind === 'finding' && tone === 'neutral')),
    ...own.flat().map(ofEntry),
  ];
  return items.sort((a, b) => a.at.localeCompare(b.at)).slice(-mostEntries);
}

/** An incident with everything about it. */
export async function incidentDetail(deps: ServerDeps, incident: Incident): Promise<Detail> {
  const { estate } = deps.estate();
  const runbook = estate.runbooks.find(({ name }) => name === incident.runbook);
  const environment = estate.environments.find(({ name }) => name === incident.environment);
  const timezone = incident.impact.deadline?.timezone ?? environment?.sites[0]?.timezone ?? 'UTC';
  return {
    ...incidentView(incident),
    timezone,
    steps: stepsOf(incident, runbook, environment),
    communications: communicationsOf(
      incident,
      await deps.store.outbox.list({ alert: incident.id, limit: mostEntries }),
    ),
    templates: templatesFor(incident, timezone).map((template) => ({
      ...template,
      headline: headline(incident),
      channels: channelsTo(estate, incident, template.audience).map(({ name, way, tells }) => ({
        name,
        recipients: way.kind === 'email' ? (tells?.to.length ?? 0) : 1,
      })),
      confirm: confirmationFor(incident, template.audience),
    })),
    review: {
      summary: incident.review.summary,
      actions: incident.review.actions.map((action) => ({ ...action, closedAt: isoOrNull(action.closedAt) })),
    },
    timeline: await incidentTimeline(deps, incident),
  };
}
