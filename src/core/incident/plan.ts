import type { Alert } from '../alert/index.ts';
import { type ChangeFact, estimateFaultStart } from './fault-start.ts';
import type { Impact, Incident, IncidentSeverity } from './incident.ts';

/** What becomes of an incident at a look. */
export interface IncidentStep {
  readonly incident: Incident;
  readonly changes: readonly ('opened' | 'joined' | 'worsened' | 'acknowledged' | 'recovered')[];
  /** Alerts that belong to it from now on. */
  readonly joined: readonly string[];
}

/** How bad it is: what stands still is worse than what will be missed, and pages are worse than tickets. */
export function severityOf({
  class: own,
  urgency,
  services,
}: Pick<Alert, 'class' | 'urgency' | 'services'>): IncidentSeverity {
  if (urgency !== 'page') return 3;
  return own === 'interrupted' && services.length > 0 ? 1 : 2;
}

function impactOf({ impact, services, sites, itemsAtRisk, deadline }: Alert): Impact {
  return { sentence: impact, services, sites, itemsAtRisk, deadline };
}

/** The worst that it came to, so that what is over still says what it cost. Items that nobody could count count as they were. */
function worse(before: Impact, now: Impact): Impact {
  const services = [...new Set([...before.services, ...now.services])].toSorted();
  const sites = [...new Set([...before.sites, ...now.sites])].toSorted();
  const isWorse =
    (now.itemsAtRisk ?? 0) >= (before.itemsAtRisk ?? 0) && (now.itemsAtRisk !== null || before.itemsAtRisk === null);
  return isWorse ? { ...now, services, sites } : { ...before, services, sites };
}

function openFrom(alert: Alert, id: string, changes: readonly ChangeFact[], now: Temporal.Instant): Incident {
  const place = alert.environment === null ? '' : ` (${alert.environment})`;
  return {
    ...{ id, title: `${alert.code} on ${alert.subject}${place}`, environment: alert.environment, state: 'open' },
    severity: severityOf(alert),
    cause: { code: alert.code, subject: alert.subject, summary: alert.summary },
    owner: alert.owner,
    boundary: alert.theme.startsWith('partner/') ? 'partner' : 'ours',
    ...{ roles: {}, runbook: alert.runbook, alerts: [], impact: impactOf(alert) },
    faultStart: estimateFaultStart(alert, changes),
    ...{ detectedAt: alert.openedAt, acknowledgedAt: null, recoveredAt: null, closedAt: null },
    ...{ steps: [], requests: [], running: null, communications: [], review: { summary: null, actions: [] } },
    ...(Temporal.Instant.compare(alert.openedAt, now) > 0 ? { detectedAt: now } : {}),
  };
}

/** 1 is the worst. */
function worstOf(severities: readonly IncidentSeverity[]): IncidentSeverity {
  return severities.includes(1) ? 1 : severities.includes(2) ? 2 : 3;
}

const isUnderWay = ({ state }: Incident): boolean => state === 'open' || state === 'acknowledged';

function follow(incident: Incident, own: readonly Alert[], isNew: boolean, now: Temporal.Instant): IncidentStep {
  const joined = own.filter(({ id }) => !incident.alerts.includes(id)).map(({ id }) => id);
  const live = own.filter(({ resolvedAt }) => resolvedAt === null);
  const severity = worstOf([incident.severity, ...live.map(severityOf)]);
  const taken = own.find(({ acknowledgedAt }) => acknowledgedAt !== null);
  const isTaken = incident.state === 'open' && taken?.acknowledgedBy != null;
  const isOver = live.length === 0;
  const changes: IncidentStep['changes'][number][] = isNew ? ['opened'] : joined.length > 0 ? ['joined'] : [];
  if (severity < incident.severity) changes.push('worsened');
  if (isTaken) changes.push('acknowledged');
  if (isOver) changes.push('recovered');
  const roles = isTaken ? { lead: taken.acknowledgedBy as string, ...incident.roles } : incident.roles;
  return {
    incident: {
      ...incident,
      ...{ severity, roles, alerts: [...incident.alerts, ...joined] },
      impact: live
        .filter(({ partOf }) => partOf === null)
        .map(impactOf)
        .reduce(worse, incident.impact),
      state: isOver ? 'review' : isTaken ? 'acknowledged' : incident.state,
      acknowledgedAt: isTaken ? taken.acknowledgedAt : incident.acknowledgedAt,
      recoveredAt: isOver ? lastClear(own, now) : null,
    },
    changes,
    joined,
  };
}

/** It was over when the last of its alerts was last seen, not when we were sure of it. */
function lastClear(alerts: readonly Alert[], now: Temporal.Instant): Temporal.Instant {
  const clear = alerts.map(({ clearSince, resolvedAt }) => clearSince ?? resolvedAt ?? now);
  return clear.toSorted(Temporal.Instant.compare).at(-1) ?? now;
}

/**
 * Incidents from alerts: one that pages opens one; what happens in the same environment meanwhile joins it; when the last of
 * its alerts is over, it goes into review by itself. Nothing that has not changed is answered.
 */
export function planIncidents(
  incidents: readonly Incident[],
  alerts: readonly Alert[],
  changesIn: (environment: string | null) => readonly ChangeFact[],
  now: Temporal.Instant,
  newId: () => string,
): readonly IncidentStep[] {
  const underWay = new Map(incidents.filter(isUnderWay).map((incident) => [incident.environment ?? '', incident]));
  const fresh = new Set<string>();
  for (const alert of alerts) {
    const where = alert.environment ?? '';
    const opens =
      alert.urgency === 'page' && alert.partOf === null && alert.resolvedAt === null && alert.incident === null;
    if (!opens || underWay.has(where)) continue;
    underWay.set(where, openFrom(alert, newId(), changesIn(alert.environment), now));
    fresh.add(where);
  }
  return [...underWay].flatMap(([where, incident]): readonly IncidentStep[] => {
    const own = alerts.filter(
      (alert) =>
        incident.alerts.includes(alert.id) ||
        (alert.incident === null && alert.resolvedAt === null && (alert.environment ?? '') === where && joins(alert)),
    );
    // An incident whose alerts are not known here is left alone rather than taken for over.
    if (own.length === 0) return [];
    const step = follow(incident, own, fresh.has(where), now);
    const isSame = step.changes.length === 0 && JSON.stringify(step.incident) === JSON.stringify(incident);
    return isSame ? [] : [step];
  });
}

/** What somebody is called for joins an incident under way; what waits for working hours stays what it is. */
const joins = ({ urgency, partOf }: Alert): boolean => urgency === 'page' && partOf === null;
