import type { NamedIntegration } from '../../core/estate/index.ts';
import type { Secret } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  type AddonsVersion,
  type BackupKind,
  type BackupManifest,
  type BackupMethod,
  type BackupPhase,
  type BackupProgress,
  type PhysicalPlace,
  progressOf,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { BackupSource } from '../../ports/backup-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DumpInspector } from '../../ports/dump-inspector.ts';
import type { PhysicalBackups } from '../../ports/physical-backup.ts';
import type { Spool } from '../../ports/spool.ts';
import type { Store } from '../../ports/store.ts';

/** What goes into a backup besides database and filestore, as the wire knows it. */
export interface Surroundings {
  /** Configuration files and the estate's documents: never a secret's value. */
  readonly configuration: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly software: BackupManifest['software'];
  /** The declared directories of add-ons, as they are now. */
  readonly addons: readonly AddonsVersion[];
  readonly estateDocuments: number;
  /** The exact package or image, where it is known. */
  readonly build: string | undefined;
  /** By those documents. */
  readonly integrations: readonly NamedIntegration[];
  /** Names that the estate as it was read declares. */
  readonly declaredIntegrations: readonly string[];
}

/** A cluster whose log is archived, and what its backups are opened with. */
export interface PhysicalSource {
  readonly backups: PhysicalBackups;
  readonly place: PhysicalPlace;
  readonly passphrase: Secret;
}

export interface BackUpDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly source: BackupSource;
  readonly repository: BackupRepository;
  readonly spool: Spool;
  readonly inspector: DumpInspector;
  readonly surroundings: () => Promise<Surroundings>;
  /** `undefined` where no log is archived: then only dumps can be taken. */
  readonly physical?: PhysicalSource | undefined;
}

export interface BackUpRequest {
  readonly estate: string;
  readonly environment: string;
  /** Of the backup to make. A run that is taken up again has the same id. */
  readonly id: string;
  /** Who writes, for the repository's claim: the same name takes its own earlier claim over at once. */
  readonly writer: string;
  readonly actor: Actor;
  /** A dump where it is not said. */
  readonly wanted?: { readonly method: BackupMethod; readonly kind: BackupKind } | undefined;
  /** It is of what a restore in place is about to give up. */
  readonly isBeforeRestore?: boolean | undefined;
  /** Sessions of `pg_dump`. */
  readonly jobs: number;
  /** How long a lock that is not ours is waited for: another may use the same tool by hand. As the tool's own way is where absent. */
  readonly waitSeconds?: number | undefined;
  readonly report: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Tells how far a phase is. */
export function createMeter(deps: Pick<BackUpDeps, 'clock'>, tell: (progress: BackupProgress) => void) {
  let phase: BackupPhase = 'filestore';
  let beganAt = deps.clock.now();
  let [bytes, totalBytes]: [number, number | null] = [0, null];
  const say = (): void => {
    const elapsedSeconds = Math.max(0, deps.clock.now().since(beganAt).total('seconds'));
    tell(progressOf(phase, { bytes, totalBytes, elapsedSeconds }));
  };
  return {
    enter: (next: BackupPhase, total: number | null = null): void => {
      [phase, beganAt, bytes, totalBytes] = [next, deps.clock.now(), 0, total];
      say();
    },
    add: (more: number): void => {
      bytes += more;
      say();
    },
    set: (done: number, total: number | null): void => {
      [bytes, totalBytes] = [done, total];
      say();
    },
    expect: (total: number): void => {
      totalBytes = total;
    },
  };
}

export type Meter = ReturnType<typeof createMeter>;
