import { judgedNow, rankEnvironments, worstReason } from './judgement.ts';
import type { EnvironmentSummary, Health, Overview } from './resources.ts';
import { formatLength, instantOf, secondsBetween } from './time.ts';
import { zonedLabel } from './zoned.ts';

/** One of the three answers of the first screen. `tone` chooses mark and colour; `word` says it without either. */
export interface Answer {
  readonly question: string;
  readonly tone: Health;
  readonly word: string;
  readonly reason: string;
  readonly environment: string | undefined;
  /** Answered in full by the recovery of the estate. */
  readonly isRecovery?: boolean;
}

const count = (value: number, noun: string) => `${value} ${noun}${value === 1 ? '' : 's'}`;

function isShipping(environment: EnvironmentSummary): boolean {
  return environment.serviceClass === 'production' && environment.lifecycle === 'active';
}

function timeLeft(environment: EnvironmentSummary, now: Temporal.Instant): string {
  const next = environment.nextCutOff;
  if (next === null) return '';
  return ` ${formatLength(secondsBetween(now, instantOf(next.at)))} to ${next.name} at ${next.site}.`;
}

const missQuestion = 'Is any warehouse about to miss something?';

/** From the worst production environment: its own words, and the time it has left. */
export function answerMisses(overview: Overview, now: Temporal.Instant): Answer {
  const shipping = rankEnvironments(overview.environments.map((each) => judgedNow(each, now)).filter(isShipping));
  const worst = shipping[0];
  const base = { question: missQuestion, environment: worst?.name };
  if (worst === undefined) {
    return { ...base, tone: 'unknown', word: 'Cannot tell', reason: 'No active production environment is declared.' };
  }
  const said = `${worst.name}: ${worstReason(worst)?.summary ?? ''}`;
  const others = shipping.filter((each) => each.business.health === worst.business.health).length;
  if (worst.business.health === 'unhealthy') {
    const word = others === 1 ? 'Yes' : `Yes, ${others} of them`;
    return { ...base, tone: 'unhealthy', word, reason: `${said}${timeLeft(worst, now)}` };
  }
  if (worst.business.health === 'unknown') {
    return { ...base, tone: 'unknown', word: 'Cannot tell', reason: said };
  }
  const late = shipping.toSorted((left, right) => (right.backlog.lateCount ?? 0) - (left.backlog.lateCount ?? 0))[0];
  if (late !== undefined && (late.backlog.lateCount ?? 0) > 0) {
    const reason = `${late.name}: ${count(late.backlog.lateCount ?? 0, 'picking')} past the deadline.${timeLeft(late, now)}`;
    return { ...base, environment: late.name, tone: 'degraded', word: 'Some work is late', reason };
  }
  if (worst.business.health === 'degraded') {
    return { ...base, tone: 'degraded', word: 'It may', reason: `${said}${timeLeft(worst, now)}` };
  }
  return { ...base, environment: undefined, tone: 'healthy', word: 'No', reason: nothingLate(overview, now) };
}

function nothingLate(overview: Overview, now: Temporal.Instant): string {
  const next = overview.cutOffs[0];
  if (next === undefined) return 'Nothing is late, and no cut-off is declared.';
  return `Nothing is late. Next: ${next.name} at ${next.site}, ${zonedLabel(instantOf(next.at), now, next.timezone)}.`;
}

/** Only a restore that a drill has proven counts; a backup alone answers nothing. */
export function answerRecovery(overview: Overview): Answer {
  const { verifiedCount, environmentCount } = overview.recovery;
  const base = { question: 'Can we recover everything?', environment: undefined, isRecovery: environmentCount > 0 };
  if (environmentCount === 0) {
    return { ...base, tone: 'unknown', word: 'Nothing declared', reason: 'The estate has no environment yet.' };
  }
  if (verifiedCount === 0) {
    const reason = `No restore of the ${count(environmentCount, 'environment')} has been proven by a drill.`;
    return { ...base, tone: 'unknown', word: 'Not known', reason };
  }
  if (verifiedCount < environmentCount) {
    const reason = `${verifiedCount} of ${environmentCount} restores are proven by a drill; the others are not.`;
    return { ...base, tone: 'degraded', word: 'Not everything', reason };
  }
  const reason = `Each of the ${count(environmentCount, 'environment')} was restored by a drill to a serving Odoo.`;
  return { ...base, tone: 'healthy', word: 'Yes', reason };
}

/** From freezes and windows, environment by environment. A freeze is not a fault: it answers "not now", calmly. */
export function answerChanges({ changes, environments }: Overview, now: Temporal.Instant): Answer {
  const base = { question: 'May we change anything now?', environment: undefined };
  const { allowedCount, environmentCount, reasons, nextWindow: next } = changes;
  if (environmentCount === 0) {
    return { ...base, tone: 'unknown', word: 'Nothing declared', reason: 'The estate has no environment to change.' };
  }
  const until =
    next === null ? '' : ` Next: ${next.name} at ${next.site}, ${zonedLabel(instantOf(next.at), now, next.timezone)}.`;
  if (changes.isAllowed) {
    return { ...base, tone: 'healthy', word: 'Yes', reason: `No freeze is active, and no window is missed.${until}` };
  }
  const why = `${reasons.join(' ')}${until}`;
  if (allowedCount === 0) return { ...base, tone: 'degraded', word: 'Not now', reason: why };
  const first = environments.find((each) => !each.change.isAllowed && each.lifecycle !== 'retired');
  const reason = `${allowedCount} of ${environmentCount} environments may be changed. ${why}`;
  return { ...base, environment: first?.name, tone: 'degraded', word: 'Not everywhere', reason };
}

/** The three answers, in the order they are asked. */
export function threeAnswers(overview: Overview, now: Temporal.Instant): readonly Answer[] {
  return [answerMisses(overview, now), answerRecovery(overview), answerChanges(overview, now)];
}
