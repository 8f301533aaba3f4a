import { backupPlaces } from '../../../core/estate/index.ts';
import { backupId, goodAttempts, planContentChecks, type RecoveryView } from '../../../core/recovery/index.ts';
import type { Durable } from '../../../ports/durable.ts';
import type { Store } from '../../../ports/store.ts';

/** A copy that failed is tried again so often. */
const tryAgainHours = 1;

const slotOf = (now: Temporal.Instant, hours: number): number =>
  Math.floor(now.epochMilliseconds / (hours * 3_600_000));

/**
 * Starts a copy for each repository that lacks the newest backup, once for it and hour; and for each that has it, where its
 * log goes on at the source.
 */
async function startCopies(durable: Pick<Durable, 'start'>, view: RecoveryView): Promise<void> {
  const { environment, estate, history, repositories, now } = view;
  const newest = goodAttempts(history).at(-1)?.id;
  if (newest === undefined) return;
  for (const { repository } of backupPlaces(estate.repositories, environment).copies) {
    const state = repositories.find((each) => each.repository === repository);
    if (repository === undefined || state === undefined || state.unreachable !== undefined) continue;
    if (state.backups.includes(newest) && environment.backup.method !== 'physical') continue;
    const key = `backup-copy/${environment.name}/${repository.name}/${newest}/${slotOf(now, tryAgainHours)}`;
    await durable.start('backup-copy', { environment: environment.name, repository: repository.name }, key);
  }
}

/** Starts a check of each backup whose content is to be proven, once a day at most. */
async function startChecks(
  deps: { readonly durable: Pick<Durable, 'start'>; readonly store: Store },
  view: RecoveryView,
): Promise<void> {
  const { environment, repositories, now } = view;
  const due = planContentChecks({
    environment,
    now,
    places: repositories.map(({ repository, backups }) => ({ repository: repository.name, backups })),
    checks: await deps.store.backupChecks.list(environment.name),
  });
  for (const { repository, backup } of due) {
    const key = `backup-check/${environment.name}/${repository}/${backup}/${slotOf(now, 24)}`;
    await deps.durable.start('backup-check', { environment: environment.name, repository, backup }, key);
  }
}

/**
 * Starts a backup at once where the newest one is gone from its repository or from pgBackRest's, as when that was moved away:
 * the schedule goes by the records, which know only that it had succeeded.
 */
async function startAgain(durable: Pick<Durable, 'start'>, view: RecoveryView): Promise<void> {
  const { environment, gone, hollow, history, plan, now } = view;
  const { due } = plan;
  const newest = [...gone, ...hollow].toSorted().at(-1);
  const isNewer = goodAttempts(history).every(({ id }) => newest !== undefined && id < newest);
  if (newest === undefined || due === undefined || !isNewer) return;
  const { method, kind } = due;
  const id = backupId(now, method, newest.slice(-6));
  // A failed attempt is in the history: then the planner says when it is tried again.
  const key = `backup/${environment.name}/after/${newest}/${history.length}`;
  await durable.start('backup', { environment: environment.name, id, method, kind }, key);
}

/** Starts what follows from a look: a backup where the newest is gone, copies that are missing, and checks of content that are due. */
export async function followUp(
  deps: { readonly durable: Pick<Durable, 'start'>; readonly store: Store },
  view: RecoveryView,
): Promise<void> {
  await startAgain(deps.durable, view);
  await startCopies(deps.durable, view);
  await startChecks(deps, view);
}
