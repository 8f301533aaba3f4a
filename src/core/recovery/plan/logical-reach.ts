import { type Refusal, refuse } from '../../kernel/index.ts';
import { isSameLine, type LogLines, lineAt } from '../log-lines.ts';
import type { BackupManifest } from '../manifest.ts';
import { isPhysical } from '../window.ts';
import { type ArchiveSight, givenUpBackups, type PhysicalReach } from './physical-reach.ts';
import { isGivenUpByRestore, type RestoreInPlace } from './restores-in-place.ts';

/** A logical backup that can be restored, as far as choosing goes. */
export interface LogicalPoint {
  readonly id: string;
  readonly consistentAt: Temporal.Instant;
  readonly systemIdentifier: string;
  /** Taken by a restore in place of what it was about to give up. */
  readonly isBeforeRestore: boolean;
}

/** The dumps among the backups of an environment. */
export function logicalPoints(manifests: readonly BackupManifest[]): readonly LogicalPoint[] {
  return manifests
    .filter((each) => !isPhysical(each))
    .map(({ id, consistentAt, source: { systemIdentifier }, beforeRestore }) => ({
      id,
      consistentAt,
      systemIdentifier,
      isBeforeRestore: beforeRestore === true,
    }));
}

/** What tells whether a dump is of what is in place. */
export interface InPlace {
  readonly physical: Pick<PhysicalReach, 'lines'> | undefined;
  /** Of the cluster that is in place now; `undefined` where it does not say. */
  readonly systemIdentifier: string | undefined;
  /** What the ledger knows of them, oldest first; nothing where it is lost. */
  readonly restores?: readonly RestoreInPlace[] | undefined;
}

const areKnown = ({ points, histories }: LogLines): boolean => points.length + histories.length > 0;

/** Whether a restore in place gave up what a dump holds before the instant, or before now. */
function isOfOtherLine(point: LogicalPoint, lines: LogLines, at: Temporal.Instant | undefined): boolean {
  const [line, own] = [lineAt(lines, at), lineAt(lines, point.consistentAt)];
  return line !== undefined && own !== undefined && !isSameLine(line, own);
}

/** Whether nobody can say that the restore which a dump was taken for did not give it up. */
function mayBeGivenUp(point: LogicalPoint, { physical, systemIdentifier }: InPlace): boolean {
  // Of a physical restore the cluster is the same before and after: only its log tells.
  return point.isBeforeRestore && (physical !== undefined || systemIdentifier !== point.systemIdentifier);
}

/** Whether a dump is not to be taken for what was in place at the instant, or is in place now. */
export function isLogicalGivenUp(point: LogicalPoint, inPlace: InPlace, at?: Temporal.Instant): boolean {
  const { physical } = inPlace;
  if (at?.equals(point.consistentAt) === true) return false;
  if (physical !== undefined && areKnown(physical.lines)) return isOfOtherLine(point, physical.lines, at);
  return isGivenUpByRestore(point, inPlace.restores ?? [], at) || mayBeGivenUp(point, inPlace);
}

/** Says that the newest dump is of what a restore in place gave up, and how it is had all the same. */
export function givenUpRefusal({ id, consistentAt }: LogicalPoint, at?: Temporal.Instant): Refusal {
  const told = (instant: Temporal.Instant): string => instant.toString({ smallestUnit: 'second' });
  const what = at === undefined ? 'what is in place now' : `what was in place at ${told(at)}`;
  return refuse({
    code: 'BACKUP_GIVEN_UP',
    message: `There is no backup of ${what}: the newest one, ${id}, is of ${told(consistentAt)}, and a restore in place gave that up.`,
    hint: `Take one first: plimsoll backup run. Or choose what was given up with --backup ${id}, or another with --backup ID.`,
  });
}

/**
 * The backups that a restore in place gave up, by id: of physical ones and of dumps beside them the archive says so, of dumps
 * alone the ledger.
 */
export function givenUpOf(
  manifests: readonly BackupManifest[],
  sight: ArchiveSight | undefined,
  restores: readonly RestoreInPlace[],
): ReadonlySet<string> {
  const physical = givenUpBackups(manifests, sight);
  const areAlone = !manifests.some(isPhysical);
  const dumps = areAlone ? logicalPoints(manifests).filter((dump) => isGivenUpByRestore(dump, restores)) : [];
  return new Set([...physical, ...dumps.map(({ id }) => id)]);
}
