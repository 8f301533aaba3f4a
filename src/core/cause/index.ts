// What may stand behind a delay or a backlog that rises, ranked, with what speaks for each: a fold over what was recorded.
export { type LikelyCause, likelyCauses } from './causes.ts';
export type { CauseFacts, CauseKind, ChangeSeen, FindingSeen } from './facts.ts';
export { interpret } from './interpret.ts';
export { type IndicatorSeries, type Rising, risingIndicators, risingsOf, usualSeconds } from './rising.ts';
