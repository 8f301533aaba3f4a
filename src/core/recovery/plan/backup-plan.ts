import type { Environment } from '../../estate/index.ts';
import { formatDuration, isDatedAhead, type RefusalReason, type Seconds } from '../../kernel/index.ts';
import { type BackupAttempt, goodAttempts } from '../attempt.ts';
import type { BackupKind, BackupMethod } from '../manifest.ts';
import { unbackedSince } from './restores-in-place.ts';
import { firstPermitted, mayBegin, type Slot, slotAt } from './slots.ts';

/** What a plan is made from. */
export interface BackupPlanInput {
  readonly environment: Environment;
  readonly now: Temporal.Instant;
  /** Attempts that have ended, in any order. */
  readonly history: readonly BackupAttempt[];
  /**
   * When the newest one ended that had succeeded and is there no more: it is not in the history, and failures before it are
   * over all the same.
   */
  readonly lostAt?: Temporal.Instant | undefined;
  /** When the last restore in place ended: what is written since is in no backup that was begun before. */
  readonly restoredAt?: Temporal.Instant | undefined;
  /** One is being taken now. */
  readonly isRunning: boolean;
  /** Whether the environment's PostgreSQL archives its WAL, so that physical backups can be taken. */
  readonly canArchive: boolean;
}

/** One backup to take, and why so. */
export interface PlannedBackup {
  readonly at: Temporal.Instant;
  readonly method: BackupMethod;
  readonly kind: BackupKind;
  readonly why: string;
}

/** What should be done about the backups of an environment. */
export interface BackupPlan {
  /** `undefined` where what is declared is no plan at all; `problems` then says so. */
  readonly method: BackupMethod | undefined;
  /** Whether the WAL is archived all the time, so that the recovery point does not wait for the next backup. */
  readonly archivesWal: boolean;
  /** To be begun now. */
  readonly due: PlannedBackup | undefined;
  /** Due, and held back by the calendar or by an earlier failure. */
  readonly held: { readonly until: Temporal.Instant | undefined; readonly why: string } | undefined;
  /** The first one after now, where none is due. */
  readonly next: PlannedBackup | undefined;
  readonly slot: Slot;
  readonly problems: readonly RefusalReason[];
}

const day: Seconds = 86_400;
const fullEvery: Seconds = 7 * day;
/** Slots that are looked through for the next backup: a peak of a month holds back no more. */
const slotsAhead = 60;

/**
 * What to back up, when and by which method, with why (BKP-02). Never begins in a peak unless `avoidPeaks: false` is
 * declared. Idempotent: once a good backup of the slot is in the history, nothing is due until the next slot; or until a
 * restore in place, after which one is due at once, whatever the slot has.
 */
export function planBackup(all: BackupPlanInput): BackupPlan {
  const { environment, now } = all;
  // What a clock that was ahead has dated would hold the next one back until its time has come.
  const input = { ...all, history: all.history.filter(({ finishedAt }) => !isDatedAhead(finishedAt, now)) };
  const slot = slotAt(environment, now);
  const problems = problemsOf(input);
  const method = methodOf(input);
  const archivesWal = environment.backup.method === 'physical' && input.canArchive;
  const base = { method, archivesWal, slot, problems };
  if (method === undefined) return { ...base, due: undefined, held: undefined, next: undefined };
  const next = planNext(input, method, slot);
  const wanted = wantedNow(input, slot);
  if (wanted === undefined || input.isRunning) return { ...base, due: undefined, held: undefined, next };
  const retry = retryAt(input.history, laterOf(input.lostAt, unbackedSince(input.history, input.restoredAt, now)));
  if (retry !== undefined && Temporal.Instant.compare(now, retry) < 0) {
    const held = { until: retry, why: 'the last attempt came to nothing; it is tried again after a pause' };
    return { ...base, due: undefined, held, next: planned(input, method, retry, wanted) };
  }
  const permission = mayBegin(environment, environment.backup, now);
  if (!permission.isPermitted) {
    return { ...base, due: undefined, held: { until: permission.until, why: permission.why }, next };
  }
  return { ...base, due: planned(input, method, now, wanted), held: undefined, next: undefined };
}

function methodOf({ environment, canArchive }: BackupPlanInput): BackupMethod | undefined {
  const { method } = environment.backup;
  if (method === 'snapshot') return undefined;
  return method === 'physical' && !canArchive ? 'logical' : method;
}

function problemsOf({ environment, canArchive }: BackupPlanInput): readonly RefusalReason[] {
  const { method, everySeconds } = environment.backup;
  if (method === 'snapshot') return [snapshotsAlone(environment)];
  if (method !== 'physical' || canArchive) return [];
  return [
    {
      code: 'PHYSICAL_UNAVAILABLE',
      message: `${environment.name} declares physical backups, but its PostgreSQL archives no WAL: until then a dump is taken every ${formatDuration(everySeconds)} instead, and what happens between two of them is lost.`,
      hint: 'Run `plimsoll up` to set archiving up, or declare `method: logical`.',
    },
  ];
}

