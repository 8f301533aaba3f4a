import type { BackupProgress, TaskRequest, VerifyReport } from '../../core/recovery/index.ts';
import { runTask, type TaskDependencies } from './run-task.ts';

/** What is to be checked, and who asks. */
export interface VerifyOrder extends Pick<TaskRequest, 'id' | 'environment' | 'requestedBy'> {
  readonly backup: string;
  readonly report?: ((progress: BackupProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks the content of a backup where everybody can see it and cancel it. */
export async function runVerifyTask(
  deps: TaskDependencies,
  { report = () => {}, ...order }: VerifyOrder,
  verify: (how: {
    readonly report: (progress: BackupProgress) => void;
    readonly signal: AbortSignal;
  }) => Promise<VerifyReport>,
): Promise<VerifyReport> {
  return runTask(deps, { ...order, kind: 'verify', target: null }, async (task) => {
    const tell = (progress: BackupProgress): void => {
      task.report({ step: 'checking every piece', ...progress });
      report(progress);
    };
    const found = await verify({ report: tell, signal: task.signal });
    const { isIntact, files, problemCount } = found;
    const problems = `${problemCount} ${problemCount === 1 ? 'problem' : 'problems'}`;
    const outcome = isIntact ? `All of its ${files} files are intact.` : `It is damaged: ${problems}.`;
    return { result: found, outcome, isGood: isIntact };
  });
}
