import type { Ratio, Seconds } from '../kernel/index.ts';

/** Where a value was declared, for diagnostics and for "why is it so?". Lines and columns are 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

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

/** A reference to a secret (`env:NAME`, `file:/path`): never the value. */
export interface SecretReference {
  readonly source: 'env' | 'file';
  readonly name: string;
}

/** A value that may be written plainly or be a reference to a secret. */
export type PlainOrSecret = string | SecretReference;

/** An iCalendar rule in its site's zone. A rule that names no hour begins at local midnight. */
export interface CalendarEvent {
  readonly name: string;
  readonly kind: CalendarEventKind;
  readonly site: string;
  readonly timezone: string;
  readonly rule: string;
  /** Zero for an instant such as a cut-off. */
  readonly lastsSeconds: Seconds;
  /** The business service the event is about, where it names one. */
  readonly service: string | undefined;
  /** The load profile a peak switches on, where it names one. */
  readonly profile: string | undefined;
  readonly place: Place;
}

export interface Site {
  readonly name: string;
  readonly timezone: string;
  readonly calendar: readonly CalendarEvent[];
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
}

export interface Tier {
  readonly name: string;
  readonly objectives: {
    readonly rpoSeconds: Seconds | undefined;
    readonly rtoSeconds: Seconds | undefined;
    readonly availabilityRatio: Ratio | undefined;
  };
  readonly thresholds: Thresholds;
  readonly place: Place;
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
  readonly filestore: { readonly directory: string } | undefined;
  /** The Odoo server's log file, for the per-request figures. */
  readonly log: { readonly file: string } | undefined;
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
  readonly odoo: { readonly version: string; readonly database: string; readonly modules: readonly string[] };
  readonly workers: Readonly<Record<WorkerClass, number>>;
  readonly connect: Connection;
  /** A lab may be loaded although its stage is production: the load driver and destructive drills ask for it. */
  readonly isLab: boolean;
  /** Whether journeys may write, in the synthetic company that `plimsoll journey install` sets up. */
  readonly journeys: { readonly writes: boolean };
  readonly thresholds: Thresholds;
  readonly place: Place;
}

export interface ServiceObjective {
  readonly availabilityRatio?: Ratio;
  readonly windowSeconds?: Seconds;
  readonly latencyP95Seconds?: Seconds;
  readonly backlogClearBefore?: string;
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
  readonly dependsOn: readonly string[];
  readonly place: Place;
}

export interface Integration {
  readonly name: string;
  readonly partner: string;
  readonly environments: readonly string[];
  readonly exchange: 'synchronous' | 'queued';
  readonly direction: 'inbound' | 'outbound' | 'both';
  readonly criticality: Criticality;
  readonly owner: string | undefined;
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
  /** Teams, tenants and other kinds that later chapters read, by kind. */
  readonly others: Readonly<Record<string, readonly { readonly name: string; readonly place: Place }[]>>;
}

export type LifecycleState = 'requested' | 'provisioned' | 'active' | 'suspended' | 'retired';
