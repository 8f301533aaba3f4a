/**
 * One line of an environment's log. A restore in place leaves the line that was written so far and begins another: of a
 * physical backup a new timeline of the same cluster, of a dump a new cluster.
 */
export interface LogLine {
  readonly systemIdentifier: string;
  readonly timeline: number;
}

/** A place in the log of a cluster: bytes from its beginning. */
export type LogPosition = bigint;

/** What the archive says of a line that began by a restore. */
export interface LogHistory extends LogLine {
  /** Where it left the lines that it comes from, oldest first: what those wrote behind that is not in it. */
  readonly forks: readonly { readonly timeline: number; readonly at: LogPosition }[];
  /** From when on it was in place; `undefined` where nobody noted it. */
  readonly since: Temporal.Instant | undefined;
}

/** A physical backup as a place on a line. */
export interface LogPoint extends LogLine {
  readonly startedAt: Temporal.Instant;
  readonly stoppedAt: Temporal.Instant;
  /** `undefined` where only its manifest is known. */
  readonly stop: LogPosition | undefined;
}

/** Everything that is known of the lines of one environment. */
export interface LogLines {
  readonly points: readonly LogPoint[];
  readonly histories: readonly LogHistory[];
}

const position = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;
const historyLine = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)\s*(.*)$/i;
const noted = /in place since (\S+)$/;

/** Reads `0/40001F0`; `undefined` where it is none. */
export function readLogPosition(text: string): LogPosition | undefined {
  const [, high, low] = position.exec(text) ?? [];
  return high === undefined || low === undefined ? undefined : (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function instantIn(text: string | undefined): Temporal.Instant | undefined {
  try {
    return text === undefined ? undefined : Temporal.Instant.from(text);
  } catch {
    // The reason is free text; what is no instant was not noted by us.
    return undefined;
  }
}

/** Reads a history file of PostgreSQL: a line for each timeline that was left, where, and why. */
export function readHistory(text: string): Pick<LogHistory, 'forks' | 'since'> {
  const lines = text.split('\n').flatMap((line) => {
    const [, timeline, at = '', reason = ''] = historyLine.exec(line) ?? [];
    const left = readLogPosition(at);
    return timeline === undefined || left === undefined ? [] : [{ timeline: Number(timeline), at: left, reason }];
  });
  const since = instantIn(noted.exec(lines.at(-1)?.reason.trim() ?? '')?.[1]);
  return { forks: lines.map(({ timeline, at }) => ({ timeline, at })), since };
}

/** Notes from when on a line is in place, in the reason of its last fork: PostgreSQL reads no further than the position. */
export function noteInPlace(text: string, since: Temporal.Instant): string {
  return `${text.trimEnd()}; in place since ${since}\n`;
}

export const isSameLine = (a: LogLine, b: LogLine): boolean =>
  a.systemIdentifier === b.systemIdentifier && a.timeline === b.timeline;

interface Seen {
  readonly line: LogLine;
  readonly at: Temporal.Instant;
}

/** When which line was seen in place, oldest first. A backup was of the line that was in place while it was taken. */
function sightings({ points, histories }: LogLines): readonly Seen[] {
  const begun = histories.flatMap((line) => (line.since === undefined ? [] : [{ line, at: line.since }]));
  const taken = points.flatMap((line) => [
    { line, at: line.startedAt },
    { line, at: line.stoppedAt },
  ]);
  return [...begun, ...taken].toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

const isAfter = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) > 0;

/** The line that was in place at an instant, or is now; `undefined` where there is no backup at all. */
export function lineAt(lines: LogLines, at?: Temporal.Instant): LogLine | undefined {
  const seen = sightings(lines);
  return (at === undefined ? seen : seen.filter((each) => !isAfter(each.at, at))).at(-1)?.line ?? seen[0]?.line;
}

/** When a line that was in place at an instant was given up for another; `undefined` where it still is in place. */
export function givenUpAt(lines: LogLines, line: LogLine, at: Temporal.Instant): Temporal.Instant | undefined {
  return sightings(lines).find((each) => isAfter(each.at, at) && !isSameLine(each.line, line))?.at;
}

/**
 * Whether the log leads from a backup to a line. It does not to one that a restore in place began: that was written apart for a
 * while, where nothing is archived.
 */
export function comesFrom(line: LogLine, point: LogPoint, histories: readonly LogHistory[]): boolean {
  if (line.systemIdentifier !== point.systemIdentifier) return false;
  if (line.timeline === point.timeline) return true;
  const history = histories.find((each) => isSameLine(each, line));
  if (history?.since !== undefined) return false;
  const fork = history?.forks.find((each) => each.timeline === point.timeline);
  return fork !== undefined && point.stop !== undefined && point.stop <= fork.at;
}
