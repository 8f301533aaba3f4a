import {
  type Alert,
  type AlertStep,
  detoursOf,
  draftAlerts,
  planAlerts,
  planMessages,
} from '../../core/alert/index.ts';
import type { LedgerData } from '../../core/ledger/index.ts';
import type { Store } from '../../ports/store.ts';
import { followIncidents } from '../incident/follow.ts';
import type { AlertDeps } from './dependencies.ts';
import { gatherExposures, gatherSignals } from './gather.ts';

const mostOpen = 10_000;
const mostMessages = 200;
/** What has only been seen again is written this rarely. */
const freshenSeconds = 15;

/** What one look did. */
export interface AlertLook {
  readonly open: number;
  readonly changed: number;
  readonly messages: number;
}

/** What the ledger keeps of an alert: enough to tell the story without it. */
export function factsOf(alert: Alert): LedgerData {
  const { environment, code, class: own, urgency, impact, summary, owner, startedAt } = alert;
  const started = startedAt.toString({ smallestUnit: 'second' });
  return { environment, code, class: own, urgency, impact, reason: summary, owner, startedAt: started };
}

function isWorthWriting(step: AlertStep, before: Alert | undefined): boolean {
  const { alert, changes, notices } = step;
  if (before === undefined || changes.length > 0 || notices.length > 0) return true;
  const hasTurned = (before.clearSince === null) !== (alert.clearSince === null) || before.partOf !== alert.partOf;
  return hasTurned || alert.lastSeenAt.since(before.lastSeenAt).total('seconds') >= freshenSeconds;
}

/** The alerts as they are after the steps, those included that are over with them. */
function afterSteps(open: readonly Alert[], steps: readonly AlertStep[]): readonly Alert[] {
  const stepped = new Map(steps.map(({ alert }) => [alert.id, alert]));
  return [...stepped.values(), ...open.filter(({ id }) => !stepped.has(id))];
}

async function record(deps: AlertDeps, store: Store, step: AlertStep, now: Temporal.Instant): Promise<number> {
  const alert = step.alert.id;
  const subject = `alert/${alert}`;
  for (const change of step.changes) {
    await store.ledger.append({ actor: deps.actor, type: `alert.${change}`, subject, data: factsOf(step.alert) }, now);
  }
  let written = 0;
  for (const notice of step.notices) {
    const detours =
      notice.kind === 'resolved' ? detoursOf(await store.outbox.list({ alert, limit: mostMessages })) : [];
    const { drafts, unreached } = planMessages(deps.estate(), step.alert, notice, now, detours);
    written += await store.outbox.write(drafts, now);
    const to = drafts.map(({ channel, message }) => `${message.team} by ${channel}`);
    const missed = unreached === null ? {} : { unreached: `${unreached.team ?? 'nobody'}: ${unreached.reason}` };
    const data = { kind: notice.kind, urgency: notice.urgency, level: notice.level, to, ...missed };
    await store.ledger.append({ actor: deps.actor, type: 'alert.told', subject, data }, now);
  }
  return written;
}

/**
 * One look: from what signals to what becomes of alerts and who is told. Everything is decided and written in one
 * transaction under one lock, messages included: a controller that dies in it has done nothing, and another does it all.
 */
export async function lookAtAlerts(deps: AlertDeps): Promise<AlertLook> {
  const estate = deps.estate();
  const before = await gatherSignals(deps.store, estate, deps.clock.now());
  const exposures = await gatherExposures(deps, estate, before, deps.clock.now());
  return deps.store.transaction(async (store) => {
    await store.alerts.lock();
    // Under the lock, so that a look that waited for another decides on what is true now.
    const now = deps.clock.now();
    const signals = await gatherSignals(store, estate, now);
    const open = await store.alerts.list({ includeResolved: false, limit: mostOpen });
    const drafts = draftAlerts({ estate, signals, exposures, now });
    const steps = planAlerts(open, drafts, estate, now, deps.newId);
    const known = new Map(open.map((alert) => [alert.id, alert]));
    const incidents = await followIncidents(deps, store, afterSteps(open, steps), now);
    const worth = steps.filter(
      (step) => incidents.has(step.alert.id) || isWorthWriting(step, known.get(step.alert.id)),
    );
    await store.alerts.put(
      worth.map(({ alert }) => ({ ...alert, incident: incidents.get(alert.id) ?? alert.incident })),
    );
    let messages = 0;
    for (const step of worth) messages += await record(deps, store, step, now);
    const changed = worth.filter(({ changes }) => changes.length > 0).length;
    return { open: drafts.length, changed, messages };
  });
}
