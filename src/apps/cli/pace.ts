import { formatBytes, formatDuration, type Seconds } from '../../core/kernel/index.ts';
import { type BackupProgress, paceOf } from '../../core/recovery/index.ts';

/** What a piece of long work has done so far, where it can be said in bytes. */
export interface WorkDone {
  readonly detail: string;
  readonly ratio?: number | undefined;
  readonly doneBytes?: number | undefined;
  readonly totalBytes?: number | undefined;
}

/** Bytes, rate and time left, in words. */
export function paceWords({
  doneBytes,
  totalBytes,
  bytesPerSecond,
  secondsLeft,
}: Omit<BackupProgress, 'phase'>): string {
  const of = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
  const left = secondsLeft === null ? '' : `, ${formatDuration(Math.ceil(secondsLeft))} left`;
  return `${formatBytes(doneBytes)}${of}, ${formatBytes(Math.round(bytesPerSecond))}/s${left}`;
}

const sinceStart = (): Seconds => performance.now() / 1_000;

/** Follows one piece of work: each time what it has done, how fast it is, and how long it takes yet. */
export function createPace(elapsed: () => Seconds = sinceStart) {
  // What was there at the first word may have taken any time: the rate is of what came since.
  let first: { readonly at: Seconds; readonly bytes: number } | undefined;
  return ({ detail, ratio, doneBytes, totalBytes }: WorkDone): { ratio: number | undefined; detail: string } => {
    if (doneBytes === undefined || (doneBytes === 0 && totalBytes === undefined)) return { ratio, detail };
    const now = elapsed();
    first ??= { at: now, bytes: doneBytes };
    const remaining = totalBytes === undefined ? null : totalBytes - first.bytes;
    const pace = paceOf({ bytes: doneBytes - first.bytes, totalBytes: remaining, elapsedSeconds: now - first.at });
    const words = paceWords({ doneBytes, totalBytes: totalBytes ?? null, ...pace });
    const known = totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, doneBytes / totalBytes);
    return { ratio: ratio ?? known, detail: detail === '' ? words : `${words}; ${detail}` };
  };
}

const lineEverySeconds: Seconds = 5;

/** Tells of several phases, which may run beside each other: a line when one begins, and every few seconds of each. */
export function createPhaseLines(write: (line: string) => void, elapsed: () => Seconds = sinceStart) {
  const phases = new Map<string, { readonly pace: ReturnType<typeof createPace>; toldAt: Seconds }>();
  return ({ phase, ...done }: WorkDone & { readonly phase: string }): void => {
    const known = phases.get(phase) ?? { pace: createPace(elapsed), toldAt: Number.NEGATIVE_INFINITY };
    phases.set(phase, known);
    const { ratio, detail } = known.pace(done);
    if (elapsed() - known.toldAt < lineEverySeconds) return;
    known.toldAt = elapsed();
    write(`  ${phase}: ${ratio === undefined ? '' : `${Math.floor(ratio * 100)} %, `}${detail}`);
  };
}
