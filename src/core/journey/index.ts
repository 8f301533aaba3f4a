// Synthetic transactions that prove a business service on the real Odoo.
export type { JourneyRun, JourneyStep, StepOutcome } from './journey.ts';
