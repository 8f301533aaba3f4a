import type { z } from '@hono/zod-openapi';
import { backupPlaces, type Environment } from '../../../core/estate/index.ts';
import {
  type Achievement,
  attemptsOfRuns,
  type BackupRun,
  backupRates,
  conclusiveDrills,
  type DomainAchievement,
  type DrillReport,
  drillTrend,
  goodAttempts,
  isUnderWay,
  judgeFeasibility,
  keyCheckDueAt,
  type MeasuredRestore,
  type Prospect,
  planBackup,
  planDrill,
  recoveredBy,
  recoveryAchievements,
  recoveryDisqualifiers,
  standingOf,
} from '../../../core/recovery/index.ts';
import { restoredAtOf } from '../../../workflows/recovery/known-restores.ts';
import { lastKeyCheck } from '../../../workflows/recovery/record-key-check.ts';
import { readTask } from '../../../workflows/recovery/tasks.ts';
import type { resource } from '../../contract/index.ts';
import type { ServerDeps } from '../deps.ts';
import { iso } from './format.ts';

type Summary = z.input<typeof resource.recoverySummary>;
type Recovery = z.input<typeof resource.recovery>;

const orNull = <Value>(value: Value | undefined): Value | null => value ?? null;
const isoOr = (at: Temporal.Instant | undefined): string | null => (at === undefined ? null : iso(at));

/** Enough for the last ones of every environment of a large estate. */
const mostRestores = 1_000;
const mostDrills = 5_000;
const mostRuns = 2_000;
/** A run without a sign of life for so long has lost its writer; whoever writes next settles it. */
const deadAfterSeconds = 600;
const isAlive = ({ state, seenAt }: BackupRun, now: Temporal.Instant): boolean =>
  state === 'running' && seenAt.until(now).total('seconds') < deadAfterSeconds;

/** Who asked for a drill longer ago than this waits for none any more. */
const requestCountsHours = 4;

function achievementView({ targetSeconds, achievedSeconds, verdict, shownBy, shownAt }: Achievement) {
  return {
    targetSeconds: orNull(targetSeconds),
    achievedSeconds: orNull(achievedSeconds),
    verdict,
    shownBy: orNull(shownBy),
    shownAt: isoOr(shownAt),
  };
}

interface Known {
  readonly lastBackup: BackupRun | undefined;
  readonly drills: readonly DrillReport[];
  readonly achievements: readonly DomainAchievement[];
  readonly isRunning: boolean;
}

function lastDrillView(last: DrillReport | undefined): Summary['lastDrill'] {
  if (last === undefined) return null;
  const verdict = last.verdict === 'verified' ? 'verified' : 'not-recoverable';
  return { id: last.id, at: iso(last.finishedAt), verdict, reasons: [...last.reasons] };
}

function lastBackupView(last: BackupRun | undefined): Summary['lastBackup'] {
  if (last === undefined) return null;
  const consistentAt = iso(last.figures?.restores?.consistentAt ?? last.startedAt);
  return { id: last.id, consistentAt, finishedAt: iso(last.finishedAt ?? last.startedAt) };
}

function summaryOf(environment: Environment, now: Temporal.Instant, known: Known): Summary {
  const standing = standingOf({ environment, now, lastBackup: known.lastBackup, drills: known.drills });
  const coverage = standing.lastBackup?.figures?.restores?.coverage;
  return {
    environment: environment.name,
    tenant: orNull(environment.tenant),
    stage: environment.stage,
    tier: environment.tier.name,
    state: standing.state,
    disqualifiers: recoveryDisqualifiers(standing.state).map((each) => ({ ...each })),
    method: environment.backup.method,
    repository: orNull(environment.backup.repository),
    lastBackup: lastBackupView(standing.lastBackup),
    lastDrill: lastDrillView(standing.lastDrill),
    lastVerifiedAt: isoOr(standing.lastVerified?.finishedAt),
    proofExpiresAt: isoOr(standing.proofExpiresAt),
    coverage: coverage === undefined ? null : coverage.map((each) => ({ ...each })),
    domains: known.achievements.map(({ domain, services, rpo, rto }) => ({
      domain,
      services: [...services],
      rpo: achievementView(rpo),
      rto: achievementView(rto),
    })),
    isRunning: known.isRunning,
  };
}

/** Recoveries that really happened: they show what can be achieved as drills do. */
async function recoveries(deps: ServerDeps) {
  return recoveredBy(await deps.store.ledger.tail({ type: 'restore.succeeded', limit: mostRestores }));
}

