// What PostgreSQL tells about itself: statistics as data, and the picture of its locks.
export {
  blockersSql,
  endSessionSql,
  holdersSql,
  type LockBlocker,
  type LockHolder,
  type LockPicture,
  type LockWaiter,
  redactQuery,
  rootBlockers,
  sessionNowSql,
  waitersSql,
} from './locks.ts';
export { statisticsQueries } from './statistics.ts';
export type { StatisticsQuery } from './statistics-query.ts';
