import type { LifecycleState } from '../core/estate/index.ts';
import type { JourneyRun } from '../core/journey/index.ts';
import type { LedgerDraft, LedgerEntry, LedgerHead } from '../core/ledger/index.ts';
import type { EnvironmentHealth, Finding, FindingDraft } from '../core/observe/index.ts';
import type { SignInLinkStore, TokenStore } from './access-store.ts';
import type { AlertStore, OutboxStore } from './alert-store.ts';
import type { BackupCheckStore, RepositorySizeStore } from './backup-check-store.ts';
import type { CopyStore } from './copy-store.ts';
import type { DrillStore } from './drill-store.ts';
import type { IncidentStore } from './incident-store.ts';
import type { ObjectiveStore } from './objective-store.ts';
import type { BackupRunStore } from './recovery-store.ts';
import type { RecoveryTaskStore } from './task-store.ts';

/** The ledger as a store keeps it. UPDATE and DELETE do not exist here, nor in the database. */
export interface LedgerStore {
  append(draft: LedgerDraft, at: Temporal.Instant): Promise<LedgerEntry>;
  /** Newest last; at most `limit`, starting after `afterSequence` (0 for the beginning). */
  read(options: { readonly afterSequence: number; readonly limit: number }): Promise<readonly LedgerEntry[]>;
  /** The last `limit` entries about a subject, of a type (all of them where it is undefined), newest last. */
  tail(options: {
    readonly limit: number;
    readonly subject?: string | undefined;
    readonly type?: string | undefined;
  }): Promise<readonly LedgerEntry[]>;
  /** The last entry as kept beside the chain, so that entries cut off the end are missed. */
  head(): Promise<LedgerHead>;
}

export interface FindingChanges {
  readonly opened: readonly Finding[];
  readonly closed: readonly Finding[];
}

export interface FindingStore {
  /** Makes the open findings of one source and environment equal to the drafts; answers what opened and what closed. */
  reconcile(
    scope: { readonly source: string; readonly environment: string | null },
    drafts: readonly FindingDraft[],
    now: Temporal.Instant,
  ): Promise<FindingChanges>;
  list(options: {
    readonly environment?: string | undefined;
    readonly includeClosed: boolean;
    readonly limit: number;
  }): Promise<readonly Finding[]>;
  get(id: string): Promise<Finding | undefined>;
  /** How many findings are open in each environment that has any. */
  openCounts(): Promise<ReadonlyMap<string, number>>;
}

export interface HealthStore {
  put(health: EnvironmentHealth): Promise<void>;
  get(environment: string): Promise<EnvironmentHealth | undefined>;
  /** Of these environments, or of all. */
  list(environments?: readonly string[]): Promise<readonly EnvironmentHealth[]>;
}

/** Runs of one journey in one environment that said something. */
export interface JourneyTally {
  readonly environment: string;
  readonly journey: string;
  readonly passedCount: number;
  readonly failedCount: number;
}

export interface JourneyStore {
  record(run: JourneyRun): Promise<void>;
  /** Newest first. */
  list(options: {
    readonly environment?: string | undefined;
    readonly journey?: string | undefined;
    readonly limit: number;
  }): Promise<readonly JourneyRun[]>;
  get(id: string): Promise<JourneyRun | undefined>;
  /** How often each journey passed and failed in each environment, of the runs that began at the instant or later. */
  tally(since: Temporal.Instant): Promise<readonly JourneyTally[]>;
  /** Forgets runs that started before the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}

export interface LifecycleStore {
  get(environment: string): Promise<LifecycleState | undefined>;
  set(environment: string, state: LifecycleState, at: Temporal.Instant): Promise<void>;
  list(): Promise<ReadonlyMap<string, LifecycleState>>;
}

/** Something that changed, about to be told to subscribers. Says what changed, not the new state. */
export interface EventDraft {
  readonly type: string;
  /** `environment/acme-prod`, `finding/…`. */
  readonly subject: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

export interface StoredEvent extends EventDraft {
  /** Grows in the order in which events became visible: who has read up to an id has missed nothing before it. */
  readonly id: number;
  readonly at: Temporal.Instant;
}

/** What subscribers are told; kept for a while, so that one who was away can catch up. */
export interface EventStore {
  append(drafts: readonly EventDraft[], at: Temporal.Instant): Promise<void>;
  /** Oldest first. */
  read(options: { readonly afterId: number; readonly limit: number }): Promise<readonly StoredEvent[]>;
  /** Ids of the oldest event still kept and of the newest; zero where there is none. */
  bounds(): Promise<{ readonly oldestId: number; readonly newestId: number }>;
  /** Forgets events older than the instant; answers how many. */
  prune(before: Temporal.Instant): Promise<number>;
}

/** Plimsoll's own records. Everything written through one `transaction` becomes true together or not at all. */
export interface Store {
  readonly ledger: LedgerStore;
  readonly findings: FindingStore;
  readonly health: HealthStore;
  readonly journeys: JourneyStore;
  readonly drills: DrillStore;
  readonly objectives: ObjectiveStore;
  readonly copies: CopyStore;
  readonly lifecycle: LifecycleStore;
  readonly backups: BackupRunStore;
  readonly backupChecks: BackupCheckStore;
  readonly repositorySizes: RepositorySizeStore;
  readonly recoveryTasks: RecoveryTaskStore;
  readonly alerts: AlertStore;
  readonly outbox: OutboxStore;
  readonly incidents: IncidentStore;
  readonly events: EventStore;
  readonly tokens: TokenStore;
  readonly signInLinks: SignInLinkStore;
  transaction<Result>(work: (store: Store) => Promise<Result>): Promise<Result>;
}