/** The recovery of every environment, in the order in which the estate declares them. */
export async function recoveryOfEstate(deps: ServerDeps): Promise<Summary[]> {
  const now = deps.clock.now();
  const { estate } = deps.estate();
  const [newest, drills, recovered, running] = await Promise.all([
    deps.store.backups.newestGood(),
    deps.store.drills.list({ limit: mostDrills }),
    recoveries(deps),
    deps.store.backups.list({ state: 'running', limit: mostRuns }),
  ]);
  const lastBackups = new Map(newest.map((run) => [run.environment, run]));
  const drillsOf = Map.groupBy(drills, ({ environment }) => environment);
  const achievements = recoveryAchievements(estate, now, drills, recovered);
  const achievementsOf = Map.groupBy(achievements, ({ environment }) => environment);
  const isRunning = new Set(running.filter((run) => isAlive(run, now)).map(({ environment }) => environment));
  return estate.environments.map((environment) =>
    summaryOf(environment, now, {
      lastBackup: lastBackups.get(environment.name),
      drills: drillsOf.get(environment.name) ?? [],
      achievements: achievementsOf.get(environment.name) ?? [],
      isRunning: isRunning.has(environment.name),
    }),
  );
}

const bytesOf = ({ figures }: BackupRun): number =>
  (figures?.restores?.sourceBytes ?? figures?.databaseBytes ?? 0) + (figures?.filestoreBytes ?? 0);

function measuredRestores(
  runs: readonly BackupRun[],
  drills: readonly DrillReport[],
  now: Temporal.Instant,
): readonly MeasuredRestore[] {
  const bytes = new Map(runs.map((run) => [run.id, bytesOf(run)]));
  return conclusiveDrills(drills, now).flatMap(({ backup, verdict, rtoAchievedSeconds }) => {
    const size = bytes.get(backup);
    if (verdict !== 'verified' || rtoAchievedSeconds === null || size === undefined) return [];
    return [{ bytes: size, seconds: rtoAchievedSeconds }];
  });
}

function feasibilityOf(
  environment: Environment,
  now: Temporal.Instant,
  runs: readonly BackupRun[],
  drills: readonly DrillReport[],
): Recovery['feasibility'] {
  // Newest first: the slowest of the last few is what one must reckon with.
  const good = runs.filter(({ state }) => state === 'succeeded');
  const lasted = good
    .slice(0, 3)
    .flatMap(({ startedAt, finishedAt }) =>
      finishedAt === null ? [] : [finishedAt.since(startedAt).total('seconds')],
    );
  const last = good[0]?.figures;
  const { rpo, rto } = judgeFeasibility({
    environment,
    now,
    backupSeconds: lasted.length === 0 ? undefined : Math.max(...lasted),
    databaseBytes: last?.restores?.sourceBytes,
    filestoreBytes: last?.filestoreBytes,
    restores: measuredRestores(runs, drills, now),
  });
  const view = ({ verdict, targetSeconds, expectedSeconds, isMeasured, why }: Prospect) => ({
    verdict,
    targetSeconds: orNull(targetSeconds),
    expectedSeconds: orNull(expectedSeconds),
    isMeasured,
    why,
  });
  return { rpo: view(rpo), rto: view(rto) };
}

const heldView = (held: { readonly until: Temporal.Instant | undefined; readonly why: string } | undefined) =>
  held === undefined ? null : { until: isoOr(held.until), why: held.why };

async function nextBackupOf(
  deps: ServerDeps,
  environment: Environment,
  now: Temporal.Instant,
  runs: readonly BackupRun[],
): Promise<Recovery['nextBackup']> {
  const isRunning = runs.some((run) => isAlive(run, now));
  const canArchive = environment.backup.method === 'physical' && (await deps.canArchive(environment));
  const restoredAt = await restoredAtOf(deps.store, environment.name);
  const plan = planBackup({ environment, now, history: attemptsOfRuns(runs), isRunning, canArchive, restoredAt });
  const planned = plan.due ?? plan.next;
  return {
    everySeconds: environment.backup.everySeconds,
    at: isoOr(planned?.at),
    isDue: plan.due !== undefined,
    why: planned?.why ?? null,
    held: heldView(plan.held),
    problems: plan.problems.map((problem) => ({ ...problem })),
  };
}

