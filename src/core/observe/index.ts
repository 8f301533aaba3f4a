// What we can say about a running environment: samples, sketches, findings and the two answers on its health.

export {
  type ChangeDraft,
  changesSince,
  describeStep,
  type LatencyLevel,
  latencySteps,
  type MakeUp,
} from './changes.ts';
export {
  blockersSql,
  endSessionSql,
  holdersSql,
  type LockBlocker,
  type LockHolder,
  type LockPicture,
  type LockWaiter,
  redactQuery,
  type StatisticsQuery,
  sessionNowSql,
  statisticsQueries,
  waitersSql,
} from './database/index.ts';
export { estateFindings } from './estate-findings.ts';
export type { Finding, FindingDraft, FindingSeverity } from './finding.ts';
export {
  availabilityByService,
  delayByQueue,
  type ExchangeAttempt,
  type ExchangeFold,
  exchangesByPartner,
  type GoodTotal,
  type QueueDelay,
  type QueuedWork,
  type ServiceRun,
} from './folds.ts';
export {
  type EnvironmentHealth,
  type Health,
  type HealthReason,
  type HealthVerdict,
  verdictFrom,
  worstHealth,
} from './health.ts';
export {
  asOf,
  type CutOffFact,
  causeRank,
  healthCodes,
  healthFindings,
  type JudgeInput,
  judge,
  unreadFindings,
} from './judge/index.ts';
export {
  createLatencySketch,
  type LatencySketch,
  readLatencySketch,
  sketchRelativeAccuracy,
} from './latency-sketch.ts';
export {
  type Interval,
  inside,
  outside,
  type PartnerMeasure,
  type QueueMeasure,
  queueMeasures,
  queueMetrics,
  shipmentMeasures,
} from './measures.ts';
export { describeMetric, type MetricDefinition, type MetricName, metricCatalogue } from './metrics.ts';
export { type NotObserved, notObserved } from './not-observed.ts';
export {
  type CollectorName,
  type CollectorReport,
  type CronFact,
  collectorNames,
  type EndpointReading,
  type IngressReading,
  type LatencyFact,
  type Observation,
  type ProcessFact,
  type UnreadIndicator,
  unreadWords,
} from './observation.ts';
export {
  choosePack,
  type FactQuery,
  type IndicatorQuery,
  type OdooMajor,
  odooMajorOf,
  odooMajors,
  type PublishedColumn,
  publishedColumns,
  publishedIn,
  type SqlPack,
  sqlPacks,
  syntheticCompanyName,
  unprovenNote,
  versionSql,
} from './packs/index.ts';
export {
  columnsRead,
  quoteIdentifier,
  quoteLiteral,
  type ReaderRole,
  type RoleStatement,
  readerRoleStatements,
  readOnlyRole,
  readOnlyRoleStatements,
} from './reader/reader-role.ts';
export { type RedisFact, type RedisReading, readRedisInfo } from './redis.ts';
export {
  classifyRequest,
  feltClasses,
  parseLogLine,
  type RequestTally,
  samplesFromTally,
  type TransactionClass,
  tallyRequests,
  transactionClasses,
} from './requests/index.ts';
export { labelsKey, mergeSketches, quantilesOf, stepStart, withinOf } from './rollup.ts';
export type { Labels, Sample, SketchSample } from './sample.ts';
export { type SiteBacklog, type SiteCutOff, siteBacklogs } from './site-backlog.ts';
export { isStale, oldestCurrent, type ReadPlan, readEverySeconds, rpcEverySeconds, staleAfter } from './staleness.ts';
