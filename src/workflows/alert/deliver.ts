import { planFallback, rerouteAfterSeconds } from '../../core/alert/index.ts';
import type { Estate } from '../../core/estate/index.ts';
import { withoutStop } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { Attempt, OutboxMessage } from '../../ports/alert-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery, Notifier } from '../../ports/notifier.ts';
import type { Store } from '../../ports/store.ts';

export interface DeliverDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly notifier: Notifier;
  readonly estate: () => Estate;
  readonly actor: Actor;
}

const batch = 20;
const mostWays = 200;
/** One attempt takes at most this long … */
export const attemptSeconds = 20;
/** … and a message belongs to its sender for this long: then its sender is taken for dead. */
export const claimSeconds = 60;
const firstWaitSeconds = 5;
const longestWaitSeconds = 600;
/** What could not be delivered by then is worth nothing to whoever would get it. */
export const giveUpAfterSeconds = 24 * 3_600;
export const mostAttempts = 160;

/** When to try again: soon at first, then more rarely, and not for ever. */
export function afterAttempt(message: OutboxMessage, delivery: Delivery, now: Temporal.Instant): Attempt {
  if (delivery.kind === 'accepted') return { kind: 'sent' };
  const { problem } = delivery;
  const isOld = now.since(message.writtenAt).total('seconds') > giveUpAfterSeconds;
  if (delivery.isFinal || isOld || message.attempts >= mostAttempts) return { kind: 'failed', problem };
  const wait = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** Math.min(20, message.attempts - 1));
  return { kind: 'again', dueAt: now.add({ seconds: wait }), problem };
}

const brief = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300);

async function attempt(deps: DeliverDeps, message: OutboxMessage): Promise<Delivery> {
  const channel = deps.estate().channels.find(({ name }) => name === message.channel);
  if (channel === undefined) {
    return { kind: 'refused', problem: `the channel ${message.channel} is declared no more`, isFinal: true };
  }
  try {
    return await deps.notifier.send(channel, message, AbortSignal.timeout(attemptSeconds * 1_000));
  } catch (error) {
    return { kind: 'refused', problem: brief(error instanceof Error ? error.message : String(error)), isFinal: false };
  }
}

/** Whether a message has failed for so long that it goes another way. */
const isOverdue = ({ writtenAt }: OutboxMessage, now: Temporal.Instant): boolean =>
  now.since(writtenAt).total('seconds') >= rerouteAfterSeconds;

/** A page that does not arrive goes to another channel, or to the next team, once for each way that fails. */
async function reroute(
  deps: DeliverDeps,
  store: Store,
  failing: OutboxMessage,
  problem: string,
  now: Temporal.Instant,
): Promise<void> {
  const { alert, kind, team } = failing.message;
  const known = await store.outbox.list({ alert, limit: mostWays });
  const isLost = known.find(({ id }) => id === failing.id)?.state === 'failed';
  if (!isLost && !isOverdue(failing, now)) return;
  const reason = withoutStop(problem);
  const used = known.map(({ channel, message }) => ({ team: message.team, channel }));
  const draft = planFallback(deps.estate(), { ...failing, problem: reason }, used, now);
  if (draft === undefined || known.some(({ dedupeKey }) => dedupeKey.endsWith(`/for/${failing.id}`))) return;
  const written = await store.outbox.write([{ ...draft, dedupeKey: `${draft.dedupeKey}/for/${failing.id}` }], now);
  if (written === 0) return;
  const data = { kind, team: draft.message.team, channel: draft.channel, from: failing.channel, instead: team, reason };
  await store.ledger.append({ actor: deps.actor, type: 'notification.rerouted', subject: `alert/${alert}`, data }, now);
}

async function deliver(deps: DeliverDeps, message: OutboxMessage): Promise<void> {
  const delivery = await attempt(deps, message);
  const now = deps.clock.now();
  const outcome = afterAttempt(message, delivery, now);
  await deps.store.transaction(async (store) => {
    await store.outbox.settle(message.id, outcome, now);
    if (outcome.kind !== 'sent') await reroute(deps, store, message, outcome.problem, now);
    if (outcome.kind === 'again') return;
    const { channel, attempts, recipients } = message;
    const { kind, alert, team } = message.message;
    const failed = outcome.kind === 'failed' ? { reason: outcome.problem } : {};
    const data = { message: message.id, kind, team, channel, attempts, recipients: recipients.length, ...failed };
    const draft = {
      actor: deps.actor,
      type: `notification.${outcome.kind}`,
      subject: `${kind === 'communication' ? 'incident' : 'alert'}/${alert}`,
      data,
    };
    await store.ledger.append(draft, now);
  });
}

/**
 * Sends what is due; answers how many attempts were made. At least once: whoever dies between sending and writing it down
 * leaves a message that another sends again, under the same id.
 */
export async function deliverDue(deps: DeliverDeps): Promise<number> {
  const now = deps.clock.now();
  const due = await deps.store.outbox.claim({ now, until: now.add({ seconds: claimSeconds }), limit: batch });
  // Side by side: a mail server that hangs holds up no pager.
  await Promise.all(due.map((message) => deliver(deps, message)));
  return due.length;
}
