// Judgement: from what was seen to the two answers on an environment's health, and the findings they give.
export { healthCodes } from './codes.ts';
export { healthFindings, unreadFindings } from './findings.ts';
export type { CutOffFact, JudgeInput } from './input.ts';
export { asOf, causeRank, judge } from './judge.ts';
