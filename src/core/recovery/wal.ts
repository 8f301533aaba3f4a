/** A WAL segment's place in the log. */
export interface WalPosition {
  readonly timeline: number;
  /** Counts segments since the beginning of the log, the same on every timeline. */
  readonly number: number;
}

/** A run of segments that are not in the archive. */
export interface WalGap {
  readonly first: string;
  readonly last: string;
  readonly segments: number;
}

const segmentName = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/;
/** What PostgreSQL is built with unless `initdb --wal-segsize` said otherwise. */
export const defaultSegmentBytes = 16 * 2 ** 20;

/** Reads `000000010000000200000003`; `undefined` for history files, backup labels and anything else. */
export function readWalName(name: string, segmentBytes = defaultSegmentBytes): WalPosition | undefined {
  const match = segmentName.exec(name);
  if (match === null) return undefined;
  const [timeline, log, segment] = match.slice(1).map((digits) => Number.parseInt(digits, 16));
  const perLog = 2 ** 32 / segmentBytes;
  if (timeline === undefined || log === undefined || segment === undefined || segment >= perLog) return undefined;
  return { timeline, number: log * perLog + segment };
}

/** The name of the segment at a position. */
export function writeWalName({ timeline, number }: WalPosition, segmentBytes = defaultSegmentBytes): string {
  const perLog = 2 ** 32 / segmentBytes;
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  return `${hex(timeline)}${hex(Math.floor(number / perLog))}${hex(number % perLog)}`;
}

/** The chain of segments that a backup needs to reach later instants (BKP-03). */
export interface WalChain {
  /** The last segment that can be reached without a gap; `undefined` where not even the first is there. */
  readonly reaches: string | undefined;
  /** Oldest first. What lies behind the first gap cannot be reached. */
  readonly gaps: readonly WalGap[];
}

/**
 * Follows the archive from the segment a backup starts in to the newest one there. Segments of all timelines count: after
 * a promotion the numbers go on. Names that are no segments are passed over.
 */
export function followWal(from: string, archived: readonly string[], segmentBytes = defaultSegmentBytes): WalChain {
  const start = readWalName(from, segmentBytes);
  if (start === undefined) return { reaches: undefined, gaps: [] };
  const timelines = new Map<number, number>();
  for (const name of archived) {
    const position = readWalName(name, segmentBytes);
    if (position === undefined || position.number < start.number || position.timeline < start.timeline) continue;
    timelines.set(position.number, Math.max(position.timeline, timelines.get(position.number) ?? 0));
  }
  const numbers = [...timelines.keys()].toSorted((a, b) => a - b);
  const gaps: WalGap[] = [];
  let expected = start.number;
  let timeline = start.timeline;
  let reached: number | undefined;
  for (const number of numbers) {
    if (number > expected) {
      const name = (at: number): string => writeWalName({ timeline, number: at }, segmentBytes);
      gaps.push({ first: name(expected), last: name(number - 1), segments: number - expected });
    }
    timeline = timelines.get(number) ?? timeline;
    if (gaps.length === 0) reached = number;
    expected = number + 1;
  }
  const reaches =
    reached === undefined
      ? undefined
      : writeWalName({ timeline: timelines.get(reached) ?? start.timeline, number: reached }, segmentBytes);
  return { reaches, gaps };
}
