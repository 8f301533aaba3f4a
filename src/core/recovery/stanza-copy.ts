import type { Bytes } from '../kernel/index.ts';

/** What lies in a repository of pgBackRest for one stanza: paths below the repository, and how large each file is. */
export type StanzaListing = ReadonlyMap<string, Bytes>;

export interface StanzaCopyRequest {
  readonly stanza: string;
  /** The backups to copy, with those that they need. */
  readonly labels: readonly string[];
  /** The oldest segment that any of them needs. */
  readonly walStart: string;
}

/** What to send, in an order in which a kill leaves nothing that counts: each phase is whole before the next begins. */
export interface StanzaCopyPlan {
  /** Segments, and the content of the backups. */
  readonly content: readonly string[];
  /** What makes each of them a backup. */
  readonly manifests: readonly string[];
  /** What the repository itself is opened with; sent anew each time. */
  readonly info: readonly string[];
  /** Backups that the source does not have whole. */
  readonly lost: readonly string[];
}

/** Segments count by where they are in the log: another history continues at the same place. */
const positionOf = (segment: string): string => segment.slice(8, 24);

function isWantedOfLog(path: string, walStart: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.history')) return true;
  return /^[0-9A-F]{24}/.test(name) && positionOf(name) >= positionOf(walStart);
}

/** What of a stanza is to be sent to another repository, where the files that are there already have their size (BKP-06). */
export function planStanzaCopy(
  { stanza, labels, walStart }: StanzaCopyRequest,
  from: StanzaListing,
  to: StanzaListing,
): StanzaCopyPlan {
  const isMissing = (path: string): boolean => to.get(path) !== from.get(path);
  // What is still being written gets its name when it is whole.
  const paths = [...from.keys()].filter((path) => !path.endsWith('.pgbackrest.tmp')).toSorted();
  const ofBackups = paths.filter((path) => labels.some((label) => path.startsWith(`backup/${stanza}/${label}/`)));
  const ofLog = paths.filter((path) => path.startsWith(`archive/${stanza}/`) && isWantedOfLog(path, walStart));
  const isManifest = (path: string): boolean => /\/backup\.manifest(\.copy)?$/.test(path);
  return {
    content: [...ofLog, ...ofBackups.filter((path) => !isManifest(path))].filter(isMissing),
    manifests: ofBackups.filter(isManifest).filter(isMissing),
    info: paths.filter((path) => /^(archive|backup)\/[^/]+\/(archive|backup)\.info(\.copy)?$/.test(path)),
    lost: labels.filter((label) => !from.has(`backup/${stanza}/${label}/backup.manifest`)),
  };
}
