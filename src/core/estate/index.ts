// The declared estate: schema, parsing with places, the resolved model, calendars and the dependency graph.
export { type BacklogKind, backlogKindOf } from './backlog.ts';
export { type ChangeAnswer, mayChange, type OpenEvent } from './calendar/changes.ts';
export { type Occurrence, occurrences } from './calendar/occurrences.ts';
export {
  activePeak,
  activeProfile,
  type CalendarEntry,
  calendarOf,
  describeOccurrence,
  type FreezeAnswer,
  isFrozen,
  momentAt,
  nextCutOff,
  nextOccurrence,
  openWindows,
  type SiteMoment,
} from './calendar/questions.ts';
export { redactLine } from './check/secrets.ts';
export { type DeclarationChange, declarationChanges } from './declaration-changes.ts';
export { type DiagnosticCode, diagnose, diagnosticCatalogue } from './diagnostic-catalogue.ts';
export { buildGraph, type DependencyGraph, type Edge, type Element, type ElementKind } from './graph/graph.ts';
export { affects, findElement, type Lookup, needs, type Reached } from './graph/reach.ts';
export { estateJsonSchema } from './json-schema.ts';
export { type LifecycleTransition, nextStates, type SeenHealth, transition, transitionAfterLook } from './lifecycle.ts';
export type * from './model.ts';
export { integrationsIn, type NamedIntegration } from './named-integrations.ts';
export { type ParsedEstate, parseEstate } from './parse.ts';
export { thresholdsAt } from './peak-thresholds.ts';
export type { EstateFile } from './read/documents.ts';
export { didYouMean } from './read/words.ts';
export { findIntegrations, type IntegrationQuery } from './register.ts';
export { classDefaults } from './resolve/class-defaults.ts';
export { type BackupPlaces, backupPlaces } from './resolve/repository.ts';
export { isDisruptive } from './responding.ts';
export { platformParts } from './schema/environment.ts';
export { checkAnswer, type StarterAnswers, starterDefaults, starterEstate } from './starter.ts';
export type { DeclaredStorage, StoredData } from './storage.ts';
export { defaultThresholds, formatThreshold, type ThresholdDefinition, thresholdDefinitions } from './thresholds.ts';