function nextDrillOf(
  environment: Environment,
  now: Temporal.Instant,
  known: Pick<Known, 'lastBackup' | 'drills'>,
): Recovery['nextDrill'] {
  const hasGoodBackup = known.lastBackup !== undefined;
  const plan = planDrill({ environment, now, drills: known.drills, hasGoodBackup, isRunning: false });
  return {
    everySeconds: environment.tier.recovery.drillEverySeconds,
    at: isoOr(plan.at),
    isDue: plan.isDue,
    why: plan.why,
    held: heldView(plan.held),
  };
}

async function recoveryKeyOf(
  { store, estate }: ServerDeps,
  environment: Environment,
  now: Temporal.Instant,
  runs: readonly BackupRun[],
): Promise<Recovery['recoveryKey']> {
  const { primary } = backupPlaces(estate().estate.repositories, environment);
  const last = primary && (await lastKeyCheck(store, primary.name));
  const everySeconds = environment.thresholds.recoveryKeyCheckEverySeconds;
  const firstBackupAt = goodAttempts(attemptsOfRuns(runs))[0]?.finishedAt;
  const dueAt = keyCheckDueAt({ last, firstBackupAt, everySeconds });
  const isDue = dueAt !== undefined && Temporal.Instant.compare(now, dueAt) >= 0;
  return { checkedAt: isoOr(last?.at), key: last?.key ?? null, everySeconds, isDue };
}

/** When somebody asked for a drill that nothing has been heard of since. */
async function requestedAt(
  deps: ServerDeps,
  environment: string,
  lastStartedAt: Temporal.Instant | undefined,
): Promise<string | null> {
  const entries = await deps.store.ledger.tail({ subject: `environment/${environment}`, limit: 50 });
  const entry = entries.findLast(({ type }) => type === 'drill.requested');
  const asked = entry?.at;
  const id = entry?.data['task'];
  if (asked === undefined) return null;
  const task = typeof id === 'string' ? await readTask(deps, id) : undefined;
  if (task !== undefined) return isUnderWay(task) ? iso(asked) : null;
  // Asked for before drills were tasks.
  const isOld = asked.until(deps.clock.now()).total('hours') > requestCountsHours;
  const isAnswered = lastStartedAt !== undefined && Temporal.Instant.compare(lastStartedAt, asked) >= 0;
  return isOld || isAnswered ? null : iso(asked);
}

/** Everything there is to say about the recovery of one environment, with what happened in the last days. */
export async function recoveryOf(deps: ServerDeps, environment: Environment, days: number): Promise<Recovery> {
  const now = deps.clock.now();
  const { name } = environment;
  const [runs, drills, recovered] = await Promise.all([
    deps.store.backups.list({ environment: name, limit: mostRuns }),
    deps.store.drills.list({ environment: name, limit: mostDrills }),
    recoveries(deps),
  ]);
  const { estate } = deps.estate();
  const achievements = recoveryAchievements({ ...estate, environments: [environment] }, now, drills, recovered);
  const lastBackup = runs.find(({ state }) => state === 'succeeded');
  const isRunning = runs.some((run) => isAlive(run, now));
  const from = now.subtract({ hours: 24 * days });
  const recent = drills.filter(({ finishedAt }) => Temporal.Instant.compare(finishedAt, from) >= 0);
  const { rpoSeconds, rtoSeconds } = environment.objectives;
  const rates = backupRates(attemptsOfRuns(runs), drills, from, now);
  return {
    ...summaryOf(environment, now, { lastBackup, drills, achievements, isRunning }),
    rpoTargetSeconds: orNull(rpoSeconds),
    rtoTargetSeconds: orNull(rtoSeconds),
    rates: {
      ...rates,
      from: iso(from),
      to: iso(now),
      successRatio: orNull(rates.successRatio),
      verifiedRatio: orNull(rates.verifiedRatio),
    },
    feasibility: feasibilityOf(environment, now, runs, drills),
    trend: drillTrend(name, recent).map(({ at, phases, ...point }) => ({
      ...point,
      at: iso(at),
      phases: phases.map((phase) => ({ ...phase })),
    })),
    nextBackup: await nextBackupOf(deps, environment, now, runs),
    nextDrill: nextDrillOf(environment, now, { lastBackup, drills }),
    recoveryKey: await recoveryKeyOf(deps, environment, now, runs),
    drillRequestedAt: await requestedAt(deps, name, drills[0]?.startedAt),
  };
}
