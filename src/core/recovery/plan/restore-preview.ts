import type { Environment } from '../../estate/index.ts';
import type { RefusalReason, Seconds } from '../../kernel/index.ts';
import { planRestore, type RestorePlan, type RestoreView, type RestoreWish } from './restore-plan.ts';

/** Something that nobody does without having been agreed to. */
export interface RestoreAgreement extends RefusalReason {
  /** How much loss is to be agreed to; `null` where it is about something else. */
  readonly acceptLossSeconds: Seconds | null;
}

/** What a restore would do and what stands in its way, before anybody decides. */
export interface RestorePreview {
  /** As it would be once everything was agreed to; `undefined` where it cannot be done at all. */
  readonly plan: RestorePlan | undefined;
  readonly agreements: readonly RestoreAgreement[];
  /** Why it cannot be done, whatever is agreed to. */
  readonly refusals: readonly RefusalReason[];
}

/** Between an agreement and the moment from which nothing more is written, the source goes on: so long that may take. */
export const beginsWithinSeconds: Seconds = 900;

/** The loss to agree to: what there is now and what is written until it begins, in whole minutes. */
const lossToAgree = (seconds: Seconds): Seconds => Math.ceil((seconds + beginsWithinSeconds) / 60) * 60;

const lossCodes = ['INSTANT_NOT_EXACT', 'LOSS_EXCEEDS_RPO'];

/** What keeps a plan from being made that this wish has not agreed to. */
function missing(environment: Environment, wish: RestoreWish, view: RestoreView, plan: RestorePlan) {
  const { offSeconds } = plan.point;
  // Whoever has not agreed to the nearest backup is not told yet that it loses too much: both are asked for at once.
  const nearest = { ...wish, acceptLossSeconds: Math.max(wish.acceptLossSeconds ?? 0, offSeconds) };
  const answers = [wish, nearest].map((each) => planRestore(environment, each, view));
  const reasons = answers.flatMap((each) => (each.kind === 'refused' ? each.reasons : []));
  return reasons.filter(({ code }, index) => reasons.findIndex((each) => each.code === code) === index);
}

/** What a wish would come to, with what has to be agreed to first. Nothing is touched, and nothing is agreed to by it. */
export function previewRestore(environment: Environment, wish: RestoreWish, view: RestoreView): RestorePreview {
  const withoutSafetyBackup = wish.withoutSafetyBackup || !view.canTakeSafetyBackup;
  const agreed = { ...wish, acceptLossSeconds: Number.POSITIVE_INFINITY, withoutSafetyBackup };
  const plan = planRestore(environment, agreed, view);
  if (plan.kind === 'refused') return { plan: undefined, agreements: [], refusals: plan.reasons };
  const lossSeconds = lossToAgree(Math.max(plan.point.offSeconds, plan.lossSeconds ?? 0));
  const agreements = missing(environment, wish, view, plan).map((reason) => ({
    ...reason,
    acceptLossSeconds: lossCodes.includes(reason.code) ? lossSeconds : null,
  }));
  return { plan, agreements, refusals: [] };
}
