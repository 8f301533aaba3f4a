import type { DeclaredStorage, Environment, StoredData } from '../../estate/index.ts';
import type { FindingDraft, FindingSeverity } from '../../observe/index.ts';
import { draft } from './draft.ts';

/** What only grows and is rarely read: it belongs into object storage. */
const objectData: readonly StoredData[] = ['attachments', 'exports', 'archives', 'backups'];
/** What a running Odoo reads: a lost file is an attachment that does not open. */
const liveFiles: readonly StoredData[] = ['attachments', 'filestore'];
const words = { 'local-volume': 'a local volume', 'premium-volume': 'a premium volume' } as const;

const severityIn = ({ serviceClass }: Environment): FindingSeverity =>
  serviceClass === 'production' ? 'warning' : 'info';

/** Exports, archives and the like on volumes that are dear, or that go with their machine. */
function misplaced(environment: Environment, data: StoredData, { class: kind }: DeclaredStorage) {
  if (!objectData.includes(data) || (kind !== 'premium-volume' && kind !== 'local-volume')) return [];
  return [
    draft(environment, {
      code: 'STORAGE_CLASS_UNFIT',
      severity: severityIn(environment),
      subject: data,
      reason: `The ${data} of ${environment.name} lie on ${words[kind]}.`,
      action: `Move them to object storage, which is cheaper and outlives the machine, and declare it: storage: { ${data}: { class: object-storage } }.`,
      evidence: { data, class: kind },
    }),
  ];
}

/** Files that Odoo still names, in a bucket that forgets what somebody deletes there (OBJ-02). */
function unversioned(environment: Environment, data: StoredData, { class: kind, versioned }: DeclaredStorage) {
  if (!liveFiles.includes(data) || kind !== 'object-storage' || versioned === true) return [];
  const why =
    versioned === false
      ? 'in a bucket that keeps no versions'
      : 'in a bucket of which nobody says that it keeps versions';
  return [
    draft(environment, {
      code: 'STORAGE_NOT_VERSIONED',
      severity: severityIn(environment),
      subject: data,
      reason: `The ${data} of ${environment.name} lie ${why}: what is deleted or overwritten there is gone.`,
      action: `Switch versioning on in that bucket, and declare it: storage: { ${data}: { class: object-storage, versioned: true } }.`,
      evidence: { data, versioned: versioned ?? null },
    }),
  ];
}

/** Kinds of data that share one volume: one that fills up stops the others, and one that is lost takes them along. */
function shared(environment: Environment, volume: string, together: readonly StoredData[]): FindingDraft {
  return draft(environment, {
    code: 'STORAGE_CLASSES_MIXED',
    severity: severityIn(environment),
    subject: volume,
    reason: `${together.slice(0, -1).join(', ')} and ${together.at(-1)} of ${environment.name} share ${volume}: where it is full or lost, it is so for all of them.`,
    action: 'Give each kind of data a volume of its own, or move what is not live to object storage.',
    evidence: { volume, data: together.join(', ') },
  });
}

/** Whether what an environment keeps is kept apart, where it belongs, and not lost by a deletion, as far as that is declared (OBJ-01, OBJ-02). */
export function storageFindings(environment: Environment): readonly FindingDraft[] {
  const declared = Object.entries(environment.storage ?? {}) as [StoredData, DeclaredStorage][];
  // One bucket may hold many prefixes; a volume is one thing.
  const volumes = declared.filter(([, { class: kind, volume }]) => kind !== 'object-storage' && volume !== undefined);
  const byVolume = Map.groupBy(volumes, ([, { volume }]) => volume ?? '');
  return [
    ...declared.flatMap(([data, storage]) => [
      ...misplaced(environment, data, storage),
      ...unversioned(environment, data, storage),
    ]),
    ...[...byVolume]
      .filter(([, together]) => together.length > 1)
      .map(([volume, together]) =>
        shared(
          environment,
          volume,
          together.map(([data]) => data),
        ),
      ),
  ];
}
