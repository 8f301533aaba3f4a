import { describe, expect, test } from 'vitest';
import { describeMetric } from '../metrics.ts';
import { waitersSql } from './locks.ts';
import { statisticsQueries } from './statistics.ts';

/**
 * The columns that the PostgreSQL manual lists (chapters "The Cumulative Statistics System" and "System Views") and that
 * are used here, with the first and last major that has them. Only these differ between 13 and 18.
 */
const documented: Readonly<Record<string, Readonly<Record<string, readonly [from: number, to: number]>>>> = {
  pg_stat_bgwriter: { checkpoints_req: [0, 16], checkpoints_timed: [0, 16] },
  pg_stat_checkpointer: { num_requested: [17, 99], num_timed: [17, 99] },
  pg_locks: { waitstart: [14, 99] },
  pg_stat_activity: { state: [0, 99], xact_start: [0, 99], query_start: [0, 99], backend_type: [10, 99] },
  pg_stat_database: { xact_commit: [0, 99], xact_rollback: [0, 99], deadlocks: [0, 99], temp_bytes: [0, 99] },
  pg_stat_user_tables: { n_live_tup: [0, 99], n_dead_tup: [0, 99], last_vacuum: [0, 99], last_autovacuum: [0, 99] },
  pg_stat_replication: { replay_lag: [10, 99], replay_lsn: [10, 99], application_name: [0, 99] },
};

const majors = [13, 14, 15, 16, 17, 18] as const;
const chosen = (major: number) => statisticsQueries.filter(({ from, to }) => from <= major && major <= to);

describe('statistics of PostgreSQL 13 to 18', () => {
  test.each(majors)('%d is asked nothing that its manual does not list', (major) => {
    const texts = [...chosen(major).map(({ sql }) => sql), waitersSql(major)];
    for (const [view, columns] of Object.entries(documented)) {
      for (const text of texts.filter((each) => new RegExp(`\\b${view}\\b`).test(each))) {
        const missing = Object.entries(columns)
          .filter(([column]) => new RegExp(`\\b${column}\\b`).test(text))
          .filter(([, [from, to]]) => major < from || major > to);
        expect(missing, `${view} in ${text}`).toEqual([]);
      }
    }
  });

  test.each(majors)('%d gives every metric of the catalogue, each once', (major) => {
    const metrics = chosen(major).flatMap((query) => [...Object.values(query.metrics), ...Object.values(query.rates)]);
    expect(metrics).toContain('postgres_checkpoint_timed_per_second');
    expect(metrics).toContain('postgres_table_bloat_bytes');
    expect(new Set(metrics).size).toBe(metrics.length);
    for (const metric of metrics) expect(describeMetric(metric)).toBeDefined();
  });

  test('checkpoints moved to a view of their own with 17, and 13 knows no start of a wait', () => {
    const views = majors.map((major) => chosen(major).some(({ sql }) => sql.includes('pg_stat_checkpointer')));
    expect(views).toEqual([false, false, false, false, true, true]);
    expect(majors.map((major) => waitersSql(major).includes('waitstart'))).toEqual([false, ...Array(5).fill(true)]);
  });
});
