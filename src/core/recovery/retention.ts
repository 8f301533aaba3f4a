import type { Backup, LegalRetention } from '../estate/index.ts';

/** A restore point that a repository holds. */
export interface RestorePoint {
  readonly id: string;
  /** The instant it restores to. */
  readonly at: Temporal.Instant;
  /** False for one that is known not to come back. */
  readonly isGood: boolean;
  /** When a drill last proved it. */
  readonly verifiedAt: Temporal.Instant | undefined;
  /** Restore points that it cannot do without: the full backup of a differential one. */
  readonly needs: readonly string[];
}

export interface RetentionInput {
  readonly points: readonly RestorePoint[];
  readonly backup: Pick<Backup, 'retain' | 'legal' | 'hold' | 'immutableForSeconds'>;
  readonly now: Temporal.Instant;
  /** Whose days, weeks and months are counted. */
  readonly timezone: string;
}

/** What becomes of each restore point: every one is in exactly one of the two lists, oldest first. */
export interface RetentionPlan {
  readonly timezone: string;
  readonly keep: readonly { readonly id: string; readonly at: Temporal.Instant; readonly reasons: readonly string[] }[];
  readonly withdraw: readonly { readonly id: string; readonly at: Temporal.Instant; readonly reason: string }[];
}

type Period = 'hour' | 'day' | 'week' | 'month' | 'year';
type Reasons = Map<string, string[]>;

const rules = [
  ['hourly', 'hour'],
  ['daily', 'day'],
  ['weekly', 'week'],
  ['monthly', 'month'],
  ['yearly', 'year'],
] as const satisfies readonly (readonly [keyof Backup['retain'], Period])[];

/**
 * What to keep and what to withdraw, with the reason for each (BKP-04). Any rule that keeps a point keeps it: the longer
 * one wins. The last good point and the last proven one are never withdrawn, nor what a kept one needs.
 */
export function planRetention({ points, backup, now, timezone }: RetentionInput): RetentionPlan {
  const sorted = points.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at) || a.id.localeCompare(b.id));
  const good = sorted.filter(({ isGood }) => isGood);
  const reasons: Reasons = new Map();
  const keep = (point: RestorePoint | undefined, reason: string): void => {
    if (point !== undefined) reasons.set(point.id, [...(reasons.get(point.id) ?? []), reason]);
  };
  keep(good.at(-1), 'the last good restore point');
  keep(lastVerified(good), 'the last one that a drill has proven');
  for (const [rule, period] of rules) keepPeriods(good, backup.retain[rule], period, timezone, keep);
  for (const legal of backup.legal) keepLegal(good, legal, now, timezone, keep);
  for (const point of sorted) {
    if (backup.hold !== undefined) keep(point, `nothing may be withdrawn: ${backup.hold}`);
    keepYoung(point, backup.immutableForSeconds, now, keep);
    if (!point.isGood && !good.some(({ at }) => Temporal.Instant.compare(at, point.at) > 0)) {
      keep(point, 'not good, but there is none after it');
    }
  }
  keepNeeded(sorted, reasons, keep);
  return {
    timezone,
    keep: sorted.flatMap(({ id, at }) => {
      const why = reasons.get(id);
      return why === undefined ? [] : [{ id, at, reasons: why }];
    }),
    withdraw: sorted
      .filter(({ id }) => !reasons.has(id))
      .map(({ id, at, isGood }) => ({
        id,
        at,
        reason: isGood ? 'older than every rule keeps' : 'it does not come back, and a later one does',
      })),
  };
}

type Keep = (point: RestorePoint | undefined, reason: string) => void;

function lastVerified(good: readonly RestorePoint[]): RestorePoint | undefined {
  return good.findLast(({ verifiedAt }) => verifiedAt !== undefined);
}

/** The last good one of each of the latest periods that have one. */
function keepPeriods(good: readonly RestorePoint[], count: number, period: Period, timezone: string, keep: Keep): void {
  const last = lastOfEach(good, period, timezone);
  for (const { name, point } of last.slice(Math.max(0, last.length - count))) {
    keep(point, `the last good one of the ${period} ${name}`);
  }
}

function keepLegal(
  good: readonly RestorePoint[],
  { each, keepFor, source }: LegalRetention,
  now: Temporal.Instant,
  timezone: string,
  keep: Keep,
): void {
  const bound = each === 'backup' ? good : lastOfEach(good, each, timezone).map(({ point }) => point);
  for (const point of bound) {
    const until = point.at.toZonedDateTimeISO(timezone).add(keepFor);
    if (Temporal.Instant.compare(until.toInstant(), now) > 0) {
      keep(point, `kept by law until ${until.toPlainDate()} (${source})`);
    }
  }
}

function keepYoung(point: RestorePoint, immutableForSeconds: number, now: Temporal.Instant, keep: Keep): void {
  const until = point.at.add({ seconds: Math.round(immutableForSeconds) });
  // A point from the future means that a clock is wrong, and wrong clocks must not delete.
  if (Temporal.Instant.compare(point.at, now) > 0) keep(point, 'dated in the future');
  else if (Temporal.Instant.compare(until, now) > 0) keep(point, `immutable until ${until.toString()}`);
}

function keepNeeded(sorted: readonly RestorePoint[], reasons: Reasons, keep: Keep): void {
  const byId = new Map(sorted.map((point) => [point.id, point]));
  const seen = new Set<string>();
  const todo = [...reasons.keys()];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const needed of byId.get(id)?.needs ?? []) {
      if (!seen.has(needed)) keep(byId.get(needed), `${id} needs it`);
      todo.push(needed);
    }
  }
}

function lastOfEach(
  good: readonly RestorePoint[],
  period: Period,
  timezone: string,
): readonly { readonly name: string; readonly point: RestorePoint }[] {
  // Oldest first, so the last one of a period stands when all are laid in.
  const byPeriod = new Map<string, RestorePoint>();
  for (const point of good) byPeriod.set(periodName(point.at, period, timezone), point);
  return [...byPeriod].map(([name, point]) => ({ name, point }));
}

function periodName(at: Temporal.Instant, period: Period, timezone: string): string {
  const local = at.toZonedDateTimeISO(timezone);
  const date = local.toPlainDate();
  if (period === 'hour') return `${date} ${String(local.hour).padStart(2, '0')}:00${local.offset}`;
  if (period === 'day') return date.toString();
  if (period === 'week') return `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`;
  return period === 'month' ? date.toPlainYearMonth().toString() : String(date.year);
}
