// Recovery: what a backup is, when one is due, what is kept, what a drill proves.

export { runsWith } from './addons.ts';
export { addonsCheck } from './addons-check.ts';
export { type ArchiveFacts, judgeArchive } from './archive-check.ts';
export { type AttachmentRow, formatAttachmentLine, parseAttachmentLine } from './attachment-line.ts';
export { attemptOf, attemptsOfRuns, type BackupAttempt, type BackupContent, goodAttempts } from './attempt.ts';
export { type BackupCheck, checkOf } from './backup-check.ts';
export { type BackupRole, backupRole, backupRoleStatements } from './backup-role.ts';
export {
  type BackupFigures,
  type BackupPhase,
  type BackupProgress,
  type BackupRun,
  backupId,
  backupPhases,
  type RestoreFacts,
  restoreFactsOf,
} from './backup-run.ts';
export {
  type ColumnFact,
  columnsSql,
  forgetOriginals,
  leftoverSql,
  planAnonymise,
  rememberOriginals,
  rulesFor,
  type Statement,
  unreadableColumns,
} from './copy/anonymise.ts';
export {
  type CopyPorts,
  copyNameRefusal,
  databaseOfCopy,
  deriveCopy,
  type EnvironmentCopy,
  expiredCopies,
  expiryOf,
} from './copy/copy.ts';
export { planReduce, type Reducible, type Reduction, reducible } from './copy/reduce.ts';
export type { AnonymiseRule, Disguise } from './copy/rules.ts';
export { type CoverageFacts, coverageOf } from './coverage.ts';
export {
  type DrillCheck,
  type DrillPhase,
  type DrillReport,
  type DrillVerdict,
  drillPhases,
} from './drill.ts';
export { type DrillEvidence, drillEvidence } from './drill-evidence.ts';
export { type DrillFailure, journeyCheck, judgeDrill, reasonOf, rpoAchieved } from './drill-verdict.ts';
export { type DumpContent, dumpProblem } from './dump-check.ts';
export { daysUntilFull, type Growth, growthOf, type SizeSample } from './figures/growth.ts';
export {
  type Achievement,
  type BackupRates,
  backupRates,
  type DomainAchievement,
  type DrillPoint,
  drillTrend,
  type RecoveredIncident,
  recoveredBy,
  recoveryAchievements,
} from './figures/rates.ts';
export { type Disqualifier, recoveryDisqualifiers } from './figures/readiness.ts';
export { type PointProof, type RecordedPoint, restorePoints } from './figures/restore-points.ts';
export {
  type RecoveryState,
  recoveryStates,
  type Standing,
  type StandingInput,
  standingOf,
} from './figures/standing.ts';
export { type StoragePrice, storagePrice } from './figures/storage-price.ts';
export {
  filestoreName,
  formatIndexLine,
  type IndexedFile,
  parseIndexLine,
  sha1OfName,
} from './filestore-index.ts';
export { type FilestoreMark, formatMark, type PublishedMark, parseMark } from './filestore-mark.ts';
export { sizeStatistics } from './findings/content.ts';
export {
  assessRecovery,
  carriedFindings,
  contentFaultsOf,
  filesNotContinued,
  fillFindings,
  goneBackups,
  historyOf,
  hollowBackups,
  type Published,
  recoveryFindings,
} from './findings/index.ts';
export { paperFindings } from './findings/paper.ts';
export { residencyReasons } from './findings/places.ts';
export type { BucketFacts, ContentFault, RecoveryView, RepositoryState, WalState } from './findings/view.ts';
export { integrationsProblem } from './integration-coverage.ts';
export {
  businessInvariants,
  type CountedWhen,
  chooseInvariants,
  type Identity,
  type Invariant,
  identitySql,
  judgeFilestore,
  judgeIdentity,
  judgeInvariant,
  judgeOrigin,
  judgeRowCounts,
  type NamedFile,
  namedFilesSql,
  neutralisedInvariants,
  type Origin,
  type RestoredFile,
  rowCountsSql,
  type Violation,
} from './invariants/index.ts';
export { keyCheckDueAt, keyCheckOf, type RecoveryKeyCheck, recoveryKeyChecked } from './key-check.ts';
export { businessTables, countedTables } from './key-tables.ts';
export {
  comesFrom,
  givenUpAt,
  type LogHistory,
  type LogLine,
  type LogLines,
  type LogPoint,
  type LogPosition,
  lineAt,
  noteInPlace,
  readHistory,
  readLogPosition,
} from './log-lines.ts';
export {
  type AddonsVersion,
  type BackupKind,
  type BackupManifest,
  type BackupMethod,
  type ContentPiece,
  type Coverage,
  type CoveragePart,
  coverageParts,
  type FilestoreSet,
  type LogicalDatabase,
  type PhysicalDatabase,
  type PhysicalPlace,
  pieceBytes,
  type RowCount,
  type StoredFile,
} from './manifest.ts';
export {
  databaseFilesOf,
  estateDocumentsOf,
  estateFolder,
  formatManifest,
  type PieceList,
  type PublishedManifest,
  parseManifest,
  piecesOf,
} from './manifest-format.ts';
export { paceOf, progressOf } from './meter.ts';
export { formatPassphrase, readPassphrase } from './passphrase.ts';
export {
  type BackupPlan,
  type BackupPlanInput,
  type PlannedBackup,
  physicalKind,
  planBackup,
  snapshotsAlone,
} from './plan/backup-plan.ts';
export { type AskedBackup, chooseBackupByHand } from './plan/by-hand.ts';
export { contentCheckEverySeconds, planContentChecks } from './plan/content-check.ts';
export {
  conclusiveDrills,
  type DrillPlan,
  type DrillPlanInput,
  drillHold,
  evidenceExpiresAt,
  planDrill,
} from './plan/drill-plan.ts';
export {
  type Feasibility,
  type FeasibilityInput,
  judgeFeasibility,
  type MeasuredRestore,
  type Prospect,
  restoreAssumptions,
} from './plan/feasibility.ts';
export {
  givenUpOf,
  givenUpRefusal,
  isLogicalGivenUp,
  type LogicalPoint,
  logicalPoints,
} from './plan/logical-reach.ts';
export { markEverySeconds } from './plan/mark-plan.ts';
export {
  blanketFindings,
  type DomainObjective,
  domainObjectives,
  domainOf,
  type ServiceDomain,
  serviceDomains,
} from './plan/objectives.ts';
export { type PhysicalPoint, physicalAttempt, planPhysical } from './plan/physical.ts';
export {
  type ArchiveSight,
  givenUpBackups,
  isGivenUp,
  type LostBackup,
  linesOf,
  lostOf,
  type PhysicalReach,
  physicalReach,
} from './plan/physical-reach.ts';
export {
  planRestore,
  projectedLoss,
  type RestorePlan,
  type RestoreView,
  type RestoreWish,
} from './plan/restore-plan.ts';
export {
  type ChosenPoint,
  choosePoint,
  describeReach,
  type PointView,
  type PointWish,
} from './plan/restore-point.ts';
export {
  beginsWithinSeconds,
  previewRestore,
  type RestoreAgreement,
  type RestorePreview,
} from './plan/restore-preview.ts';
export { type RestoreStep, type RestoreStepKind, restoreStepKinds } from './plan/restore-steps.ts';
export {
  lastRestoredAt,
  type RestoreInPlace,
  restoredEntryTypes,
  restoreEntryTypes,
  restoresInPlace,
} from './plan/restores-in-place.ts';
export { type CalendarRules, mayBegin, type Permission, type Slot, slotAt, zoneOf } from './plan/slots.ts';
export { type BarePhysical, type PruneInput, physicalLabelOf, planPrune } from './prune.ts';
export { judgeAchieved, metOrMissed, type RestoreReport } from './restore-report.ts';
export { planRetention, type RestorePoint, type RetentionInput, type RetentionPlan } from './retention.ts';
export { planStanzaCopy, type StanzaCopyPlan, type StanzaCopyRequest, type StanzaListing } from './stanza-copy.ts';
export {
  askedTask,
  beatenTask,
  begunTask,
  cancelledTask,
  endedTask,
  forgottenAfterSeconds,
  isUnderWay,
  keepTasksSeconds,
  lostAfterSeconds,
  type RecoveryTask,
  type SilenceBounds,
  secondsLeftOf,
  type TaskEnding,
  type TaskKind,
  type TaskProgress,
  type TaskRefusal,
  type TaskRequest,
  type TaskState,
  taskAsSeen,
  taskKinds,
  taskStates,
} from './task.ts';
export {
  type DamagedAttachment,
  damageStates,
  type VerifyProblem,
  type VerifyReport,
  verifiedParts,
} from './verification.ts';
export { followWal, readWalName, type WalChain, type WalGap, type WalPosition, writeWalName } from './wal.ts';
export { isPhysical, type PhysicalManifest, physicalFor, type ReachableWindow, reachableWindow } from './window.ts';
export { clockCheck, type WorkTimes, workTimes } from './work-times.ts';
