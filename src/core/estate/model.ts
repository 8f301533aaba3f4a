import type { Ratio, Seconds } from '../kernel/index.ts';
import type { PolicyException, Retry } from './agreement.ts';
import type { Backup } from './backup.ts';
import type { Change } from './change.ts';
import type { DataClass } from './data-class.ts';
import type { Place, PlainOrSecret } from './place.ts';
import type { BusinessCommitment, Compromise, ServiceObjective, ServiceRecovery } from './promise.ts';
import type { Repository } from './repository.ts';
import type { Channel, Runbook, Team } from './responding.ts';
import type { Storage } from './storage.ts';

export type { PolicyException, Retry } from './agreement.ts';
export type { Backup, CalendarSpan, LegalRetention } from './backup.ts';
export type { Change, Rollout } from './change.ts';
export type { DataClass } from './data-class.ts';
export type { Place, PlainOrSecret, SecretReference } from './place.ts';
export type * from './promise.ts';
export type { Repository } from './repository.ts';
export type * from './responding.ts';

export type Stage = 'development' | 'staging' | 'uat' | 'production' | 'training' | 'reporting' | 'recovery-test';
export type ServiceClass = 'production' | 'non-production';
export type PlatformKind = 'host' | 'compose' | 'kubernetes';
export type CalendarEventKind =
  | 'cut-off'
  | 'peak'
  | 'freeze'
  | 'change-window'
  | 'maintenance-window'
  | 'month-end'
  | 'shift-start'
  | 'receiving-window';

/** An iCalendar rule in its site's zone. A rule that names no hour begins at local midnight. */
export interface CalendarEvent {
  readonly name: string;
  /** What people call it, where it says. */
  readonly title?: string | undefined;
  readonly kind: CalendarEventKind;
  readonly site: string;
  readonly timezone: string;
  readonly rule: string;
  /** Zero for an instant such as a cut-off. */
  readonly lastsSeconds: Seconds;
  /** How much of it was declared in days: those are days on the wall, 23 or 25 hours long when the clocks change. */
  readonly lastsDays: number;
  /** The business service the event is about, where it names one. */
  readonly service: string | undefined;
  /** The load profile a peak switches on, where it names one. */
  readonly profile: string | undefined;
  /** Where the rule starts counting, in local time (`2026-11-20` or `2026-11-20T09:00`); an arbitrary Monday where not given. */
  readonly starts: string | undefined;
  /** Local dates on which it does not occur, such as public holidays. */
  readonly except: readonly string[];
  readonly place: Place;
}

export interface Site {
  readonly name: string;
  readonly title?: string | undefined;
  readonly timezone: string;
  readonly calendar: readonly CalendarEvent[];
  /** Codes of its warehouses in Odoo; `undefined` where it does not say. */
  readonly warehouses?: readonly string[] | undefined;
  readonly place: Place;
}

/** The numbers everything else is judged by; each has a labelled default and can be changed per tier or environment. */
export interface Thresholds {
  readonly collectEverySeconds: Seconds;
  readonly journeyEverySeconds: Seconds;
  readonly statementTimeoutSeconds: Seconds;
  /** A sample older than this is unknown. */
  readonly staleAfterSeconds: Seconds;
  readonly cronOverdueAfterSeconds: Seconds;
  readonly lockWaitUnhealthyAfterSeconds: Seconds;
  readonly outgoingMailStuckAfterSeconds: Seconds;
  readonly requestLatencyP95DegradedSeconds: Seconds;
  readonly connectionUsageDegradedRatio: Ratio;
  readonly diskUsageDegradedRatio: Ratio;
  readonly pickingsLateUnhealthyCount: number;
  readonly retainRawSeconds: Seconds;
  readonly retainRolledUpSeconds: Seconds;
  readonly recoveryKeyCheckEverySeconds: Seconds;
}

/** What an environment must live up to. */
export interface Objectives {
  readonly rpoSeconds: Seconds | undefined;
  readonly rtoSeconds: Seconds | undefined;
  readonly availabilityRatio: Ratio | undefined;
}

