// Recovery: what a backup is, when one is due, what is kept, what a drill proves.
export {
  type DrillCheck,
  type DrillPhase,
  type DrillReport,
  type DrillVerdict,
  drillPhases,
} from './drill.ts';
export {
  filestoreName,
  formatIndexLine,
  type IndexedFile,
  parseIndexLine,
  sha1OfName,
} from './filestore-index.ts';
export { businessTables, countedTables } from './key-tables.ts';
export {
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
  pieceBytes,
  type RowCount,
  type StoredFile,
} from './manifest.ts';
export {
  formatManifest,
  type PieceList,
  type PublishedManifest,
  parseManifest,
  piecesOf,
} from './manifest-format.ts';
