import { backupPlaces } from '../../../core/estate/index.ts';
import { goodAttempts, planContentChecks, type RecoveryView } from '../../../core/recovery/index.ts';
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

/** Starts what follows from a look: copies that are missing, and checks of content that are due. */
export async function followUp(
  deps: { readonly durable: Pick<Durable, 'start'>; readonly store: Store },
  view: RecoveryView,
): Promise<void> {
  await startCopies(deps.durable, view);
  await startChecks(deps, view);
}
