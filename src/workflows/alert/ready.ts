import { rerouteAfterSeconds } from '../../core/alert/index.ts';
import type { FindingDraft } from '../../core/observe/index.ts';
import { onCallFindings } from '../../core/oncall/index.ts';
import type { OutboxMessage } from '../../ports/alert-store.ts';
import { reconcileFindings } from '../reconcile-findings.ts';
import type { AlertDeps } from './dependencies.ts';

const recentMessages = 500;
/** What failed longer ago than this has been read, or never will be. */
const failedWithinHours = 24;

function undelivered({ id, channel, message, problem, attempts }: OutboxMessage): FindingDraft {
  return {
    key: `NOTIFICATION_UNDELIVERED/${id}`,
    code: 'NOTIFICATION_UNDELIVERED',
    severity: message.urgency === 'page' ? 'critical' : 'warning',
    environment: null,
    subject: `channel/${channel}`,
    reason: `${message.team} was not told by ${channel}: ${problem ?? 'no reason was given'}.`,
    action: 'Correct the channel, and tell them by other means meanwhile.',
    evidence: { channel, attempts, kind: message.kind, impact: message.impact },
  };
}

/** Keeps the findings on whether somebody would come: gaps on call, missing runbooks, messages that did not arrive (INC-07). */
export async function judgeReadiness(deps: AlertDeps): Promise<void> {
  const now = deps.clock.now();
  const since = now.subtract({ hours: failedWithinHours });
  const late = now.subtract({ seconds: rerouteAfterSeconds });
  const failed = (await deps.store.outbox.list({ limit: recentMessages })).filter(
    ({ state, settledAt, message, writtenAt, problem }) =>
      state === 'failed'
        ? settledAt !== null && Temporal.Instant.compare(settledAt, since) > 0
        : // A page that is still tried in vain has not arrived either.
          message.urgency === 'page' &&
          problem !== null &&
          state === 'waiting' &&
          Temporal.Instant.compare(writtenAt, late) < 0,
  );
  const drafts: readonly FindingDraft[] = [
    ...onCallFindings(deps.estate(), now).map(
      (found): FindingDraft => ({
        ...found,
        key: `${found.code}/${found.subject}`,
        severity: 'warning',
        evidence: {},
      }),
    ),
    ...failed.map(undelivered),
  ];
  // Of the estate and of each environment that has any, or had.
  const environments = new Set([null, ...deps.estate().environments.map(({ name }) => name)]);
  for (const environment of environments) {
    const own = drafts.filter((draft) => draft.environment === environment);
    await reconcileFindings(deps.store, { source: 'responding', environment }, own, deps.actor, now);
  }
}
