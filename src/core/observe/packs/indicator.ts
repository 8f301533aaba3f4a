import type { Seconds } from '../../kernel/index.ts';
import type { MetricName } from '../metrics.ts';

export const odooMajors = [14, 15, 16, 17, 18, 19] as const;

/** A major version of Odoo that Plimsoll has SQL for. */
export type OdooMajor = (typeof odooMajors)[number];

/**
 * One question to an Odoo database, as data. `$1` is the instant of the look, in UTC without a zone, as Odoo stores times.
 * Each label is a text column of the answer, each key of `metrics` a float8 column.
 */
export interface IndicatorQuery {
  readonly name: string;
  /** The module whose tables it reads: the query is skipped where that is not installed. */
  readonly module: string;
  readonly versions: readonly OdooMajor[];
  /** Versions on which it ran against the real Odoo and gave known answers; the others follow the published schema. */
  readonly proven: readonly OdooMajor[];
  /** Tables and the columns read of them: what the read-only role is granted, and what a lock can hold up. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  /** How often it is worth asking; costly questions are asked rarely. */
  readonly everySeconds: Seconds;
  readonly labels: readonly string[];
  readonly metrics: Readonly<Record<string, MetricName>>;
  /** What it means when a series that was seen before has no row any more. */
  readonly absent: 'zero' | 'nothing';
  /** The business is not judged by it: where it cannot be read, that is worth a finding and makes nothing unknown. */
  readonly isInformative?: boolean;
  readonly sql: string;
}

/** A question whose rows are facts to name in a reason, not samples. */
export interface FactQuery extends Omit<IndicatorQuery, 'labels' | 'metrics' | 'absent'> {
  readonly facts: 'crons';
}

/** Asked at every look. */
export const everyLook: Seconds = 0;
/** For figures over the last hour: they move slowly and their columns have no index in Odoo. */
export const everyFiveMinutes: Seconds = 300;
/** For sums over whole tables. */
export const everyQuarterHour: Seconds = 900;

export const allMajors = odooMajors;
export const provenOn19 = [19] as const;

/** The versions from one to another, both included. */
export function majorsBetween(first: OdooMajor, last: OdooMajor): readonly OdooMajor[] {
  return odooMajors.filter((major) => major >= first && major <= last);
}
