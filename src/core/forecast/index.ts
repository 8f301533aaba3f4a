// Cut-off forecasts: will the backlog clear before the lorry leaves, and how sure are we?
export type { BacklogForecast } from './backlog-forecast.ts';
export { backlogMetrics } from './backlog-metrics.ts';
export { backlogsWithDeadline, countsFor, type DeadlineBacklog } from './backlogs.ts';
export { type ClearForecast, type Expected, expectAtPace, forecastClear, wanderPerRootHour } from './clear.ts';
export { type DayShape, drainByShape, expectByShape, fewestDays, shapeOfDays } from './day-shape.ts';
export { type BacklogCount, fewestIntervals, forecastNow, type LiveForecast, pointsFromCounts } from './live.ts';
export { arrivalRate, type BacklogPoint, drainRate, halfLifeSeconds, type RateEstimate } from './rates.ts';
export {
  dayBeginsAt,
  decide,
  type ForecastAt,
  quietAbove,
  readBacklog,
  replayForecast,
  warnsAtOnceBelow,
  warnsBelow,
} from './replay.ts';
