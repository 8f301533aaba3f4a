import { formatDuration, type Refusal, refuse, type Seconds } from '../../kernel/index.ts';
import { comesFrom, givenUpAt, isSameLine, type LogLine, lineAt } from '../log-lines.ts';
import { givenUpRefusal, isLogicalGivenUp, type LogicalPoint } from './logical-reach.ts';
import { isGivenUp, type PhysicalReach, type ReachPoint } from './physical-reach.ts';
import type { RestoreInPlace } from './restores-in-place.ts';

/** What is there to restore from. */
export interface PointView {
  readonly now: Temporal.Instant;
  readonly logical: readonly LogicalPoint[];
  /** `undefined` where no log is archived. */
  readonly physical: PhysicalReach | undefined;
  /** Of the cluster that is in place now; `undefined` where it does not say. */
  readonly systemIdentifier: string | undefined;
  /** Restores in place that the ledger knows of, oldest first: what a dump alone cannot say. */
  readonly restores?: readonly RestoreInPlace[] | undefined;
  /** Business that the log may lack at its end, where the source no longer answers. */
  readonly unarchivedSeconds: Seconds;
}

export interface PointWish {
  /** As near to now as can be where it is not given. */
  readonly at: Temporal.Instant | undefined;
  /** The id of a logical backup, or the label of a physical one. */
  readonly backup: string | undefined;
  /** How much may be missing, as the person who asks has agreed to. */
  readonly acceptLossSeconds: Seconds | undefined;
}

/** What a restore starts from, and the instant that it brings back. */
export interface ChosenPoint {
  readonly kind: 'point';
  readonly method: 'logical' | 'physical';
  readonly id: string;
  /** Where recovery stops; `undefined` for the end of what there is. */
  readonly target: Temporal.Instant | undefined;
  /** Nothing committed after it comes back. */
  readonly reachesAt: Temporal.Instant;
  /** How long before the wanted instant that is. */
  readonly offSeconds: Seconds;
  /** The line of the log that it is on; `undefined` for a dump. */
  readonly timeline: number | undefined;
  /** It is of what a restore in place gave up: nothing that is archived now belongs to it. */
  readonly isGivenUp: boolean;
  readonly why: string;
}

const told = (at: Temporal.Instant): string => at.toString({ smallestUnit: 'second' });
const isAfter = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) > 0;
const between = (earlier: Temporal.Instant, later: Temporal.Instant): Seconds =>
  Math.max(0, later.since(earlier).total('seconds'));

/** From when to when an environment can be restored to, in words. */
export function describeReach({ logical, physical }: Pick<PointView, 'logical' | 'physical'>): string {
  const [first] = physical?.points ?? [];
  const end = physical?.reachesAt === undefined ? 'the end of the archived log' : told(physical.reachesAt);
  const window = first === undefined ? [] : [`any instant from ${told(first.stoppedAt)} to ${end}`];
  const oldest = logical[0];
  const newest = logical.at(-1);
  if (oldest !== undefined && newest !== undefined) {
    const span =
      logical.length === 1
        ? `of ${told(oldest.consistentAt)}`
        : `from ${told(oldest.consistentAt)} to ${told(newest.consistentAt)}`;
    window.push(`${logical.length} logical ${logical.length === 1 ? 'backup' : 'backups'} ${span}`);
  }
  return window.length === 0 ? 'nothing: there is no backup' : window.join(', and ');
}

const mostNamed = 3;

/** Backups that would have been there, and why they are not. */
function lostWords({ physical }: Pick<PointView, 'physical'>): string {
  const lost = physical?.lost ?? [];
  if (lost.length === 0) return '';
  const named = lost.slice(0, mostNamed).map(({ id, why }) => `${id}: ${why}`);
  const more = lost.length > mostNamed ? `; and ${lost.length - mostNamed} more` : '';
  return ` Not to be restored: ${named.join('; ')}${more}.`;
}

function outside(view: PointView, message: string): Refusal {
  const hint = `What can be reached: ${describeReach(view)}.`;
  return refuse({ code: 'INSTANT_OUT_OF_REACH', message: `${message}${lostWords(view)}`, hint });
}

/** A backup and an instant that do not belong together, because another line was in place then. */
function notOfInstant({ at, backup }: PointWish, { physical }: PointView): Refusal | undefined {
  const asked = physical?.points.find(({ label }) => label === backup);
  if (physical === undefined || asked === undefined || at === undefined || isAfter(asked.stoppedAt, at))
    return undefined;
  const line = lineAt(physical.lines, at);
  if (line === undefined || comesFrom(line, asked, physical.lines.histories)) return undefined;
  return refuse({
    code: 'BACKUP_GIVEN_UP',
    message: `At ${told(at)} a restore in place had given up ${asked.label}: its log does not lead there.`,
    hint: 'Leave --backup out, and one is chosen that does.',
  });
}

/** The line to recover along: the one that was in place at the instant, or the one that an asked-for backup is on. */
function lineFor({ lines }: PhysicalReach, { at }: PointWish, asked: ReachPoint | undefined): LogLine | undefined {
  return at === undefined && asked !== undefined && isGivenUp(asked, lines) ? asked : lineAt(lines, at);
}

