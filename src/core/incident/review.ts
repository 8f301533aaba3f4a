import { type Refusal, type RefusalReason, refuse } from '../kernel/index.ts';
import type { Incident, ReviewAction } from './incident.ts';
import type { Worked } from './work.ts';

const notInReview = ({ state }: Incident): Refusal =>
  refuse({
    code: 'INCIDENT_NOT_IN_REVIEW',
    message: state === 'closed' ? 'The incident is closed.' : 'The incident is not over yet.',
    hint: 'It goes into review by itself when the last of its alerts is over.',
  });

/** What was learnt, in the words of whoever looks back. */
export function writeReview(incident: Incident, summary: string): Worked {
  if (incident.state !== 'review') return notInReview(incident);
  return { kind: 'done', incident: { ...incident, review: { ...incident.review, summary } } };
}

/** Something to do so that it does not happen again. */
export function addAction(incident: Incident, action: Pick<ReviewAction, 'id' | 'text' | 'owner' | 'due'>): Worked {
  if (incident.state !== 'review') return notInReview(incident);
  const open = { ...action, evidence: null, closedBy: null, closedAt: null };
  const review = { ...incident.review, actions: [...incident.review.actions, open] };
  return { kind: 'done', incident: { ...incident, review } };
}

/** An action is closed by what shows that it was done; a word alone keeps it open (INC-06). */
export function closeAction(
  incident: Incident,
  id: string,
  evidence: string,
  who: string,
  now: Temporal.Instant,
): Worked {
  const action = incident.review.actions.find((each) => each.id === id);
  if (action === undefined) {
    return refuse({
      code: 'ACTION_UNKNOWN',
      message: `The review has no action ${id}.`,
      hint: 'Show the incident: it lists them.',
    });
  }
  if (action.closedAt !== null) {
    return refuse({
      code: 'ACTION_CLOSED',
      message: `It was closed by ${action.closedBy}.`,
      hint: 'Add another action where more is to be done.',
    });
  }
  if (!isEvidence(evidence)) {
    return refuse({
      code: 'EVIDENCE_MISSING',
      message: 'An action is closed by evidence, not by a word.',
      hint: 'Give the address of what shows it (a change, a ticket), or a ledger entry or drill such as ledger/4711.',
    });
  }
  const closed = { ...action, evidence: evidence.trim(), closedBy: who, closedAt: now };
  const actions = incident.review.actions.map((each) => (each === action ? closed : each));
  return { kind: 'done', incident: { ...incident, review: { ...incident.review, actions } } };
}

/** The record of ours that evidence names, such as `ledger/4711`; `undefined` for an address elsewhere. */
export function recordNamed(evidence: string): { readonly kind: string; readonly id: string } | undefined {
  const [, kind, id] = /^(ledger|drill|finding|alert|backup|journey)\/([\w.:-]+)$/.exec(evidence.trim()) ?? [];
  return kind === undefined || id === undefined ? undefined : { kind, id };
}

/** Something that can be looked up: an address, or a record of ours. */
function isEvidence(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text.trim()) || recordNamed(text) !== undefined;
}

/** Closes it: only after the review, with somebody who led it, and with nothing left to do. */
export function closeIncident(incident: Incident, now: Temporal.Instant): Worked {
  if (incident.state !== 'review') return notInReview(incident);
  const open = incident.review.actions.filter(({ closedAt }) => closedAt === null);
  const reasons: RefusalReason[] = [];
  if (incident.roles.lead === undefined) {
    reasons.push({
      code: 'LEAD_MISSING',
      message: 'Nobody led it.',
      hint: 'Assign the role lead: somebody answers for the review.',
    });
  }
  if (incident.review.summary === null) {
    reasons.push({
      code: 'REVIEW_MISSING',
      message: 'The review is not written.',
      hint: 'Write what happened and what was learnt.',
    });
  }
  if (open.length > 0) {
    const message = `${open.length} of ${incident.review.actions.length} actions are open.`;
    reasons.push({ code: 'ACTIONS_OPEN', message, hint: 'Close each with its evidence.' });
  }
  return reasons.length > 0
    ? refuse(...reasons)
    : { kind: 'done', incident: { ...incident, state: 'closed', closedAt: now } };
}
