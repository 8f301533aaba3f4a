import type { Bytes, Seconds } from '../kernel/index.ts';
import type { BackupPhase, BackupProgress } from './backup-run.ts';

/** Younger than this, a rate says more about the first file than about the whole. */
const settleSeconds: Seconds = 2;

/** What some work has done since it began. */
export interface DoneSoFar {
  readonly bytes: Bytes;
  /** `null` where nobody knows. */
  readonly totalBytes: Bytes | null;
  readonly elapsedSeconds: Seconds;
}

/** How fast it is, and how long it takes yet; `null` where nobody can say. */
export function paceOf({ bytes, totalBytes, elapsedSeconds }: DoneSoFar) {
  const bytesPerSecond = elapsedSeconds > 0 ? bytes / elapsedSeconds : 0;
  const isKnown = totalBytes !== null && elapsedSeconds >= settleSeconds && bytesPerSecond > 0;
  const secondsLeft: Seconds | null = isKnown ? Math.max(0, totalBytes - bytes) / bytesPerSecond : null;
  return { bytesPerSecond, secondsLeft };
}

/** How far a phase is, from what it has done since it began. */
export function progressOf(phase: BackupPhase, done: DoneSoFar): BackupProgress {
  return { phase, doneBytes: done.bytes, totalBytes: done.totalBytes, ...paceOf(done) };
}
