import { isDatedAhead } from '../../kernel/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import { goodAttempts } from '../attempt.ts';
import { median } from '../figures/growth.ts';
import { judgeFeasibility, type MeasuredRestore } from '../plan/feasibility.ts';
import { contentFindings } from './content.ts';
import { secondsBetween } from './draft.ts';
import { keyFindings } from './keys.ts';
import { paperFindings } from './paper.ts';
import { placeFindings } from './places.ts';
import { proofFindings } from './proof.ts';
import { datedAheadFindings, punctualityFindings } from './punctuality.ts';
import { storageFindings } from './storage.ts';
import type { RecoveryView } from './view.ts';
import { walFindings } from './wal.ts';

const recentBackups = 5;

/** Everything that is wrong with the recovery of one environment, each with its reason, evidence and way out. */
export function recoveryFindings(all: RecoveryView): readonly FindingDraft[] {
  const isPlausible = ({ finishedAt }: { readonly finishedAt: Temporal.Instant }) => !isDatedAhead(finishedAt, all.now);
  const view = { ...all, history: all.history.filter(isPlausible), drills: all.drills.filter(isPlausible) };
  return [
    ...datedAheadFindings(all),
    ...punctualityFindings(view),
    ...contentFindings(view),
    ...walFindings(view),
    ...placeFindings(view),
    ...storageFindings(view.environment),
    ...proofFindings(view),
    ...keyFindings(view),
  ];
}

/** The restores that drills have measured, of backups whose size is known, oldest first. */
function measuredRestores({ drills, history }: RecoveryView): readonly MeasuredRestore[] {
  const sizes = new Map(
    history.flatMap(({ id, content }) =>
      content === undefined ? [] : [[id, content.sourceBytes + content.filestoreBytes] as const],
    ),
  );
  return drills
    .toSorted((a, b) => Temporal.Instant.compare(a.finishedAt, b.finishedAt))
    .flatMap(({ verdict, backup, rtoAchievedSeconds }) => {
      const bytes = sizes.get(backup);
      if (verdict !== 'verified' || rtoAchievedSeconds === null || bytes === undefined) return [];
      return [{ bytes, seconds: rtoAchievedSeconds }];
    });
}

/** The findings of a look, and what of the objectives cannot be kept even on paper, by the figures there are (DRP-02). */
export function assessRecovery(view: RecoveryView): readonly FindingDraft[] {
  const { environment, plan, now, history } = view;
  const good = goodAttempts(history).slice(-recentBackups);
  const content = good.findLast((attempt) => attempt.content !== undefined)?.content;
  const seconds = good.map(({ startedAt, finishedAt }) => secondsBetween(startedAt, finishedAt));
  // What stands in for the declared method is what is judged.
  const isStandIn = environment.backup.method === 'physical' && plan.method === 'logical';
  const judged = isStandIn
    ? { ...environment, backup: { ...environment.backup, method: 'logical' as const } }
    : environment;
  const feasibility = judgeFeasibility({
    environment: judged,
    now,
    backupSeconds: seconds.length === 0 ? undefined : median(seconds),
    databaseBytes: content?.sourceBytes,
    filestoreBytes: content?.filestoreBytes,
    restores: measuredRestores(view),
  });
  return [...recoveryFindings(view), ...paperFindings(environment, feasibility)];
}
