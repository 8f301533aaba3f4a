import { formatDuration, formatPercent, type Seconds } from '../kernel/index.ts';
import type { ServiceClass, Thresholds } from './model.ts';

/** One threshold: how it is written in YAML, its default, and where the number comes from. */
export interface ThresholdDefinition {
  /** The key under `thresholds:`. */
  readonly key: string;
  readonly unit: 'duration' | 'percent' | 'count';
  readonly production: number;
  /** Where non-production differs. */
  readonly nonProduction?: number;
  readonly meaning: string;
  readonly why: string;
}

const minute: Seconds = 60;
const hour: Seconds = 3_600;
const day: Seconds = 86_400;

/** Every threshold with its labelled default. docs/estate.md shows this table; a tier or an environment may change each. */
export const thresholdDefinitions: Readonly<Record<keyof Thresholds, ThresholdDefinition>> = {
  collectEverySeconds: {
    key: 'collectEvery',
    unit: 'duration',
    production: 10,
    nonProduction: minute,
    meaning: 'How often the collectors look',
    why: 'Two looks and a verdict fit into the 30 s in which a stopped web process must be noticed.',
  },
  journeyEverySeconds: {
    key: 'journeyEvery',
    unit: 'duration',
    production: 5 * minute,
    nonProduction: hour,
    meaning: 'How often each synthetic journey runs',
    why: 'Odoo never deletes a done transfer: every five minutes leaves some 900 a day in the synthetic company. A laboratory may run them each minute.',
  },
  statementTimeoutSeconds: {
    key: 'statementTimeout',
    unit: 'duration',
    production: 2,
    meaning: 'Longest time a query of ours may take in the Odoo database',
    why: 'An observer must give way: a lock is seen as a timeout instead of being queued behind.',
  },
  staleAfterSeconds: {
    key: 'staleAfter',
    unit: 'duration',
    production: 30,
    nonProduction: 3 * minute,
    meaning: 'A sample older than this is unknown, unless it is read more rarely: then once it missed its next read',
    why: 'Three missed looks; fewer would call a slow one a failure.',
  },
  cronOverdueAfterSeconds: {
    key: 'cronOverdueAfter',
    unit: 'duration',
    production: 5 * minute,
    nonProduction: 30 * minute,
    meaning: 'A scheduled job this late is overdue',
    why: 'Odoo wakes its cron workers at least once a minute; five missed turns are no coincidence.',
  },
  lockWaitUnhealthyAfterSeconds: {
    key: 'lockWaitUnhealthyAfter',
    unit: 'duration',
    production: 10,
    nonProduction: minute,
    meaning: 'A business table blocked this long stops the business',
    why: 'Odoo’s own housekeeping holds such locks for at most 10 s.',
  },
  outgoingMailStuckAfterSeconds: {
    key: 'outgoingMailStuckAfter',
    unit: 'duration',
    production: 15 * minute,
    nonProduction: 4 * hour,
    meaning: 'An outgoing message this old is stuck',
    why: 'The mail queue of Odoo runs hourly at the latest and usually at once; carriers wait for their mails.',
  },
  requestLatencyP95DegradedSeconds: {
    key: 'requestLatencyP95Degraded',
    unit: 'duration',
    production: 2,
    nonProduction: 5,
    meaning: 'Requests slower than this at the 95th percentile are degraded',
    why: 'Above two seconds a scanner’s user starts to scan twice.',
  },
  connectionUsageDegradedRatio: {
    key: 'connectionUsageDegraded',
    unit: 'percent',
    production: 0.8,
    meaning: 'Share of PostgreSQL connections in use that is degraded',
    why: 'The last fifth is needed for a fail-over of workers and for people who look.',
  },
  diskUsageDegradedRatio: {
    key: 'diskUsageDegraded',
    unit: 'percent',
    production: 0.85,
    meaning: 'Share of a disk in use that is degraded',
    why: 'A vacuum of the largest table and a dump still fit into the rest.',
  },
  pickingsLateUnhealthyCount: {
    key: 'pickingsLateUnhealthy',
    unit: 'count',
    production: 20,
    nonProduction: 200,
    meaning: 'This many open transfers past their deadline are unhealthy',
    why: 'One or two late transfers are a matter of the floor; a batch of them is a matter of the system.',
  },
  retainRawSeconds: {
    key: 'retainRaw',
    unit: 'duration',
    production: 3 * day,
    nonProduction: day,
    meaning: 'How long samples are kept as measured',
    why: 'A long weekend: what happened on Friday night is still there on Monday.',
  },
  retainRolledUpSeconds: {
    key: 'retainRolledUp',
    unit: 'duration',
    production: 400 * day,
    nonProduction: 90 * day,
    meaning: 'How long rolled-up samples are kept',
    why: 'A year and a month: this peak season can be compared with the last.',
  },
  recoveryKeyCheckEverySeconds: {
    key: 'recoveryKeyCheckEvery',
    unit: 'duration',
    production: 180 * day,
    meaning: 'How often the recovery key is to be tried where it is kept',
    why: 'Twice a year: a medium that fails, or a person who leaves, is noticed while another key still opens everything.',
  },
};

const names = Object.keys(thresholdDefinitions) as (keyof Thresholds)[];

/** The labelled defaults of a service class. */
export function defaultThresholds(serviceClass: ServiceClass): Thresholds {
  const pick = (definition: ThresholdDefinition): number =>
    serviceClass === 'production' ? definition.production : (definition.nonProduction ?? definition.production);
  return Object.fromEntries(names.map((name) => [name, pick(thresholdDefinitions[name])])) as unknown as Thresholds;
}

/** Lays declared thresholds (by their YAML keys) over others. */
export function overrideThresholds(
  base: Thresholds,
  declared: Readonly<Record<string, number | undefined>> = {},
): Thresholds {
  const entries = names.map((name) => [name, declared[thresholdDefinitions[name].key] ?? base[name]]);
  return Object.fromEntries(entries) as unknown as Thresholds;
}

/** Writes a threshold's value in its unit. */
export function formatThreshold(definition: ThresholdDefinition, value: number): string {
  if (definition.unit === 'duration') return formatDuration(value);
  return definition.unit === 'percent' ? formatPercent(value) : String(value);
}