export type RecoveryPattern = 'none' | 'backup-restore' | 'pilot-light' | 'warm-standby' | 'hot-standby';

export interface Recovery {
  readonly pattern: RecoveryPattern;
  readonly drillEverySeconds: Seconds;
}

export interface Tier {
  readonly name: string;
  readonly objectives: Objectives;
  readonly recovery: Recovery;
  readonly backup: Backup;
  readonly change: Change;
  readonly thresholds: Thresholds;
  readonly place: Place;
}

/** The eleven parts every environment stands on (EST-02). */
export type PlatformPart =
  | 'web'
  | 'workers'
  | 'scheduled-jobs'
  | 'postgres'
  | 'redis'
  | 'ingress'
  | 'object-storage'
  | 'logging'
  | 'metrics'
  | 'alerting'
  | 'identity';

/** Who provides a part, and whether it is connected to the rest of the environment. */
export interface PartProvision {
  readonly provider: string;
  readonly isConnected: boolean;
}

export interface Redis {
  readonly purpose: readonly ('session' | 'cache' | 'queue' | 'bus')[];
  readonly acceptableLossSeconds: Seconds;
  readonly eviction: string;
}

/** What an environment is given to run on. */
export interface Resources {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly databaseBytes: number;
  readonly filestoreBytes: number;
}

export type WorkerClass = 'web' | 'gevent' | 'cron' | 'integration' | 'reporting';

/** How to reach an Odoo that runs. Each part is optional: what is missing is not observed, and shown as such. */
export interface Connection {
  readonly odoo:
    | {
        readonly url: PlainOrSecret;
        readonly login: PlainOrSecret | undefined;
        readonly apiKey: PlainOrSecret | undefined;
      }
    | undefined;
  readonly postgres: { readonly url: PlainOrSecret } | undefined;
  /** A role that may read all of the database, for backups; the observing role sees little of it. */
  readonly backup?: { readonly url: PlainOrSecret } | undefined;
  /** A role that may see and end sessions (`pg_read_all_stats`, `pg_signal_backend`), for runbooks. */
  readonly sessions?: { readonly url: PlainOrSecret } | undefined;
  readonly filestore: { readonly directory: string } | undefined;
  /** The Odoo server's log file, for the per-request figures. */
  readonly log: { readonly file: string } | undefined;
  readonly redis?: { readonly url: PlainOrSecret } | undefined;
  /** Where objectives that name counters are read. */
  readonly prometheus?: { readonly url: PlainOrSecret } | undefined;
  /** The address that users open, through whatever stands before Odoo. */
  readonly ingress?: { readonly url: PlainOrSecret } | undefined;
}

/** A directory of add-ons: an absolute path, or `state/…`. */
export interface DeclaredAddons {
  readonly directory: string;
  /** Which version lies there, where it is no git checkout. */
  readonly revision?: string | undefined;
}

export interface Environment {
  readonly name: string;
  readonly tenant: string | undefined;
  readonly stage: Stage;
  readonly serviceClass: ServiceClass;
  readonly tier: Tier;
  readonly platform: PlatformKind;
  readonly region: string | undefined;
  readonly sites: readonly Site[];
  readonly odoo: {
    readonly version: string;
    readonly database: string;
    readonly modules: readonly string[];
    /** Directories of add-ons that are not Odoo's own. */
    readonly addons?: readonly DeclaredAddons[] | undefined;
  };
  readonly workers: Readonly<Record<WorkerClass, number>>;
  readonly connect: Connection;
  /** A lab may be loaded although its stage is production: the load driver and destructive drills ask for it. */
  readonly isLab: boolean;
  /** Whether journeys may write, in the synthetic company that `plimsoll journey install` sets up. */
  readonly journeys: { readonly writes: boolean };
  readonly thresholds: Thresholds;
  readonly tenancy: 'dedicated' | 'shared' | 'hybrid';
  readonly objectives: Objectives;
  readonly backup: Backup;
  readonly resources: Resources;
  /** On what kind of storage each kind of data is kept, as far as that is declared. */
  readonly storage?: Storage | undefined;
  /** Lower environments may sleep outside working hours; production never does. */
  readonly schedule: 'always' | 'working-hours';
  readonly redis: Redis | undefined;
  /** Declared or provided parts; a part that is absent is a gap. */
  readonly parts: Readonly<Partial<Record<PlatformPart, PartProvision>>>;
  /** Names of the DataClass documents that say what it holds. */
  readonly dataClasses: readonly string[];
  /** Other environments it needs, such as the production a reporting copy is fed from. */
  readonly dependsOn: readonly string[];
  /** The team that runs it. */
  readonly owner?: string | undefined;
  /** Thresholds that hold while a peak of the profile is on, and only then. */
  readonly peakThresholds?: Readonly<Record<string, Thresholds>> | undefined;
  readonly criticality: Criticality;
  readonly criticalityReasons: readonly string[];
  readonly place: Place;
}

