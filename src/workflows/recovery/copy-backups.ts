import { backupPlaces, type Environment, type Estate, type Repository } from '../../core/estate/index.ts';
import { Fault, type RefusalReason } from '../../core/kernel/index.ts';
import { isPhysical, planPrune, residencyReasons } from '../../core/recovery/index.ts';
import type { BackupCopier, CopyReport } from '../../ports/backup-copies.ts';
import type { PruneDeps } from './prune.ts';
import { reasonOf } from './record-backup.ts';

export interface CopyDeps extends PruneDeps {
  readonly openCopier: (from: Repository, to: Repository) => Promise<BackupCopier>;
}

/** What is to be copied to one region, or why nothing may be. */
export interface PlannedCopy {
  readonly region: string;
  readonly from: Repository;
  /** `undefined` where no repository lies in the region. */
  readonly to: Repository | undefined;
  readonly refusals: readonly RefusalReason[];
  /** Backups to copy, oldest first. */
  readonly ids: readonly string[];
  /** Backups that are there already. */
  readonly present: readonly string[];
}

const mostRecords = 1_000;

/** The backups that retention would not withdraw at once, once they were copied. */
async function worthCopying(deps: CopyDeps, environment: Environment, from: Repository): Promise<readonly string[]> {
  const { store, clock } = deps;
  const { good } = await (await deps.openRepository(from)).list(environment.name);
  const { keep } = planPrune({
    environment,
    repository: from.name,
    manifests: good.map(({ manifest }) => manifest),
    // As they themselves say: what a differential one needs is worth copying too.
    physical: good
      .map(({ manifest }) => manifest)
      .filter(isPhysical)
      .map(({ database: { label, needs, reachableFrom: stoppedAt } }) => ({ label, needs, stoppedAt })),
    checks: await store.backupChecks.list(environment.name),
    drills: await store.drills.list({ environment: environment.name, limit: mostRecords }),
    now: clock.now(),
  });
  return keep.map(({ id }) => id);
}

/**
 * What is to be copied where (BKP-06). A copy that would leave the jurisdictions that an environment's data must stay in
 * is refused with its reasons (CMP-05). Throws where a repository cannot be read.
 */
export async function planCopies(
  deps: CopyDeps,
  estate: Estate,
  environment: Environment,
): Promise<readonly PlannedCopy[]> {
  const { primary, copies } = backupPlaces(estate.repositories, environment);
  if (primary === undefined || copies.length === 0) return [];
  const worth = await worthCopying(deps, environment, primary);
  const planned: PlannedCopy[] = [];
  for (const { region, repository } of copies) {
    const base = { region, from: primary, to: repository, ids: [], present: [] };
    if (repository === undefined) {
      const message = `No repository lies in ${region}.`;
      const hint = `Declare a Repository with \`region: ${region}\`.`;
      planned.push({ ...base, refusals: [{ code: 'COPY_WITHOUT_REPOSITORY', message, hint }] });
      continue;
    }
    const refusals = residencyReasons(estate, environment, repository);
    if (refusals.length > 0) {
      planned.push({ ...base, refusals });
      continue;
    }
    const there = await (await deps.openRepository(repository)).list(environment.name);
    const present = new Set(there.good.map(({ manifest }) => manifest.id));
    planned.push({
      ...base,
      refusals,
      ids: worth.filter((id) => !present.has(id)),
      present: worth.filter((id) => present.has(id)),
    });
  }
  return planned;
}

/** Makes the copies of a plan to one repository; what was copied is in the ledger. Throws where a copy did not arrive whole. */
export async function carryOutCopy(
  deps: CopyDeps,
  environment: Environment,
  { from, to, ids, refusals, present }: PlannedCopy,
  options: Pick<Parameters<BackupCopier['copy']>[0], 'report' | 'signal'> = {},
): Promise<CopyReport> {
  const none = { copied: [], present, refused: [], pieces: 0, bytes: 0, proven: 0 };
  if (to === undefined || refusals.length > 0) return none;
  // Of a physical backup that is there, the log goes on.
  if (ids.length === 0 && environment.backup.method !== 'physical') return none;
  const { store, clock, actor } = deps;
  const subject = `environment/${environment.name}`;
  const places = { from: from.name, to: to.name };
  const copier = await deps.openCopier(from, to);
  const report = await copier.copy({ environment: environment.name, ids, ...options }).catch(async (error: unknown) => {
    // Another copies the same: nothing has failed.
    if (error instanceof Fault && error.code === 'BACKUP_UNDER_WAY') throw error;
    const data = { ...places, reason: reasonOf(error) };
    await store.ledger.append({ actor, type: 'backup.copy-failed', subject, data }, clock.now());
    throw error;
  });
  for (const backup of report.copied) {
    const { pieces, bytes, proven } = report;
    const data = { ...places, backup, pieces, bytes, proven };
    await store.ledger.append({ actor, type: 'backup.copied', subject, data }, clock.now());
  }
  return report;
}
