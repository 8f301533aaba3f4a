import type { JourneyRun } from '../journey/index.ts';
import { type FaultCode, formatDuration, isDatedAhead, type Seconds } from '../kernel/index.ts';
import type { DrillCheck, DrillPhase, DrillVerdict } from './drill.ts';

/** What ended a drill before its end. */
export interface DrillFailure {
  /** `undefined` before the first phase: there was no place to restore to. */
  readonly phase: DrillPhase | undefined;
  /** `undefined` where it was cancelled. */
  readonly code: FaultCode | undefined;
  readonly message: string;
  /** Somebody ended what the backup was restored into: then nothing that failed says anything of the backup. */
  readonly isFromOutside?: boolean;
}

/** Faults that say something about the backup, whatever the machine and the network do. */
const ofTheBackup: readonly FaultCode[] = [
  'CONTENT_ALTERED',
  'CONTENT_MISSING',
  'MANIFEST_UNTRUSTED',
  'OBJECT_MISSING',
  'RESTORE_FAILED',
  'SEAL_WRONG_KEY',
];

/** Says something about our copy of it, and nothing about the backup. */
const isOfTheCopy = ({ name }: DrillCheck): boolean => name.startsWith('neutralised.');

/** What a drill has shown of its backup. A drill that could not be done says nothing about it. */
export function judgeDrill(
  checks: readonly DrillCheck[],
  failure: DrillFailure | undefined,
): { readonly verdict: DrillVerdict; readonly reasons: readonly string[] } {
  const failed = checks.filter((check) => check.outcome === 'failed' && !isOfTheCopy(check)).map(reasonOf);
  if (failure === undefined) return { verdict: failed.length === 0 ? 'verified' : 'not-recoverable', reasons: failed };
  const where = failure.phase === undefined ? 'before it began' : `in phase ${failure.phase}`;
  const reason = `${where}: ${failure.message}`;
  if (failure.isFromOutside === true) return { verdict: 'inconclusive', reasons: [reason] };
  const isOfTheBackup = failure.phase !== undefined && failure.code !== undefined && ofTheBackup.includes(failure.code);
  if (isOfTheBackup || failed.length > 0) return { verdict: 'not-recoverable', reasons: [...failed, reason] };
  return { verdict: 'inconclusive', reasons: [reason] };
}

/** A failed check as a reason, with its first culprit. */
export function reasonOf({ name, detail, evidence }: DrillCheck): string {
  const [first] = evidence;
  return `${name}: ${detail}${first === undefined ? '' : `, first ${first}`}`;
}

/** What a journey in the restored copy says. One that may not write there proves nothing, and fails nothing. */
export function journeyCheck(run: Pick<JourneyRun, 'journey' | 'outcome' | 'reason' | 'durationSeconds'>): DrillCheck {
  const name = `journey.${run.journey}`;
  if (run.outcome === 'passed') {
    return { name, outcome: 'passed', detail: `passed in ${formatDuration(run.durationSeconds)}`, evidence: [] };
  }
  const reason = run.reason ?? run.outcome;
  if (run.outcome === 'refused') return { name, outcome: 'not-applicable', detail: reason, evidence: [] };
  return { name, outcome: 'failed', detail: reason, evidence: [] };
}

/**
 * RPO achieved: the age of the last business row that came back, as of the moment from which one would have had to
 * recover. Never negative: a clock that was ahead is no data from the future. Unknown where a row is dated after it by more than
 * clocks differ: then one of the two is wrong, and nothing lost would be said of a loss of days.
 */
export function rpoAchieved(failedAt: Temporal.Instant, lastBusinessRowAt: Temporal.Instant | null): Seconds | null {
  if (lastBusinessRowAt === null || isDatedAhead(lastBusinessRowAt, failedAt)) return null;
  return Math.max(0, failedAt.since(lastBusinessRowAt).total('seconds'));
}
