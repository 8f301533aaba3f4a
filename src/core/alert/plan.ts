import type { Estate, Team } from '../estate/index.ts';
import { quietUntil } from '../oncall/index.ts';
import type { Alert, AlertDraft, Notice } from './alert.ts';
import { leadByCause } from './common-cause.ts';
import { ladderOf } from './ladder.ts';
import type { AlertUrgency } from './weigh.ts';

/** What becomes of one alert at one look. */
export interface AlertStep {
  readonly alert: Alert;
  /** What happened to it that is worth a word in the ledger; nothing where it is only still there. */
  readonly changes: readonly ('opened' | 'worsened' | 'repeated' | 'resolved' | 'escalated')[];
  readonly notices: readonly Notice[];
}

/** What can wait is told only when it has lasted: half of it is over by then. */
export const ticketHoldSeconds = 120;
/** An alert is over when nothing has signalled it for this long … */
export const clearHoldSeconds = 45;
/** … and one that comes and goes takes longer each time, up to this. */
export const longestClearHoldSeconds = 900;

const urgencyRank: readonly (AlertUrgency | null)[] = [null, 'note', 'ticket', 'page'];
const isStronger = (a: AlertUrgency, b: AlertUrgency | null): boolean =>
  urgencyRank.indexOf(a) > urgencyRank.indexOf(b);

function fresh(draft: AlertDraft, id: string, now: Temporal.Instant): Alert {
  return {
    ...draft,
    ...{ id, openedAt: now, lastSeenAt: now, clearSince: null, resolvedAt: null, repeats: 0, level: 0 },
    ...{
      acknowledgedAt: null,
      acknowledgedBy: null,
      toldUrgency: null,
      toldAt: null,
      followedUntil: null,
      incident: null,
    },
  };
}

function seen(known: Alert, draft: AlertDraft, now: Temporal.Instant): Alert {
  const isBack = known.clearSince !== null;
  // It began when it first began, not when a part of it was noticed again.
  const startedAt = Temporal.Instant.compare(known.startedAt, draft.startedAt) < 0 ? known.startedAt : draft.startedAt;
  const isReleased = known.partOf !== null && draft.partOf === null;
  return {
    ...known,
    ...draft,
    followedUntil: draft.partOf === null ? (isReleased ? now : known.followedUntil) : null,
    startedAt,
    lastSeenAt: now,
    clearSince: null,
    repeats: known.repeats + (isBack ? 1 : 0),
  };
}

/** What followed from an outage takes its time to recover; only a cut-off does not wait. */
export const outlivedSeconds = 600;

function isHeldBack({ partOf, followedUntil, theme }: Alert, now: Temporal.Instant): boolean {
  if (partOf !== null) return true;
  if (followedUntil === null || theme.startsWith('cut-off/')) return false;
  return now.since(followedUntil).total('seconds') < outlivedSeconds;
}

/** Tells whoever is to know, once: again only when it has become more urgent. */
function tell(alert: Alert, now: Temporal.Instant): { readonly alert: Alert; readonly notices: readonly Notice[] } {
  const { urgency, toldUrgency } = alert;
  const isRipe = urgency === 'page' || now.since(alert.openedAt).total('seconds') >= ticketHoldSeconds;
  // Who took the incident that it belongs to has it already.
  const isTakenUntold = toldUrgency === null && alert.acknowledgedAt !== null;
  if (urgency === 'note' || isTakenUntold || isHeldBack(alert, now) || !isRipe || !isStronger(urgency, toldUrgency)) {
    return { alert, notices: [] };
  }
  const kind = toldUrgency === null ? 'firing' : 'worse';
  return { alert: { ...alert, toldUrgency: urgency, toldAt: now }, notices: [{ kind, level: alert.level, urgency }] };
}

