import type { Environment, Repository } from '../../core/estate/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import { type BackupCheck, checkOf, type VerifyReport } from '../../core/recovery/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

export interface RecordCheckDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  readonly actor: Actor;
}

export interface CheckContentDeps extends RecordCheckDeps {
  /** Reads and proves the whole content of a backup in one repository. */
  readonly verify: (
    environment: Environment,
    declared: Repository,
    backup: string,
    signal: AbortSignal | undefined,
  ) => Promise<VerifyReport>;
}

/** Records what a check found, together with its entry in the ledger. */
export async function recordCheck(
  { store, clock, actor }: RecordCheckDeps,
  report: VerifyReport,
  declared: Pick<Repository, 'name'>,
): Promise<BackupCheck> {
  const now = clock.now();
  const check = checkOf(report, declared.name, now);
  await store.transaction(async (inside) => {
    await inside.backupChecks.record(check);
    const { backup, isIntact, files, bytes, problemCount } = check;
    const data = { backup, repository: declared.name, isIntact, files, bytes, problems: problemCount };
    const subject = `environment/${check.environment}`;
    await inside.ledger.append({ actor, type: 'backup.checked', subject, data }, now);
  });
  return check;
}

/** Checks the content of a backup and records what was found (OBJ-03). */
export async function checkContent(
  deps: CheckContentDeps,
  environment: Environment,
  declared: Repository,
  backup: string,
  signal?: AbortSignal,
): Promise<BackupCheck> {
  return recordCheck(deps, await deps.verify(environment, declared, backup, signal), declared);
}
