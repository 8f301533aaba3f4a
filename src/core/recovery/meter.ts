import type { Bytes, Seconds } from '../kernel/index.ts';
import type { BackupPhase, BackupProgress } from './backup-run.ts';

/** Younger than this, a rate says more about the first file than about the whole. */
const settleSeconds: Seconds = 2;

/** How far a phase is, from what it has done since it began. */
export function progressOf(
  phase: BackupPhase,
  done: { readonly bytes: Bytes; readonly totalBytes: Bytes | null; readonly elapsedSeconds: Seconds },
): BackupProgress {
  const { bytes, totalBytes, elapsedSeconds } = done;
  const bytesPerSecond = elapsedSeconds > 0 ? bytes / elapsedSeconds : 0;
  const isKnown = totalBytes !== null && elapsedSeconds >= settleSeconds && bytesPerSecond > 0;
  const secondsLeft = isKnown ? Math.max(0, totalBytes - bytes) / bytesPerSecond : null;
  return { phase, doneBytes: bytes, totalBytes, bytesPerSecond, secondsLeft };
}
