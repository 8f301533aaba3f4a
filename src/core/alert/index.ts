// Alerts that mean something: from signals to who must do what, ranked by what the business loses and when.
export type { Alert, AlertDraft, AlertPart, Notice } from './alert.ts';
export { commonCause, commonCauseSeconds } from './common-cause.ts';
export { detoursOf, planFallback, rerouteAfterSeconds } from './fallback.ts';
export { byWeight, draftAlerts, type Picture } from './group.ts';
export { bodyOf, subjectOf } from './message-words.ts';
export { type Noise, type NoiseOf, noiseOf } from './noise.ts';
export { type Message, type OutboxDraft, planMessages, type Unreached } from './notify.ts';
export {
  type AlertStep,
  acknowledge,
  clearHoldSeconds,
  longestClearHoldSeconds,
  outlivedSeconds,
  planAlerts,
  ticketHoldSeconds,
} from './plan.ts';
export { ownerOf, type Response, responseTo, runbookFor } from './responders.ts';
export {
  type AlertClass,
  type AlertSignal,
  alertClasses,
  type Deadline,
  type Evidence,
  type Exposure,
  type SignalSource,
  secondsLeft,
} from './signal.ts';
export {
  type ExternalAlert,
  type ForecastFact,
  operationTheme,
  signalsFromAlertmanager,
  signalsFromFindings,
  signalsFromForecasts,
  signalsFromVerdicts,
} from './sources.ts';
export { type Unanswered, unansweredSignals } from './unanswered.ts';
export { type AlertUrgency, criticalityOf, urgencyOf, type Weight, weigh, worstClass } from './weigh.ts';
export { cutOffTitle, deadlineTime, impactOnCutOff, itemWord, leftWords } from './words.ts';
