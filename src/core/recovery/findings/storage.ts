import type { DeclaredStorage, Environment, StoredData } from '../../estate/index.ts';
import type { FindingDraft, FindingSeverity } from '../../observe/index.ts';
import { draft } from './draft.ts';

/** What only grows and is rarely read: it belongs into object storage. */
const objectData: readonly StoredData[] = ['attachments', 'exports', 'archives', 'backups'];
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

/** Whether what an environment keeps is kept apart, and where it belongs, as far as that is declared (OBJ-01). */
export function storageFindings(environment: Environment): readonly FindingDraft[] {
  const declared = Object.entries(environment.storage ?? {}) as [StoredData, DeclaredStorage][];
  // One bucket may hold many prefixes; a volume is one thing.
  const volumes = declared.filter(([, { class: kind, volume }]) => kind !== 'object-storage' && volume !== undefined);
  const byVolume = Map.groupBy(volumes, ([, { volume }]) => volume ?? '');
  return [
    ...declared.flatMap(([data, storage]) => misplaced(environment, data, storage)),
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
