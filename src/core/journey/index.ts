// Synthetic transactions that prove a business service on the real Odoo.
export { findJourney, journeys } from './catalogue.ts';
export {
  cleanUpDeadlineSeconds,
  type JourneyActor,
  type JourneyDefinition,
  type JourneyInput,
} from './definition.ts';
export { shipOrderOn } from './definitions/ship-order.ts';
export type { InstallInput } from './install/input.ts';
export { type Installation, installScript, installSteps } from './install/install.ts';
export type { JourneyRun, JourneyStep, StepOutcome } from './journey.ts';
export { journeyMetrics, samplesOf } from './samples.ts';
export { findGround, type Ground, groundOf, synthetic } from './synthetic-company.ts';
export { cleanUpStep, type Ending, heldBackBy, holdBackSeconds, judge, type Verdict, withSkipped } from './verdict.ts';
