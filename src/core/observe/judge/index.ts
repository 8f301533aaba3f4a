// Judgement: from what was seen to the two answers on an environment's health, and the findings they give.
export { healthFindings, unreadFindings } from './findings.ts';
export type { CutOffFact, JudgeInput } from './input.ts';
export { asOf, judge } from './judge.ts';
