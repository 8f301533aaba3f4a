import type { Estate } from '../../estate/index.ts';
import type { Ratio, Seconds } from '../../kernel/index.ts';
import type { BackupAttempt } from '../attempt.ts';
import type { DrillReport } from '../drill.ts';
import { conclusiveDrills } from '../plan/drill-plan.ts';
import { type DomainObjective, domainObjectives } from '../plan/objectives.ts';

/** Two figures that must not be mixed up (MET-11): a backup may succeed and not come back. */
export interface BackupRates {
  readonly attempts: number;
  /** Those that finished with a published manifest. */
  readonly succeeded: number;
  readonly successRatio: Ratio | undefined;
  /** Backups that a drill has judged. */
  readonly drilled: number;
  /** Those whose last judgement is that they come back. */
  readonly verified: number;
  readonly verifiedRatio: Ratio | undefined;
}

/** Success rate and verified rate of the attempts that ended in [from, to) and were not cancelled. Of backups drilled twice the later counts. */
export function backupRates(
  history: readonly BackupAttempt[],
  drills: readonly DrillReport[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): BackupRates {
  const isWithin = (at: Temporal.Instant): boolean =>
    Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, to) < 0;
  const ended = history.filter(({ finishedAt, outcome }) => outcome !== 'cancelled' && isWithin(finishedAt));
  const succeeded = ended.filter(({ outcome }) => outcome === 'good').length;
  const verdicts = new Map(
    conclusiveDrills(drills, to)
      .filter(({ finishedAt }) => isWithin(finishedAt))
      .map((drill) => [drill.backup, drill.verdict]),
  );
  const verified = [...verdicts.values()].filter((verdict) => verdict === 'verified').length;
  return {
    attempts: ended.length,
    succeeded,
    successRatio: ended.length === 0 ? undefined : succeeded / ended.length,
    drilled: verdicts.size,
    verified,
    verifiedRatio: verdicts.size === 0 ? undefined : verified / verdicts.size,
  };
}

/** What was shown of one objective: by the last drill that says something about it, or an incident. */
export interface Achievement {
  readonly targetSeconds: Seconds | undefined;
  readonly achievedSeconds: Seconds | undefined;
  readonly verdict: 'met' | 'missed' | 'unproven' | 'no-target';
  /** The drill or incident that shows it. */
  readonly shownBy: string | undefined;
  readonly shownAt: Temporal.Instant | undefined;
}

export interface DomainAchievement extends DomainObjective {
  readonly rpo: Achievement;
  readonly rto: Achievement;
}

/** A recovery that really happened, and what it cost. */
export interface RecoveredIncident {
  readonly id: string;
  readonly environment: string;
  readonly recoveredAt: Temporal.Instant;
  readonly lostSeconds: Seconds | undefined;
  readonly downSeconds: Seconds | undefined;
}

const isSeconds = (value: unknown): Seconds | undefined => (typeof value === 'number' ? value : undefined);

/** Restores in place that ended well, as the ledger has them: what was lost, and how long it took until something served. */
export function recoveredBy(
  entries: readonly {
    readonly type: string;
    readonly at: Temporal.Instant;
    readonly data: Readonly<Record<string, unknown>>;
  }[],
): readonly RecoveredIncident[] {
  return entries.flatMap(({ type, at, data }): readonly RecoveredIncident[] => {
    const { restore, environment, inPlace, rpoAchievedSeconds, rtoAchievedSeconds } = data;
    if (type !== 'restore.succeeded' || inPlace !== true) return [];
    if (typeof restore !== 'string' || typeof environment !== 'string') return [];
    const [lostSeconds, downSeconds] = [isSeconds(rpoAchievedSeconds), isSeconds(rtoAchievedSeconds)];
    return [{ id: restore, environment, recoveredAt: at, lostSeconds, downSeconds }];
  });
}

/** RPO and RTO achieved against target, per service domain and tier (MET-12, MET-13), as last demonstrated. */
export function recoveryAchievements(
  estate: Estate,
  now: Temporal.Instant,
  drills: readonly DrillReport[],
  incidents: readonly RecoveredIncident[] = [],
): readonly DomainAchievement[] {
  // Once for all: a thousand environments with their drills are looked through a thousand times otherwise.
  const drillsOf = Map.groupBy(conclusiveDrills(drills, now), ({ environment }) => environment);
  return domainObjectives(estate).map((objective) => {
    const shown = showings(objective.environment, drillsOf.get(objective.environment) ?? [], incidents);
    return {
      ...objective,
      rpo: achieve(objective.rpoSeconds, shown, ({ rpo }) => rpo),
      rto: achieve(objective.rtoSeconds, shown, ({ rto }) => rto),
    };
  });
}

interface Showing {
  readonly id: string;
  readonly at: Temporal.Instant;
  /** `null`: it was tried, and nothing came back. */
  readonly rpo: Seconds | null | undefined;
  readonly rto: Seconds | null | undefined;
}

function showings(
  environment: string,
  /** Those that say something. */
  drills: readonly DrillReport[],
  incidents: readonly RecoveredIncident[],
): readonly Showing[] {
  const fromDrills = drills.map(
    ({ id, finishedAt, verdict, rpoAchievedSeconds: rpo, rtoAchievedSeconds: rto }): Showing =>
      // What came back and is not usable is no recovery, however fast it was.
      verdict === 'verified' ? { id, at: finishedAt, rpo, rto } : { id, at: finishedAt, rpo: null, rto: null },
  );
  const fromIncidents = incidents
    .filter((incident) => incident.environment === environment)
    .map(
      ({ id, recoveredAt, lostSeconds, downSeconds }): Showing => ({
        id,
        at: recoveredAt,
        rpo: lostSeconds,
        rto: downSeconds,
      }),
    );
  return [...fromDrills, ...fromIncidents].toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function achieve(
  targetSeconds: Seconds | undefined,
  shown: readonly Showing[],
  figure: (showing: Showing) => Seconds | null | undefined,
): Achievement {
  const last = shown.findLast((showing) => figure(showing) !== undefined);
  const value = last === undefined ? undefined : figure(last);
  const base = {
    targetSeconds,
    achievedSeconds: value ?? undefined,
    shownBy: last?.id,
    shownAt: last?.at,
  };
  if (targetSeconds === undefined) return { ...base, verdict: 'no-target' };
  if (last === undefined) return { ...base, verdict: 'unproven' };
  return { ...base, verdict: typeof value === 'number' && value <= targetSeconds ? 'met' : 'missed' };
}

/** One drill as a point of a trend: what was achieved, and where the time went. */
export interface DrillPoint {
  readonly drill: string;
  readonly backup: string;
  readonly at: Temporal.Instant;
  readonly verdict: DrillReport['verdict'];
  readonly rpoSeconds: Seconds | null;
  readonly rtoSeconds: Seconds | null;
  readonly phases: DrillReport['phases'];
}

/** The drills of an environment over time, oldest first. */
export function drillTrend(environment: string, drills: readonly DrillReport[]): readonly DrillPoint[] {
  return drills
    .filter((drill) => drill.environment === environment)
    .toSorted((a, b) => Temporal.Instant.compare(a.finishedAt, b.finishedAt))
    .map(({ id, backup, finishedAt, verdict, rpoAchievedSeconds, rtoAchievedSeconds, phases }) => ({
      drill: id,
      backup,
      at: finishedAt,
      verdict,
      rpoSeconds: rpoAchievedSeconds,
      rtoSeconds: rtoAchievedSeconds,
      phases,
    }));
}
