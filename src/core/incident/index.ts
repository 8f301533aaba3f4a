// Incidents: from detection to closure, what they cost, what is learnt from them.
export {
  actionName,
  approvalsFor,
  blockingSession,
  checkLimit,
  runsOf,
  type SessionName,
} from './action.ts';
export { type Template, templatesFor } from './communication.ts';
export { type ChangeFact, estimateFaultStart, suspectSeconds } from './fault-start.ts';
export { figuresOf, type IncidentFigures, type Interpretation, interpretFigures, type Mean } from './figures.ts';
export {
  type ActionRequest,
  type Boundary,
  boundaries,
  type Communication,
  type EnvironmentImpact,
  type FaultStart,
  type Impact,
  type Incident,
  type IncidentRole,
  type IncidentSeverity,
  type IncidentState,
  incidentRoles,
  incidentStates,
  type ReviewAction,
  type Running,
  type StepDone,
} from './incident.ts';
export { type IncidentStep, planIncidents, severityOf } from './plan.ts';
export { addAction, closeAction, closeIncident, recordNamed, writeReview } from './review.ts';
export {
  channelsTo,
  confirmationFor,
  headline,
  planCommunication,
  type WantedCommunication,
} from './send.ts';
export {
  askOrApprove,
  assignRole,
  beginRun,
  mayRun,
  moveBoundary,
  nextStep,
  recordCommunication,
  recordStep,
  takeIncident,
  type Worked,
} from './work.ts';
