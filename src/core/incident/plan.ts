import { type Alert, commonCause } from '../alert/index.ts';
import { type ChangeFact, estimateFaultStart } from './fault-start.ts';
import { impactOf, totalImpact, withImpacts } from './impact.ts';
import type { Incident, IncidentSeverity } from './incident.ts';

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

function openFrom(alert: Alert, id: string, changes: readonly ChangeFact[], now: Temporal.Instant): Incident {
  const place = alert.environment === null ? '' : ` (${alert.environment})`;
  return {
    ...{ id, title: `${alert.code} on ${alert.subject}${place}`, environment: alert.environment, state: 'open' },
    severity: severityOf(alert),
    cause: { code: alert.code, subject: alert.subject, summary: alert.summary },
    owner: alert.owner,
    boundary: alert.theme.startsWith('partner/') ? 'partner' : 'ours',
    ...{ roles: {}, runbook: alert.runbook, alerts: [], environments: [], holds: [] },
    ...{ impact: totalImpact([impactOf(alert)]), impacts: [impactOf(alert)] },
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

/** What no two incidents under way are both about: the environment where one began, and what its live alerts may come from. */
function holdsOf(
  { environment }: Incident,
  live: readonly Alert[],
  heldByOthers: ReadonlySet<string>,
): readonly string[] {
  const shared = live.flatMap(({ mayComeFrom }) => mayComeFrom).filter((id) => !heldByOthers.has(id));
  return [`within/${environment ?? ''}`, ...new Set(shared.toSorted())];
}

/** What follows from another alert of the same environment counts the same orders once more. */
const isFollower = ({ partOf, environment }: Alert): boolean => partOf?.startsWith(`${environment ?? ''}/`) === true;

interface Followed {
  readonly incident: Incident;
  readonly own: readonly Alert[];
  readonly isNew: boolean;
}

function follow(
  { incident, own, isNew }: Followed,
  heldByOthers: ReadonlySet<string>,
  now: Temporal.Instant,
): IncidentStep {
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
  const impacts = withImpacts(incident.impacts, live.filter((alert) => !isFollower(alert)).map(impactOf));
  return {
    incident: {
      ...incident,
      ...{ severity, roles, alerts: [...incident.alerts, ...joined], impacts, impact: totalImpact(impacts) },
      environments: [...new Set([...incident.environments, ...own.flatMap(({ environment }) => environment ?? [])])],
      holds: isOver ? [] : holdsOf(incident, live, heldByOthers),
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

/** What somebody is called for belongs to an incident; what waits for working hours stays what it is. */
const belongs = (alert: Alert): boolean =>
  alert.urgency === 'page' && alert.incident === null && alert.resolvedAt === null && !isFollower(alert);

/** The incident that an alert belongs to: one with which it may have a cause in common, else that of its environment. */
function homeOf(alert: Alert, underWay: readonly Followed[]): number {
  const byCause = underWay.findIndex(({ own }) =>
    own.some((each) => each.resolvedAt === null && commonCause(each, alert) !== undefined),
  );
  return byCause >= 0 ? byCause : underWay.findIndex(({ incident }) => incident.environment === alert.environment);
}

/**
 * Incidents from alerts: one that pages opens one; what happens in the same environment meanwhile joins it, and so does what may
 * have the same cause in another; when the last of its alerts is over, it goes into review by itself. Nothing that has not
 * changed is answered.
 */
export function planIncidents(
  incidents: readonly Incident[],
  alerts: readonly Alert[],
  changesIn: (environment: string | null) => readonly ChangeFact[],
  now: Temporal.Instant,
  newId: () => string,
): readonly IncidentStep[] {
  const underWay: Followed[] = incidents
    .filter(isUnderWay)
    .toSorted((a, b) => Temporal.Instant.compare(a.detectedAt, b.detectedAt) || a.id.localeCompare(b.id))
    .map((incident) => ({ incident, own: alerts.filter(({ id }) => incident.alerts.includes(id)), isNew: false }));
  // Those that lead come first, so that there is something to join for those that follow from them.
  const waiting = alerts.filter(belongs).toSorted((a, b) => Number(a.partOf !== null) - Number(b.partOf !== null));
  for (const alert of waiting) {
    const place = homeOf(alert, underWay);
    const home = underWay[place];
    if (home !== undefined) underWay[place] = { ...home, own: [...home.own, alert] };
    else if (alert.partOf === null)
      underWay.push({
        incident: openFrom(alert, newId(), changesIn(alert.environment), now),
        own: [alert],
        isNew: true,
      });
  }
  const held = new Set(underWay.filter(({ own }) => own.length === 0).flatMap(({ incident }) => incident.holds));
  return underWay.flatMap((each): readonly IncidentStep[] => {
    // An incident whose alerts are not known here is left alone rather than taken for over.
    const step = each.own.length === 0 ? undefined : follow(each, held, now);
    for (const id of step?.incident.holds ?? []) held.add(id);
    const isSame = step?.changes.length === 0 && JSON.stringify(step.incident) === JSON.stringify(each.incident);
    return step === undefined || isSame ? [] : [step];
  });
}
