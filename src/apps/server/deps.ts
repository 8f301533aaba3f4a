import type { z } from '@hono/zod-openapi';
import type { Environment, Estate, LifecycleState, RunningComponent } from '../../core/estate/index.ts';
import type { SessionName } from '../../core/incident/index.ts';
import type { JourneyRun } from '../../core/journey/index.ts';
import type { Diagnostic, Refusal } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type { EnvironmentCopy, RestorePreview, RestoreView } from '../../core/recovery/index.ts';
import type { Access } from '../../ports/access.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import type { Store } from '../../ports/store.ts';
import type { Performed } from '../../workflows/incident/perform.ts';
import type { PlannedPrune } from '../../workflows/recovery/prune.ts';
import type { resource } from '../contract/index.ts';
import type { Planning } from './planning.ts';

/** The estate as the server runs it: the last one that parsed, and what the latest look at its files said. */
export interface LoadedEstate {
  readonly estate: Estate;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the API takes as the wish for a restore or a clone. */
export type RestoreAsk = z.output<typeof resource.restorePlanAsk>;

/** What came of looking at a wish, before anybody decides. */
export interface LookedAtRestore extends RestorePreview {
  readonly lookedAt: Temporal.Instant;
  readonly view: Pick<RestoreView, 'freeBytes' | 'lastBusinessRowAt'> | undefined;
}

/** Which backup, where; the newest in the first place where neither is said. */
export interface VerifyAsk {
  readonly backup: string | undefined;
  readonly repository: string | undefined;
}

export type RequestAnswer = { readonly kind: 'started'; readonly id: string } | Refusal;

/** What a person may ask a controller for. What is started answers its task's id at once. */
export interface Requests {
  /** What a wish would come to; what keeps it from being looked at is a refusal too. Changes nothing. */
  lookAtRestore(environment: Environment, ask: RestoreAsk): Promise<LookedAtRestore>;
  restore(environment: Environment, ask: RestoreAsk, by: Actor): Promise<RequestAnswer>;
  verify(environment: Environment, ask: VerifyAsk, by: Actor): Promise<RequestAnswer>;
  /** What retention says of each of its repositories. Throws what keeps one from being read. */
  planPrune(environment: Environment): Promise<readonly Pick<PlannedPrune, 'declared' | 'plan' | 'gone'>[]>;
  prune(environment: Environment, by: Actor): Promise<RequestAnswer>;
}

/** Everything the server needs from the world. `wire.ts` builds it. */
export interface ServerDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly samples: SampleStore;
  readonly access: Access;
  readonly estate: () => LoadedEstate;
  readonly planning: Planning;
  readonly describeMetric: (metric: string) => { readonly unit: string; readonly help: string } | undefined;
  readonly hash: (text: string) => string;
  readonly randomToken: () => string;
  readonly changeLifecycle: (change: {
    readonly environment: string;
    readonly to: LifecycleState;
    readonly reason: string;
    readonly actor: Actor;
  }) => Promise<{ readonly kind: 'changed'; readonly state: LifecycleState } | Refusal>;
  /** `undefined` where the environment has no such journey. */
  readonly runJourney: (environment: string, journey: string, signal: AbortSignal) => Promise<JourneyRun | undefined>;
  /** Starts a backup; answers its id, at once: its task has the same. */
  readonly startBackup: (environment: Environment, requestedBy: Actor) => Promise<string>;
  /** Whether its log can be archived, so that physical backups can be taken. */
  readonly canArchive: (environment: Environment) => Promise<boolean>;
  /** Starts a drill of that backup, or of the newest; answers of which, and its task, at once. */
  readonly startDrill: (
    environment: string,
    backup: string | undefined,
    requestedBy: Actor,
  ) => Promise<{ readonly kind: 'started'; readonly backup: string; readonly task: string } | Refusal>;
  /** Starts copying what repositories lack of its backups; answers to which, at once. */
  readonly startCopies: (environment: Environment) => Promise<readonly string[]>;
  readonly requests: Requests;
  /** What may be done to a copy of an environment that was made on this machine. */
  readonly clones: {
    isHere(clone: EnvironmentCopy): Promise<boolean>;
    start(clone: EnvironmentCopy, signal: AbortSignal): Promise<void>;
    stop(clone: EnvironmentCopy): Promise<void>;
    takeAway(clone: EnvironmentCopy): Promise<void>;
  };
  /** What runbooks may do to an environment; each answers what came of it. */
  readonly acting: {
    restartComponent(environment: Environment, component: RunningComponent, signal: AbortSignal): Promise<Performed>;
    endSession(environment: Environment, session: SessionName | undefined, signal: AbortSignal): Promise<Performed>;
  };
  /** Calls the listener when events may be waiting; answers how to stop. */
  readonly onEvents: (listener: () => void) => () => void;
  /** Problems that keep the server from being ready; empty when it is. */
  readonly readiness: () => Promise<readonly string[]>;
  /** The directory of the built portal; `undefined` where it was not built. */
  readonly portalDirectory: string | undefined;
  /** Whether an address is a reverse proxy's, whose word on the client's address counts. */
  readonly isTrustedProxy: (address: string) => boolean;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  readonly version: string;
}
