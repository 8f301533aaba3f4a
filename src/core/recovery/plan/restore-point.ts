import { formatDuration, type Refusal, refuse, type Seconds } from '../../kernel/index.ts';

/** A logical backup that can be restored, as far as choosing goes. */
export interface LogicalPoint {
  readonly id: string;
  readonly consistentAt: Temporal.Instant;
}

/** What physical backups and the archived log reach. */
export interface PhysicalReach {
  /** Oldest first; each can be recovered from its `stoppedAt` on. */
  readonly points: readonly { readonly label: string; readonly stoppedAt: Temporal.Instant }[];
  /** The last instant that the log reaches; `undefined` where nobody can say, because the source does not answer. */
  readonly reachesAt: Temporal.Instant | undefined;
}

/** What is there to restore from. */
export interface PointView {
  readonly now: Temporal.Instant;
  readonly logical: readonly LogicalPoint[];
  /** `undefined` where no log is archived. */
  readonly physical: PhysicalReach | undefined;
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

function outside(view: PointView, message: string): Refusal {
  return refuse({ code: 'INSTANT_OUT_OF_REACH', message, hint: `What can be reached: ${describeReach(view)}.` });
}

function physicalPoint({ at, backup }: PointWish, view: PointView): ChosenPoint | undefined {
  const { physical, now } = view;
  if (physical === undefined) return undefined;
  const usable = physical.points
    .filter(({ label }) => backup === undefined || label === backup)
    .filter(({ stoppedAt }) => at === undefined || !isAfter(stoppedAt, at));
  const point = usable.at(-1);
  if (point === undefined) return undefined;
  if (at !== undefined && physical.reachesAt !== undefined && isAfter(at, physical.reachesAt)) return undefined;
  const end = physical.reachesAt ?? now.subtract({ seconds: Math.round(view.unarchivedSeconds) });
  return {
    kind: 'point',
    method: 'physical',
    id: point.label,
    target: at,
    reachesAt: at ?? end,
    offSeconds: 0,
    why:
      at === undefined
        ? 'its log is archived, so that everything up to its end comes back'
        : `the log is replayed from the backup of ${told(point.stoppedAt)} up to the wanted instant, exactly`,
  };
}

function logicalPoint({ at, backup }: PointWish, { logical, now }: PointView): ChosenPoint | undefined {
  const usable = logical
    .filter(({ id }) => backup === undefined || id === backup)
    .filter(({ consistentAt }) => at === undefined || !isAfter(consistentAt, at));
  const point = usable.at(-1);
  if (point === undefined) return undefined;
  const offSeconds = at === undefined ? 0 : between(point.consistentAt, at);
  const off = `${formatDuration(offSeconds)} before the wanted instant`;
  const newest = backup === undefined ? 'the newest backup' : 'the backup that was asked for';
  const why =
    at === undefined ? newest : `${newest} before that instant; no log is archived that would reach it: ${off}`;
  const reachesAt = isAfter(point.consistentAt, now) ? now : point.consistentAt;
  return { kind: 'point', method: 'logical', id: point.id, target: undefined, reachesAt, offSeconds, why };
}

/**
 * What to restore from (RST-05). Where a log is archived, any instant in its window is reached to the second; else the
 * newest backup before it is chosen, and how far off that is must have been agreed to. What cannot be reached is refused
 * with what can.
 */
export function choosePoint(wish: PointWish, view: PointView): ChosenPoint | Refusal {
  const { at, backup, acceptLossSeconds } = wish;
  if (at !== undefined && isAfter(at, view.now)) return outside(view, `${told(at)} lies in the future.`);
  const known = [...view.logical.map(({ id }) => id), ...(view.physical?.points ?? []).map(({ label }) => label)];
  if (backup !== undefined && !known.includes(backup)) {
    return refuse({
      code: 'BACKUP_UNKNOWN',
      message: `There is no backup ${backup}.`,
      hint: `There are: ${known.join(', ') || 'none'}.`,
    });
  }
  const point = physicalPoint(wish, view) ?? logicalPoint(wish, view);
  if (point === undefined) {
    return outside(view, at === undefined ? 'There is nothing to restore from.' : `${told(at)} cannot be reached.`);
  }
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
