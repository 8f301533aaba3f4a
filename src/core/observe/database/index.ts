// What PostgreSQL tells about itself: statistics as data, and the picture of its locks.
export {
  blockersSql,
  holdersSql,
  type LockBlocker,
  type LockHolder,
  type LockPicture,
  type LockWaiter,
  redactQuery,
  rootBlockers,
  waitersSql,
} from './locks.ts';
export { type StatisticsQuery, statisticsQueries } from './statistics.ts';
