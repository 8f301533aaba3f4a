// What recurring work is due now, and how controllers share it.
export { type Look, lookAgainAfterSeconds, mostLooksAgain, waitBeforeLookingAgain } from './look-again.ts';
export { type DueWork, planDueWork, type RecurringWork, slotAt } from './schedule.ts';
export { type HeldLease, planShare, type SharePlan } from './share.ts';
