import type { Seconds } from '../../kernel/index.ts';
import type { MetricName } from '../metrics.ts';

/** One question to PostgreSQL about itself. None of them reads a table of the application, so no lock can hold them up. */
export interface StatisticsQuery {
  readonly name: string;
  /** First and last major version of PostgreSQL it is written for. */
  readonly from: number;
  readonly to: number;
  readonly everySeconds: Seconds;
  readonly labels: readonly string[];
  /** Levels, stored as they are. */
  readonly metrics: Readonly<Record<string, MetricName>>;
  /** Counters, stored as change per second since the last look. */
  readonly rates: Readonly<Record<string, MetricName>>;
  /** A relation that must be there and readable; where it is not, the question is passed over. */
  readonly needs?: string;
  readonly sql: string;
}
