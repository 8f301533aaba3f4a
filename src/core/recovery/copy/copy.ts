import type { Environment, LifecycleState, Stage } from '../../estate/index.ts';
import { type Refusal, refuse, type Seconds } from '../../kernel/index.ts';

/** Loopback ports of a copy on this machine. */
export interface CopyPorts {
  readonly postgres: number;
  readonly web: number;
  readonly gevent: number;
}

/** An environment that nobody declared: restored beside its source, or made for work on it. */
export interface EnvironmentCopy {
  readonly id: string;
  readonly name: string;
  /** The environment whose data it holds. */
  readonly source: string;
  readonly purpose: 'restore' | 'clone';
  readonly stage: Stage;
  readonly state: LifecycleState;
  readonly database: string;
  readonly workers: { readonly web: number; readonly gevent: number; readonly cron: number };
  readonly ports: CopyPorts;
  readonly backup: string;
  /** Nothing committed after it is in the copy. */
  readonly reachesAt: Temporal.Instant;
  /** It acts on the outside. */
  readonly isLive: boolean;
  readonly isAnonymised: boolean;
  readonly isReduced: boolean;
  readonly createdAt: Temporal.Instant;
  readonly changedAt: Temporal.Instant;
  /** When it is removed by itself; `null` for one that stays until somebody removes it. */
  readonly expiresAt: Temporal.Instant | null;
}

const namePattern = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const longestExpirySeconds: Seconds = 366 * 86_400;

/** Whether a name can be a new copy's, as far as it goes without looking at the machine. */
export function copyNameRefusal(name: string, declared: readonly string[]): Refusal | undefined {
  if (!namePattern.test(name)) {
    const hint = 'Use small letters, digits and hyphens, beginning with a letter: acme-staging.';
    return refuse({ code: 'NAME_INVALID', message: `${JSON.stringify(name)} is no name for an environment.`, hint });
  }
  if (!declared.includes(name)) return undefined;
  const hint = 'Choose a name that the estate does not declare: what it declares is not removed by a date.';
  return refuse({ code: 'NAME_DECLARED', message: `The estate declares an environment ${name} already.`, hint });
}

/** When a copy that lives for so long expires, or why it may not. */
export function expiryOf(now: Temporal.Instant, lastsSeconds: Seconds): Temporal.Instant | Refusal {
  if (lastsSeconds >= 60 && lastsSeconds <= longestExpirySeconds) return now.add({ seconds: Math.round(lastsSeconds) });
  const hint = 'Choose from a minute to a year; a copy that is still needed can be made again, and is fresher then.';
  return refuse({ code: 'EXPIRY_IMPOSSIBLE', message: 'A clone lasts from a minute to a year.', hint });
}

/** What PostgreSQL calls the database of a copy: never the source's name, so that nobody mistakes the one for the other. */
export function databaseOfCopy(name: string): string {
  return name.replaceAll('-', '_');
}

/** A copy of a source as it is asked for. Few processes serve it: a copy is looked at, not worked on by everybody. */
export function deriveCopy(
  source: Environment,
  asked: Pick<
    EnvironmentCopy,
    'id' | 'name' | 'purpose' | 'stage' | 'ports' | 'isLive' | 'isAnonymised' | 'isReduced'
  > &
    Pick<EnvironmentCopy, 'backup' | 'reachesAt' | 'createdAt' | 'expiresAt'>,
): EnvironmentCopy {
  const { web, gevent, cron } = source.workers;
  const few = { web: Math.min(2, Math.max(1, web)), gevent: Math.min(1, gevent), cron: Math.min(1, cron) };
  return {
    ...asked,
    source: source.name,
    state: 'requested',
    database: databaseOfCopy(asked.name),
    // What goes live carries the load of its source.
    workers: asked.isLive ? { web, gevent, cron } : few,
    changedAt: asked.createdAt,
  };
}

/** The copies whose time is over. */
export function expiredCopies(copies: readonly EnvironmentCopy[], now: Temporal.Instant): readonly EnvironmentCopy[] {
  return copies.filter(
    ({ state, expiresAt }) =>
      state !== 'retired' && expiresAt !== null && Temporal.Instant.compare(expiresAt, now) <= 0,
  );
}
