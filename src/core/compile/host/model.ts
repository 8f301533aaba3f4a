import type { Seconds } from '../../kernel/index.ts';
import type { PhysicalPlace } from '../../recovery/index.ts';

/** The parts of an environment that run as processes of their own on platform `host` (APP-01). */
export type HostComponent = 'postgres' | 'web' | 'gevent' | 'cron';

/** Where an environment lives on a machine; decided once, before anything is compiled or started. */
export interface HostLayout {
  /** Directory that the unprivileged users can reach; holds everything below. */
  readonly runtimeDirectory: string;
  /** Odoo as unpacked from its package: `<softwareDirectory>/usr/lib/python3/dist-packages/odoo`. */
  readonly softwareDirectory: string;
  /** The small Python program that starts one Odoo process class. */
  readonly launcherFile: string;
  readonly postgresBinaries: string;
  readonly ports: { readonly postgres: number; readonly web: number; readonly gevent: number };
}

/** Where and how PostgreSQL's log is archived, so that any instant can be restored to. */
export interface WalArchive {
  /** pgBackRest's name for the cluster: the environment's. */
  readonly stanza: string;
  /** An idle server's last change waits no longer than this for its segment. */
  readonly archiveTimeoutSeconds: Seconds;
  readonly repository: PhysicalPlace;
}

export interface HostEnvironment {
  readonly name: string;
  readonly database: string;
  readonly workers: { readonly web: number; readonly gevent: number; readonly cron: number };
  readonly memoryBytes: number;
  /** Trades safety against power loss for speed: only for databases that a test throws away. */
  readonly isDisposable: boolean;
  /** Directories of add-ons besides Odoo's own, by paths on this machine. */
  readonly addonDirectories?: readonly string[] | undefined;
  /** `undefined` where the WAL is not archived. */
  readonly archive?: WalArchive | undefined;
}

/** When a started process counts as up. */
export type Readiness =
  | { readonly kind: 'at-once' }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'postgres'; readonly port: number }
  | { readonly kind: 'log'; readonly file: string; readonly text: string };

/** One process to keep running. */
export interface ProcessSpecification<Component extends string = string> {
  readonly component: Component;
  readonly why: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The system user; the caller's own where it is absent. */
  readonly user?: string | undefined;
  readonly directory: string;
  readonly logFile: string;
  readonly ready: Readiness;
  readonly readyWithinSeconds: Seconds;
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly stopWithinSeconds: Seconds;
}

export interface HostFile {
  readonly path: string;
  readonly content: string;
}

/** Everything the host platform needs on disk and in the process table; holds no secret. */
export interface HostArtefacts {
  readonly files: readonly HostFile[];
  readonly processes: readonly ProcessSpecification<HostComponent>[];
}
