import type { RestorePlace } from './restore-place.ts';

/** A cluster that waits to be started: PostgreSQL then replays the log to the wanted instant and opens. */
export interface ExtractedCluster {
  readonly dataDirectory: string;
  /** Where PostgreSQL's programs of its version are. */
  readonly binaries: string;
  /** What it listens on once it is started, on loopback, and where its socket is. */
  readonly port: number;
  readonly socketDirectory: string;
}

/** A new directory that a backup is taken out into, for people to go on from by hand. */
export interface Extraction extends Pick<RestorePlace, 'directory' | 'writeDumpFile' | 'writeFile'> {
  /**
   * `fill` puts a cluster into the directory that it is given; then the cluster gets settings of its own, with which it
   * starts on this machine whatever its source had, and a way in for whoever is root here.
   */
  takeCluster(fill: (dataDirectory: string) => Promise<void>): Promise<ExtractedCluster>;
  /** Takes the directory away with what was written: half of a backup is none, and the next try needs its name. */
  remove(): Promise<void>;
}

/**
 * Makes the directory. Throws SETTING_INVALID where anything has that name already, or where PostgreSQL's user could not
 * reach a cluster in it; PHYSICAL_UNAVAILABLE where a cluster's programs are not on this machine.
 */
export type OpenExtraction = (method: 'logical' | 'physical') => Promise<Extraction>;
