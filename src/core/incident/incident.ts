import type { Deadline } from '../alert/index.ts';

/** 1: business stands still. 2: something important is at risk or partly down. 3: the rest that somebody must see to. */
export type IncidentSeverity = 1 | 2 | 3;

/** In order: nobody has it, somebody has it, it is over and has to be looked back on, and done with. */
export const incidentStates = ['open', 'acknowledged', 'review', 'closed'] as const;
export type IncidentState = (typeof incidentStates)[number];

/** Who does what. Whoever takes an incident leads it until they hand it over. */
export const incidentRoles = ['lead', 'communication', 'operations'] as const;
export type IncidentRole = (typeof incidentRoles)[number];

/** On whose side of the contract it is: ours to repair, a partner's, or the customer's own. */
export const boundaries = ['ours', 'partner', 'customer'] as const;
export type Boundary = (typeof boundaries)[number];

/** What the business loses, and until when. */
export interface Impact {
  readonly sentence: string;
  readonly services: readonly string[];
  readonly sites: readonly string[];
  readonly itemsAtRisk: number | null;
  readonly deadline: Deadline | null;
}

/** What is lost in one of the environments. */
export interface EnvironmentImpact extends Impact {
  readonly environment: string | null;
}

/** A step of the runbook, as it was done. */
export interface StepDone {
  readonly index: number;
  readonly text: string;
  readonly outcome: 'done' | 'failed' | 'skipped';
  /** What Plimsoll did for it; `null` where a person did it. */
  readonly action: string | null;
  readonly note: string | null;
  readonly by: string;
  readonly at: Temporal.Instant;
}

/** Somebody asks that an action runs which others must agree to. */
export interface ActionRequest {
  readonly index: number;
  readonly by: string;
  readonly at: Temporal.Instant;
  readonly approvals: readonly { readonly by: string; readonly at: Temporal.Instant }[];
}

/** An action that was begun and has not said what came of it. */
export interface Running {
  readonly index: number;
  readonly action: string;
  readonly by: string;
  readonly at: Temporal.Instant;
}

/** Something that was said to people. */
export interface Communication {
  readonly template: string;
  readonly audience: 'users' | 'customers' | 'management';
  readonly text: string;
  readonly by: string;
  readonly at: Temporal.Instant;
  /** The channels that it was sent by; empty where somebody told them by other means. */
  readonly channels: readonly string[];
}

/** Something that is to be done so that it does not happen again. Open until there is evidence. */
export interface ReviewAction {
  readonly id: string;
  readonly text: string;
  readonly owner: string;
  readonly due: string | null;
  readonly evidence: string | null;
  readonly closedBy: string | null;
  readonly closedAt: Temporal.Instant | null;
}

/** When the fault began, as far as can be told, and what tells it. */
export interface FaultStart {
  readonly at: Temporal.Instant;
  readonly because: string;
}

/** An incident from its detection to its closure. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  /** Where it began: its runbook acts there. */
  readonly environment: string | null;
  /** Every environment that suffers from it. */
  readonly environments: readonly string[];
  /** What no other incident under way may be about: the environment, and what it shares with others that may be the cause. */
  readonly holds: readonly string[];
  readonly severity: IncidentSeverity;
  readonly state: IncidentState;
  /** What caused it, as the alert that opened it says. */
  readonly cause: { readonly code: string; readonly subject: string; readonly summary: string };
  readonly owner: string | null;
  readonly boundary: Boundary;
  readonly roles: Readonly<Partial<Record<IncidentRole, string>>>;
  readonly runbook: string | null;
  readonly alerts: readonly string[];
  /** The worst that it came to, over all its environments. */
  readonly impact: Impact;
  /** The same in each of them. */
  readonly impacts: readonly EnvironmentImpact[];
  readonly faultStart: FaultStart;
  readonly detectedAt: Temporal.Instant;
  readonly acknowledgedAt: Temporal.Instant | null;
  readonly recoveredAt: Temporal.Instant | null;
  readonly closedAt: Temporal.Instant | null;
  readonly steps: readonly StepDone[];
  readonly requests: readonly ActionRequest[];
  readonly running: Running | null;
  readonly communications: readonly Communication[];
  readonly review: { readonly summary: string | null; readonly actions: readonly ReviewAction[] };
}