function whyPhysical(point: ReachPoint, at: Temporal.Instant | undefined, until: Temporal.Instant | undefined): string {
  const from = `the log is replayed from the backup of ${told(point.stoppedAt)} up to`;
  if (until !== undefined) {
    const end = at === undefined ? 'its end' : 'the wanted instant, exactly';
    return `${from} ${end}: it is of what a restore in place gave up at ${told(until)}`;
  }
  return at === undefined
    ? 'its log is archived, so that everything up to its end comes back'
    : `${from} the wanted instant, exactly`;
}

function physicalPoint(wish: PointWish, view: PointView): ChosenPoint | undefined {
  const { at, backup } = wish;
  const { physical, now } = view;
  if (physical === undefined) return undefined;
  const { points, lines } = physical;
  const asked = points.find(({ label }) => label === backup);
  const line = lineFor(physical, wish, asked);
  const point = points
    .filter((each) => backup === undefined || each === asked)
    .filter((each) => line !== undefined && comesFrom(line, each, lines.histories))
    .filter(({ stoppedAt }) => at === undefined || !isAfter(stoppedAt, at))
    .at(-1);
  const current = lineAt(lines);
  if (point === undefined || line === undefined || current === undefined) return undefined;
  const isOld = !isSameLine(line, current);
  if (!isOld && at !== undefined && physical.reachesAt !== undefined && isAfter(at, physical.reachesAt)) {
    return undefined;
  }
  const until = isOld ? givenUpAt(lines, line, at ?? point.stoppedAt) : undefined;
  const end = until ?? physical.reachesAt ?? now.subtract({ seconds: Math.round(view.unarchivedSeconds) });
  return {
    kind: 'point',
    method: 'physical',
    id: point.label,
    target: at,
    reachesAt: at ?? end,
    offSeconds: 0,
    timeline: line.timeline,
    isGivenUp: isOld,
    why: whyPhysical(point, at, until),
  };
}

function logicalPoint({ at, backup }: PointWish, view: PointView): ChosenPoint | Refusal | undefined {
  const { logical, now } = view;
  const before = logical
    .filter(({ id }) => backup === undefined || id === backup)
    .filter(({ consistentAt }) => at === undefined || !isAfter(consistentAt, at));
  const point = before.at(-1);
  if (point === undefined) return undefined;
  if (backup === undefined && isLogicalGivenUp(point, view, at)) return givenUpRefusal(point, at);
  const offSeconds = at === undefined ? 0 : between(point.consistentAt, at);
  const off = `${formatDuration(offSeconds)} before the wanted instant`;
  const newest = backup === undefined ? 'the newest backup' : 'the backup that was asked for';
  const why =
    at === undefined ? newest : `${newest} before that instant; no log is archived that would reach it: ${off}`;
  const reachesAt = isAfter(point.consistentAt, now) ? now : point.consistentAt;
  return {
    kind: 'point',
    method: 'logical',
    id: point.id,
    target: undefined,
    reachesAt,
    offSeconds,
    timeline: undefined,
    isGivenUp: false,
    why,
  };
}

function unknownBackup({ backup }: PointWish, view: PointView): Refusal | undefined {
  const known = [...view.logical.map(({ id }) => id), ...(view.physical?.points ?? []).map(({ label }) => label)];
  if (backup === undefined || known.includes(backup)) return undefined;
  const lost = view.physical?.lost.find(({ id }) => id === backup);
  return refuse({
    code: 'BACKUP_UNKNOWN',
    message: lost === undefined ? `There is no backup ${backup}.` : `${backup} is not to be restored: ${lost.why}.`,
    hint: `There are: ${known.join(', ') || 'none'}.`,
  });
}

/**
 * What to restore from (RST-05). Where a log is archived, any instant in its window is reached to the second; else the
 * newest backup before it is chosen, and how far off that is must have been agreed to. What cannot be reached is refused
 * with what can.
 */
export function choosePoint(wish: PointWish, view: PointView): ChosenPoint | Refusal {
  const { at, acceptLossSeconds } = wish;
  if (at !== undefined && isAfter(at, view.now)) return outside(view, `${told(at)} lies in the future.`);
  const unknown = unknownBackup(wish, view) ?? notOfInstant(wish, view);
  if (unknown !== undefined) return unknown;
  const point = physicalPoint(wish, view) ?? logicalPoint(wish, view);
  if (point === undefined) {
    return outside(view, at === undefined ? 'There is nothing to restore from.' : `${told(at)} cannot be reached.`);
  }
  if (point.kind === 'refused') return point;
  if (point.offSeconds <= (acceptLossSeconds ?? 0)) return point;
  const off = formatDuration(Math.ceil(point.offSeconds));
  return refuse({
    code: 'INSTANT_NOT_EXACT',
    message: `The nearest backup before ${at === undefined ? 'now' : told(at)} is ${point.id}, ${off} earlier: what came in between is not in it.`,
    hint: `Agree with --accept-loss ${roundUp(point.offSeconds)}, or choose another instant. What can be reached: ${describeReach(view)}.`,
  });
}

/** A duration that covers the seconds, short enough to type. */
export function roundUp(seconds: Seconds): string {
  if (seconds <= 90) return `${Math.ceil(seconds)}s`;
  if (seconds <= 7_200) return `${Math.ceil(seconds / 60)}m`;
  return seconds <= 172_800 ? `${Math.ceil(seconds / 3_600)}h` : `${Math.ceil(seconds / 86_400)}d`;
}