export type Criticality = 'low' | 'medium' | 'high' | 'critical';

export interface BusinessService {
  readonly name: string;
  readonly environments: readonly string[];
  readonly owner: string | undefined;
  /** The synthetic transaction that proves it. */
  readonly journey: string | undefined;
  readonly objectives: readonly ServiceObjective[];
  readonly criticality: Criticality;
  readonly criticalityReasons: readonly string[];
  /** Services (`label-printing`) and integrations (`integration/dhl`) it needs. */
  readonly dependsOn: readonly string[];
  /** The process it supports, from the catalogue of logistics processes. */
  readonly process: string | undefined;
  readonly recovery: ServiceRecovery;
  /** Declared where the service answers, but must not be trusted. */
  readonly compromised: Compromise | undefined;
  /** The tier its environments share, or the strictest of them. */
  readonly tier: string | undefined;
  readonly place: Place;
}

export interface Integration {
  readonly name: string;
  /** The kind of party: carrier, wms, tms, edi, marketplace … */
  readonly partner: string;
  readonly environments: readonly string[];
  readonly exchange: 'synchronous' | 'queued';
  readonly direction: 'inbound' | 'outbound' | 'both';
  readonly criticality: Criticality;
  readonly owner: string | undefined;
  /** Services that use it, as declared here; services may also name it in `dependsOn`. */
  readonly services: readonly string[];
  readonly trustZone: 'internal' | 'partner' | 'public' | undefined;
  /** Where it is reached; a secret reference where the address itself is secret. */
  readonly endpoint: PlainOrSecret | undefined;
  readonly retry: Retry | undefined;
  readonly timeoutSeconds: Seconds | undefined;
  /** What the partner promises. */
  readonly availabilityRatio: Ratio | undefined;
  readonly place: Place;
}

export interface Tenant {
  readonly name: string;
  readonly title: string;
  readonly segments: readonly { readonly name: string; readonly kind: string }[];
  readonly place: Place;
}

/** A declared estate after defaults and references are resolved. Nothing inside Plimsoll re-checks it. */
export interface Estate {
  readonly name: string;
  readonly operatingModel: string | undefined;
  readonly regions: readonly { readonly name: string; readonly jurisdiction: string | undefined }[];
  readonly sites: readonly Site[];
  readonly tiers: readonly Tier[];
  readonly environments: readonly Environment[];
  readonly services: readonly BusinessService[];
  readonly integrations: readonly Integration[];
  readonly tenants: readonly Tenant[];
  readonly teams: readonly Team[];
  readonly channels: readonly Channel[];
  readonly runbooks: readonly Runbook[];
  readonly dataClasses: readonly DataClass[];
  /** Where backups are kept. */
  readonly repositories: readonly Repository[];
  readonly commitments: readonly BusinessCommitment[];
  readonly exceptions: readonly PolicyException[];
  /** Policies, prices and other kinds that later chapters read, by kind. */
  readonly others: Readonly<Record<string, readonly { readonly name: string; readonly place: Place }[]>>;
}

export type LifecycleState = 'requested' | 'provisioned' | 'active' | 'suspended' | 'retired';
