import type { Seconds } from '../kernel/index.ts';
import type { Action, Script } from '../script/index.ts';

/** What a journey knows about its run; the rest it finds on Odoo. */
export interface JourneyInput {
  /** Unique per run; part of the reference of every record the run makes. */
  readonly runId: string;
  /** Odoo's major version, for what differs between versions. */
  readonly majorVersion: number;
  readonly now: Temporal.Instant;
  readonly database: string;
  readonly cronOverdueAfterSeconds: Seconds;
}

/**
 * Who acts. `operator`: the user whose API key the estate names, who only reads. `journeys`: the synthetic company's own
 * user. `portal`: its portal user, in a browser's place.
 */
export type JourneyActor = 'operator' | 'journeys' | 'portal';

/** A synthetic transaction as data: its steps with their deadlines, and the script that walks them. */
export interface JourneyDefinition {
  readonly name: string;
  readonly summary: string;
  readonly actor: JourneyActor;
  /** Whether it writes, and so needs consent and the synthetic company. */
  readonly writes: boolean;
  readonly steps: readonly { readonly name: string; readonly deadlineSeconds: Seconds }[];
  readonly script: (input: JourneyInput) => Script<void>;
  /** Takes away what this run and interrupted ones left, as far as Odoo lets it. */
  readonly cleanUp?: (input: JourneyInput) => Script<void>;
}

/** Marks the beginning of a step in a script. */
export function* step(name: string): Script<void> {
  const action: Action = { kind: 'step', name };
  yield action;
}

/** The longest a run may take: nothing of ours that is older can belong to a run that still acts. */
export function longestRunSeconds(definition: JourneyDefinition): Seconds {
  return definition.steps.reduce((sum, { deadlineSeconds }) => sum + deadlineSeconds, 0) + cleanUpDeadlineSeconds;
}

/** Tidying is bounded like everything else; what it does not manage, the next run does. */
export const cleanUpDeadlineSeconds: Seconds = 20;
