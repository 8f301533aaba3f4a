import type { Seconds } from '../kernel/index.ts';
import type { MakeUp } from './changes.ts';
import type { LockPicture } from './database/index.ts';
import type { RedisFact } from './redis.ts';
import type { Sample } from './sample.ts';

/** What is looked at; each on its own, so that one that fails hides none of the others. */
export const collectorNames = [
  'web',
  'gevent',
  'database',
  'indicators',
  'requests',
  'filestore',
  'host',
  'rpc',
  'redis',
  'ingress',
] as const;

export type CollectorName = (typeof collectorNames)[number];

/** How one collector fared. `absent`: the estate does not say how to reach it, so it is not observed, and shown as such. */
export interface CollectorReport {
  readonly collector: CollectorName;
  readonly outcome: 'ok' | 'partial' | 'failed' | 'absent';
  readonly at: Temporal.Instant;
  readonly durationSeconds: Seconds;
  /** A stable code where it failed: a fault's, most often. */
  readonly code: string | null;
  /** In words, safe to show; `null` when all went well. */
  readonly detail: string | null;
}

/** What a health request to a component answered. */
export interface EndpointReading {
  readonly component: 'web' | 'gevent';
  readonly outcome: 'up' | 'refused' | 'timeout' | 'error';
  readonly status: number | null;
  readonly seconds: Seconds;
  /** What Odoo says of its own database connection; `null` where it does not say. */
  readonly databaseUp: boolean | null;
  readonly detail: string | null;
}

/** What the public address answered. */
export interface IngressReading {
  readonly outcome: EndpointReading['outcome'];
  readonly status: number | null;
  readonly seconds: Seconds;
  readonly detail: string | null;
  /** `null` where the address is not encrypted, or shows no certificate. */
  readonly certificateExpiresAt: Temporal.Instant | null;
}

/** A scheduled action that is overdue or failing. */
export interface CronFact {
  readonly name: string;
  readonly overdueSeconds: Seconds;
  readonly failureCount: number;
}

/** Latency of a transaction class over the last minutes. */
export interface LatencyFact {
  readonly class: string;
  readonly count: number;
  readonly p95Seconds: Seconds;
}

/** Processes of the environment's components on this machine. */
export interface ProcessFact {
  readonly component: string;
  readonly count: number;
}

/** A question of the SQL pack that got no answer. */
export interface UnreadIndicator {
  readonly name: string;
  readonly tables: readonly string[];
  /** `locked`: it was not asked, because a table of it is held. */
  readonly cause: 'locked' | 'failed';
  readonly detail: string;
  /** Whether the business is judged by it; what is only informative is a finding and nothing worse. */
  readonly isJudged: boolean;
}

/** Which questions got no answer and why, the first five of them in words. */
export function unreadWords(unread: readonly UnreadIndicator[]): string {
  const shown = unread.slice(0, 5).map(({ name, detail }) => `${name} (${detail})`);
  const more = unread.length > 5 ? ` and ${unread.length - 5} more` : '';
  return `no answer for ${shown.join('; ')}${more}`;
}

/** Everything one look at an environment gave. */
export interface Observation {
  readonly environment: string;
  readonly at: Temporal.Instant;
  readonly collectors: readonly CollectorReport[];
  /** The newest sample of every series, from this look or, where a question is asked rarely, an earlier one. */
  readonly samples: readonly Sample[];
  readonly endpoints: readonly EndpointReading[];
  /** `undefined` where the database could not be asked. */
  readonly locks: LockPicture | undefined;
  readonly crons: readonly CronFact[];
  readonly latencies: readonly LatencyFact[];
  /** `undefined` where the processes cannot be seen from here. */
  readonly processes: readonly ProcessFact[] | undefined;
  /** Tables of indicators that could not be read, because of a lock or of a missing right. */
  readonly unreadTables: readonly string[];
  readonly unreadIndicators: readonly UnreadIndicator[];
  /** How the environment is made, as far as this look saw it. */
  readonly makeUp?: MakeUp | undefined;
  readonly redis?: RedisFact | undefined;
  readonly ingress?: IngressReading | undefined;
}
