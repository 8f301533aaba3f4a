import { type BackupProgress, progressOf, type StoredFile, type VerifyProblem } from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DumpInspector } from '../../ports/dump-inspector.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import type { Spool } from '../../ports/spool.ts';
import { readContent } from './read-pieces.ts';

export interface VerifyDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly repository: BackupRepository;
  readonly spool: Spool;
  readonly inspector: DumpInspector;
  /** For physical backups; `undefined` where pgBackRest is not to be had. */
  readonly openArchive?: OpenArchive | undefined;
}

export interface VerifyRequest {
  readonly environment: string;
  readonly backup: string;
  readonly report: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

const mostProblems = 1_000;

export type Found = Omit<VerifyProblem, 'attachments'>;

/** Collects what is wrong, and counts what was read. */
export function createFindings(deps: VerifyDeps, request: VerifyRequest, totalBytes: number) {
  const problems: Found[] = [];
  const beganAt = deps.clock.now();
  let [count, files, bytes] = [0, 0, 0];
  return {
    problems,
    counts: () => ({ problemCount: count, files, bytes }),
    found: (problem: Found): void => {
      count += 1;
      if (problems.length < mostProblems) problems.push(problem);
    },
    checked: (size: number): void => {
      files += 1;
      bytes += size;
      const elapsedSeconds = Math.max(0, deps.clock.now().since(beganAt).total('seconds'));
      request.report(progressOf('verify', { bytes, totalBytes, elapsedSeconds }));
    },
  };
}

/** A check that is under way. */
export interface Check extends VerifyDeps {
  readonly findings: ReturnType<typeof createFindings>;
  readonly signal: AbortSignal | undefined;
}

/** Reads a stored file whole; `keep` receives its content. */
export async function checkFile(
  check: Check,
  what: Found['what'],
  file: StoredFile,
  keep: (content: AsyncIterable<Uint8Array>) => Promise<void> = async (content) => {
    for await (const _ of content);
  },
): Promise<boolean> {
  const content = readContent(check.repository, file.pieces, check.signal);
  try {
    await keep(content.chunks);
  } catch (error) {
    const state = content.stateOf(error);
    if (state === undefined) throw error;
    check.findings.found({ what, name: file.path, state, detail: (error as Error).message });
    return false;
  }
  check.findings.checked(content.bytes());
  if (content.bytes() === file.bytes) return true;
  const detail = `It has ${content.bytes()} bytes, and the manifest says ${file.bytes}.`;
  check.findings.found({ what, name: file.path, state: 'altered', detail });
  return false;
}
