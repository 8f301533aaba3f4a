import type { Environment } from '../../core/estate/index.ts';
import type { Secret } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import type {
  AddonsVersion,
  AnonymiseRule,
  BackupManifest,
  ChosenPoint,
  DrillCheck,
  Reduction,
  RestoredFile,
  RestorePlan,
  RestoreStep,
  RestoreStepKind,
  RestoreWish,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StepContext } from '../../ports/host.ts';
import type { OdooAccess } from '../../ports/odoo-access.ts';
import type { OpenArchive, PhysicalMark } from '../../ports/physical-backup.ts';
import type { RestorePlace, RestorePlaces, ServedOdoo } from '../../ports/restore-place.ts';
import type { RestoreTarget } from '../../ports/restore-target.ts';
import type { Store } from '../../ports/store.ts';
import type { CopyFacts } from './ask-copy.ts';

/** What a restore or a clone needs. */
export interface RestoreDependencies {
  readonly clock: Clock;
  readonly store: Store;
  readonly actor: Actor;
  readonly repository: BackupRepository;
  readonly places: RestorePlaces;
  readonly target: RestoreTarget;
  /** Ways into a restored copy that serves apart. */
  readonly openCopy: (served: ServedOdoo) => OdooAccess & { close(): void };
  /** What the copy runs with besides Odoo's own; `undefined` where nobody looked. */
  readonly addons?: readonly AddonsVersion[] | undefined;
  /** How many parts of the dump are restored at once. */
  readonly jobs: number;
  /** For physical backups; `undefined` where pgBackRest is not to be had. */
  readonly openArchive: OpenArchive | undefined;
  /** Archives everything up to now and answers when that is; `undefined` where the source cannot. */
  readonly mark: (options: {
    readonly signal?: AbortSignal | undefined;
  }) => Promise<Pick<PhysicalMark, 'at' | 'timeline'> | undefined>;
  /** The source's own filestore, where it is on this machine: a physical backup brings none. */
  readonly sourceFiles: Pick<BackupSource, 'readFile'> | undefined;
  /** Backs up what is there now; answers the backup's id. */
  readonly safetyBackup: (options: { readonly signal?: AbortSignal | undefined }) => Promise<string>;
  /** What a clone leaves out, and how it is anonymised; asked for by the plan's steps. */
  readonly disguise: {
    readonly rules: readonly AnonymiseRule[];
    readonly key: () => Promise<Secret>;
    readonly reduction: Reduction;
  };
  /** Starts what is left to start, and waits until it serves. */
  readonly bringUp: (context: StepContext) => Promise<void>;
}

/** How far a step is: in bytes where it knows them. */
export interface StepProgress {
  readonly detail: string;
  readonly ratio?: number | undefined;
  readonly doneBytes?: number | undefined;
  readonly totalBytes?: number | undefined;
}

/** Hears what a restore does, as it does it. */
export interface RestoreListener {
  began(step: RestoreStep): void;
  progressed(step: RestoreStep, progress: StepProgress): void;
  ended(step: RestoreStep): void;
  failed(step: RestoreStep): void;
}

export interface RestoreRequest {
  readonly environment: Environment;
  readonly wish: RestoreWish;
  readonly plan: RestorePlan;
  /** Damage that was found in what came back is agreed to. */
  readonly acceptsDamage: boolean;
  readonly listener: RestoreListener;
  /** The last chance to say no: from there on it is finished or taken back whole, whatever anybody wishes. */
  readonly beforeExchange?: (() => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a restore has come to know; grows while it runs. */
export interface RestoreFindings {
  readonly checks: DrillCheck[];
  readonly phases: { phase: RestoreStepKind; seconds: number }[];
  manifest?: BackupManifest;
  place?: RestorePlace;
  /** The last instant that the log of the source has for sure. */
  markedAt?: Temporal.Instant;
  copy?: CopyFacts;
  restored?: readonly RestoredFile[];
  safetyBackup?: string;
  isExchanged?: boolean;
  servedAt?: Temporal.Instant;
  keptOld?: string;
}

/** One restore under way. */
export interface RestoreRun extends RestoreRequest {
  readonly id: string;
  readonly deps: RestoreDependencies;
  readonly point: ChosenPoint;
  readonly findings: RestoreFindings;
  readonly startedAt: Temporal.Instant;
}

/** Tells a step how far it is. */
export type StepReport = (progress: StepProgress) => void;
