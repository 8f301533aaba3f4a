import { calendarOf, type Environment } from '../../estate/index.ts';
import { type Bytes, formatBytes, formatDuration, type RefusalReason, type Seconds } from '../../kernel/index.ts';
import { snapshotsAlone } from './backup-plan.ts';

/** What one restore showed: how much, and from the start to a serving Odoo. */
export interface MeasuredRestore {
  readonly bytes: Bytes;
  readonly seconds: Seconds;
}

export interface FeasibilityInput {
  readonly environment: Environment;
  readonly now: Temporal.Instant;
  /** How long backups take, where it was measured. */
  readonly backupSeconds: Seconds | undefined;
  readonly databaseBytes: Bytes | undefined;
  readonly filestoreBytes: Bytes | undefined;
  /** Restores that came back, oldest first. */
  readonly restores: readonly MeasuredRestore[];
}

/** Whether an objective can be met on paper. `expectedSeconds` is the worst case that the plan allows. */
export interface Prospect {
  readonly targetSeconds: Seconds | undefined;
  readonly expectedSeconds: Seconds | undefined;
  readonly verdict: 'feasible' | 'infeasible' | 'no-target' | 'refused';
  /** From drills, not from assumptions. */
  readonly isMeasured: boolean;
  readonly why: string;
}

export interface Feasibility {
  readonly rpo: Prospect;
  readonly rto: Prospect;
  readonly refusals: readonly RefusalReason[];
}

/** What is assumed until a drill has measured it; docs/recovery.md names them. */
export const restoreAssumptions = {
  /** `archive_timeout`: an idle server's last change waits no longer for its segment. */
  archiveTimeoutSeconds: 60,
  logicalBytesPerSecond: 8 * 2 ** 20,
  physicalBytesPerSecond: 60 * 2 ** 20,
  filestoreBytesPerSecond: 40 * 2 ** 20,
  /** To find a place, to start PostgreSQL and Odoo, and to run the journeys. */
  fixedSeconds: 120,
  /** A dump reads about as fast as this. */
  dumpBytesPerSecond: 30 * 2 ** 20,
} as const;

/** Tests on paper whether method, interval and restore speed can meet the objectives (DRP-02); snapshots alone are refused (DRP-10). */
export function judgeFeasibility(input: FeasibilityInput): Feasibility {
  const { environment } = input;
  if (environment.backup.method === 'snapshot') {
    const refusal = snapshotsAlone(environment);
    const refused = (targetSeconds: Seconds | undefined): Prospect => ({
      targetSeconds,
      expectedSeconds: undefined,
      verdict: 'refused',
      isMeasured: false,
      why: refusal.message,
    });
    const { rpoSeconds, rtoSeconds } = environment.objectives;
    return { rpo: refused(rpoSeconds), rto: refused(rtoSeconds), refusals: [refusal] };
  }
  return { rpo: judgeRpo(input), rto: judgeRto(input), refusals: [] };
}

function judgeRpo(input: FeasibilityInput): Prospect {
  const { backup, objectives } = input.environment;
  if (backup.method === 'physical') {
    const expected = restoreAssumptions.archiveTimeoutSeconds;
    const words = `WAL is archived at least every ${formatDuration(expected)}`;
    return settle(objectives.rpoSeconds, expected, false, words, 'needs a standby that commits synchronously');
  }
  const taking = input.backupSeconds ?? sizes(input).databaseBytes / restoreAssumptions.dumpBytesPerSecond;
  const peak = backup.avoidPeaks ? longestPeak(input) : 0;
  const expected = backup.everySeconds + taking + peak;
  const parts = [
    `a dump every ${formatDuration(backup.everySeconds)}`,
    `${formatDuration(taking)} to take it`,
    ...(peak > 0 ? [`${formatDuration(peak)} of peak in which none is begun`] : []),
  ];
  const words = `${parts.join(', ')}: at worst ${formatDuration(expected)} are lost`;
  return settle(objectives.rpoSeconds, expected, input.backupSeconds !== undefined, words, 'needs archived WAL');
}

function judgeRto(input: FeasibilityInput): Prospect {
  const { rtoSeconds } = input.environment.objectives;
  const { databaseBytes, filestoreBytes } = sizes(input);
  const last = input.restores.slice(-3);
  if (last.length > 0) {
    // The slowest of the last three, and as much slower as there is more to restore.
    const expected = Math.max(
      ...last.map(({ bytes, seconds }) => seconds * Math.max(1, (databaseBytes + filestoreBytes) / Math.max(1, bytes))),
    );
    const words = `the slowest of the last ${last.length} restores, at today's size: ${formatDuration(expected)}`;
    return settle(rtoSeconds, expected, true, words, 'needs a standby, or less to restore');
  }
  const isPhysical = input.environment.backup.method === 'physical';
  const { physicalBytesPerSecond, logicalBytesPerSecond, filestoreBytesPerSecond, fixedSeconds } = restoreAssumptions;
  const speed = isPhysical ? physicalBytesPerSecond : logicalBytesPerSecond;
  const expected = fixedSeconds + databaseBytes / speed + filestoreBytes / filestoreBytesPerSecond;
  const words = `${formatBytes(databaseBytes)} of database and ${formatBytes(filestoreBytes)} of files at assumed speeds: ${formatDuration(expected)}`;
  return settle(rtoSeconds, expected, false, words, 'needs a standby, or less to restore');
}

function settle(
  targetSeconds: Seconds | undefined,
  expectedSeconds: Seconds,
  isMeasured: boolean,
  words: string,
  wayOut: string,
): Prospect {
  const base = { targetSeconds, expectedSeconds, isMeasured };
  if (targetSeconds === undefined) return { ...base, verdict: 'no-target', why: `${words}; no target is declared.` };
  const isFeasible = expectedSeconds <= targetSeconds;
  const end = isFeasible ? 'which keeps' : `${wayOut} to keep`;
  const verdict = isFeasible ? 'feasible' : 'infeasible';
  return { ...base, verdict, why: `${words}; ${end} the target of ${formatDuration(targetSeconds)}.` };
}

function sizes({ environment, databaseBytes, filestoreBytes }: FeasibilityInput) {
  return {
    databaseBytes: databaseBytes ?? environment.resources.databaseBytes,
    filestoreBytes: filestoreBytes ?? environment.resources.filestoreBytes,
  };
}

/** The longest time in the coming year that peaks cover without a pause. */
function longestPeak({ environment, now }: FeasibilityInput): Seconds {
  const peaks = calendarOf(environment.sites, now, now.add({ hours: 24 * 366 })).filter(
    ({ event, until }) => until !== undefined && (event.kind === 'peak' || event.kind === 'month-end'),
  );
  let longest = 0;
  let start: Temporal.Instant | undefined;
  let end: Temporal.Instant | undefined;
  for (const { at, until } of peaks) {
    if (end === undefined || Temporal.Instant.compare(at, end) > 0) start = at;
    if (until !== undefined && (end === undefined || Temporal.Instant.compare(until, end) > 0)) end = until;
    if (start !== undefined && end !== undefined) longest = Math.max(longest, end.since(start).total('seconds'));
  }
  return longest;
}