/** Snapshots of a volume are in the failure domain of the volume and prove nothing (DRP-10). */
export function snapshotsAlone(environment: Environment): RefusalReason {
  return {
    code: 'SNAPSHOTS_ALONE',
    message: `${environment.name} declares snapshots alone: they are lost with their volume, and nothing ties the filestore to the database.`,
    hint: 'Declare `method: physical` or `method: logical`; snapshots may stand beside it.',
  };
}

function laterOf(a: Temporal.Instant | undefined, b: Temporal.Instant | undefined): Temporal.Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Temporal.Instant.compare(a, b) > 0 ? a : b;
}

/** Why one should be taken in this slot; `undefined` where the slot has its good backup. */
function wantedNow({ environment, history, restoredAt, now }: BackupPlanInput, slot: Slot): string | undefined {
  const good = goodAttempts(history);
  if (good.length === 0) return 'there is no good backup yet';
  if (unbackedSince(history, restoredAt, now) !== undefined) {
    return 'a restore in place ended, and no backup has what is written since';
  }
  const inSlot = good.some(({ startedAt }) => Temporal.Instant.compare(startedAt, slot.start) >= 0);
  if (inSlot) return undefined;
  return `one is due every ${formatDuration(environment.backup.everySeconds)}`;
}

/** The pause after attempts in a row that failed or were cancelled: five minutes, doubling, an hour at most. */
export function retryAt(history: readonly BackupAttempt[], lostAt?: Temporal.Instant): Temporal.Instant | undefined {
  const ended = history.toSorted((a, b) => Temporal.Instant.compare(a.finishedAt, b.finishedAt));
  const lastGood = ended.findLastIndex(({ outcome }) => outcome === 'good');
  const isSince = ({ finishedAt }: BackupAttempt): boolean =>
    lostAt === undefined || Temporal.Instant.compare(finishedAt, lostAt) > 0;
  const failed = ended.slice(lastGood + 1).filter(isSince);
  const last = failed.at(-1);
  if (last === undefined) return undefined;
  return last.finishedAt.add({ seconds: Math.min(3_600, 300 * 2 ** Math.min(10, failed.length - 1)) });
}

function planned(input: BackupPlanInput, method: BackupMethod, at: Temporal.Instant, because: string): PlannedBackup {
  const { kind, why } = method === 'logical' ? logical(input) : physicalKind(input, at);
  return { at, method, kind, why: `${capital(because)}; ${why}.` };
}

function logical({ environment }: BackupPlanInput): { kind: BackupKind; why: string } {
  const stands = environment.backup.method === 'physical' ? ', standing in for the physical one that is declared' : '';
  return { kind: 'full', why: `a dump of the database with its filestore${stands}` };
}

/** The kind of physical backup for an instant: a full one a week, differences from it daily, what changed in between. */
export function physicalKind(
  { environment, history }: Pick<BackupPlanInput, 'environment' | 'history'>,
  at: Temporal.Instant,
): { readonly kind: BackupKind; readonly why: string } {
  const good = goodAttempts(history).filter(({ method }) => method === 'physical');
  const slack = environment.backup.everySeconds / 2;
  const isOlder = (attempt: BackupAttempt | undefined, limit: Seconds): boolean =>
    attempt === undefined || at.since(attempt.startedAt).total('seconds') > limit - slack;
  if (
    isOlder(
      good.findLast(({ kind }) => kind === 'full'),
      fullEvery,
    )
  ) {
    return { kind: 'full', why: 'a full one, as at least every week; WAL is archived in between' };
  }
  if (
    isOlder(
      good.findLast(({ kind }) => kind !== 'incremental'),
      day,
    )
  ) {
    return { kind: 'differential', why: 'what differs from the last full one; WAL is archived in between' };
  }
  return { kind: 'incremental', why: 'what changed since the last one; WAL is archived in between' };
}

function planNext(input: BackupPlanInput, method: BackupMethod, current: Slot): PlannedBackup | undefined {
  const { environment, now } = input;
  const wanted = wantedNow(input, current);
  let slot = wanted === undefined ? slotAt(environment, current.end) : current;
  for (let step = 0; step < slotsAhead; step += 1) {
    const from = Temporal.Instant.compare(slot.start, now) > 0 ? slot.start : now;
    const at = firstPermitted(environment, environment.backup, from, slot.end);
    if (at !== undefined) {
      return planned(
        input,
        method,
        at,
        wanted ?? `one is due every ${formatDuration(environment.backup.everySeconds)}`,
      );
    }
    slot = slotAt(environment, slot.end);
  }
  return undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