/** From when a team can be taken to have been told: what can wait reaches nobody before the end of their quiet hours. */
const reachedAt = (alert: Alert, team: Team, told: Temporal.Instant): Temporal.Instant =>
  alert.toldUrgency === 'page' ? told : (quietUntil(team.quietHours, told) ?? told);

/** What nobody has taken goes one step up when its time is over; at the top it stays (SLO-05). Tickets only where declared. */
function escalate(alert: Alert, estate: Pick<Estate, 'teams'>, now: Temporal.Instant): AlertStep | undefined {
  const { toldUrgency } = alert;
  if (toldUrgency === null || alert.acknowledgedAt !== null || alert.toldAt === null) return undefined;
  const ladder = ladderOf(estate, alert.owner);
  const team = ladder[alert.level];
  const next = alert.level + 1;
  const after = toldUrgency === 'page' ? team?.escalateAfterSeconds : team?.escalateTicketsAfterSeconds;
  if (team === undefined || after === undefined || next >= ladder.length) return undefined;
  if (now.since(reachedAt(alert, team, alert.toldAt)).total('seconds') < after) return undefined;
  return {
    alert: { ...alert, level: next, toldAt: now },
    changes: ['escalated'],
    notices: [{ kind: 'escalation', level: next, urgency: toldUrgency }],
  };
}

function stepFor(
  before: Alert | undefined,
  draft: AlertDraft,
  id: () => string,
  estate: Pick<Estate, 'teams'>,
  now: Temporal.Instant,
): AlertStep {
  const current = before === undefined ? fresh(draft, id(), now) : seen(before, draft, now);
  const told = tell(current, now);
  const changes: AlertStep['changes'][number][] = [];
  if (before === undefined) changes.push('opened');
  else if (current.repeats > before.repeats) changes.push('repeated');
  if (before !== undefined && isStronger(draft.urgency, before.urgency)) changes.push('worsened');
  const up = told.notices.length > 0 ? undefined : escalate(told.alert, estate, now);
  if (up === undefined) return { alert: told.alert, changes, notices: told.notices };
  return { alert: up.alert, changes: [...changes, ...up.changes], notices: up.notices };
}

function clearing(known: Alert, now: Temporal.Instant): AlertStep | undefined {
  const clearSince = known.clearSince ?? now;
  const hold = Math.min(longestClearHoldSeconds, clearHoldSeconds * 2 ** known.repeats);
  if (now.since(clearSince).total('seconds') < hold) {
    return known.clearSince === null ? { alert: { ...known, clearSince }, changes: [], notices: [] } : undefined;
  }
  const notices: readonly Notice[] =
    known.toldUrgency === null ? [] : [{ kind: 'resolved', level: known.level, urgency: known.toldUrgency }];
  return { alert: { ...known, clearSince, resolvedAt: now }, changes: ['resolved'], notices };
}

/**
 * What becomes of the alerts: which open, repeat, worsen, go up the ladder and end, and who is told. Firing again and again
 * makes one notification (SLO-06). What nothing has changed in answers nothing, apart from what is seen of it.
 */
export function planAlerts(
  open: readonly Alert[],
  drafts: readonly AlertDraft[],
  estate: Pick<Estate, 'teams'>,
  now: Temporal.Instant,
  newId: () => string,
): readonly AlertStep[] {
  const known = new Map(open.map((alert) => [alert.key, alert]));
  const firing = new Set(drafts.map(({ key }) => key));
  return [
    ...leadByCause(drafts, open).map((draft) => stepFor(known.get(draft.key), draft, newId, estate, now)),
    ...open.filter(({ key }) => !firing.has(key)).flatMap((alert) => clearing(alert, now) ?? []),
  ];
}

/** Somebody has it: nobody else is called for it. Taking it twice changes nothing. */
export function acknowledge(alert: Alert, who: string, now: Temporal.Instant): Alert {
  if (alert.acknowledgedAt !== null || alert.resolvedAt !== null) return alert;
  return { ...alert, acknowledgedAt: now, acknowledgedBy: who };
}
