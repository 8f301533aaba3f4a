import { backupPlaces, type Environment, type Estate, type Repository } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  type BackupManifest,
  type BackupRun,
  goneBackups,
  isPhysical,
  physicalLabelOf,
  planPrune,
  type RetentionPlan,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import type { PhysicalArchive } from '../../ports/physical-backup.ts';
import type { LookWorld } from './look/gather.ts';
import { openArchiveOf } from './open-archive.ts';
import { reasonOf } from './record-backup.ts';

export interface PruneDeps extends LookWorld {
  readonly actor: Actor;
}

type PrunedArchive = Pick<PhysicalArchive, 'list' | 'withdraw'>;

/** What retention says of the backups of one environment in one repository. */
export interface PlannedPrune {
  readonly environment: Environment;
  readonly declared: Repository;
  readonly repository: BackupRepository;
  /** What pgBackRest keeps of them there; `undefined` where nobody can ask it. */
  readonly physical: PrunedArchive | undefined;
  readonly manifests: readonly BackupManifest[];
  readonly plan: RetentionPlan;
  /** Records of backups that the repository has no more. */
  readonly gone: readonly string[];
}

/** What was withdrawn, and what could not be. */
export interface PruneReport {
  readonly withdrawn: readonly string[];
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}

const mostRecords = 1_000;

/** Opened for each question alone: what opens it must not lie around. */
async function archiveOfCopies(
  deps: PruneDeps,
  declared: Repository,
  repository: BackupRepository,
  manifests: readonly BackupManifest[],
): Promise<PrunedArchive | undefined> {
  const newest = manifests.findLast(isPhysical);
  if (newest === undefined) return undefined;
  const openArchive = await deps.openArchiveIn(declared);
  const ask = async <Answer>(question: (archive: PhysicalArchive) => Promise<Answer>): Promise<Answer> => {
    const archive = await openArchiveOf({ repository, openArchive }, newest);
    return question(archive).finally(() => archive.close());
  };
  const archive: PrunedArchive = {
    list: () => ask((each) => each.list()),
    withdraw: (label) => ask((each) => each.withdraw(label)),
  };
  // Without the identity nobody can ask: its physical backups stay, and dumps are pruned all the same.
  return archive.list().then(
    () => archive,
    (error: unknown) => {
      if (error instanceof Fault) return undefined;
      throw error;
    },
  );
}

async function planPlace(
  deps: PruneDeps,
  estate: Estate,
  environment: Environment,
  declared: Repository,
  isPrimary: boolean,
): Promise<PlannedPrune> {
  const { store, clock } = deps;
  const { name } = environment;
  const repository = await deps.openRepository(declared);
  const { good, bad } = await repository.list(name);
  const manifests = good.map(({ manifest }) => manifest);
  const physical = isPrimary
    ? await deps.openPhysical(environment, estate)
    : await archiveOfCopies(deps, declared, repository, manifests);
  const plan = planPrune({
    environment,
    repository: declared.name,
    manifests,
    physical: await physical?.list(),
    checks: await store.backupChecks.list(name),
    drills: await store.drills.list({ environment: name, limit: mostRecords }),
    now: clock.now(),
  });
  // A physical backup that nobody could ask about may be needed by another one: it stays, and so does its pair.
  const isKnown = (id: string): boolean => physical !== undefined || physicalLabelOf(id, manifests) === undefined;
  const runs = isPrimary ? await store.backups.list({ environment: name, state: 'succeeded', limit: mostRecords }) : [];
  const present = new Set([...manifests.map(({ id }) => id), ...bad.map(({ id }) => id)]);
  return {
    environment,
    declared,
    repository,
    physical,
    manifests,
    plan: { ...plan, withdraw: plan.withdraw.filter(({ id }) => isKnown(id)) },
    gone: goneBackups(present, runs, declared.name),
  };
}

/** Plans by retention for every repository of an environment (BKP-04). Throws what keeps a repository from being read. */
export async function planPrunes(
  deps: PruneDeps,
  estate: Estate,
  environment: Environment,
): Promise<readonly PlannedPrune[]> {
  const { primary, copies } = backupPlaces(estate.repositories, environment);
  const places = [primary, ...copies.map(({ repository }) => repository)].filter((each) => each !== undefined);
  const planned: PlannedPrune[] = [];
  for (const place of new Set(places)) {
    planned.push(await planPlace(deps, estate, environment, place, place === primary));
  }
  return planned;
}

interface Withdrawal {
  readonly id: string;
  readonly reason: string;
}

/** Said before it is done: nothing is ever taken away without its entry in the ledger. Answers the record it changed. */
async function announce(
  deps: PruneDeps,
  prune: PlannedPrune,
  { id, reason }: Withdrawal,
): Promise<BackupRun | undefined> {
  const { store, clock, actor } = deps;
  const repository = prune.declared.name;
  return store.transaction(async (inside) => {
    const run = await inside.backups.get(id);
    const isRecorded = run?.state === 'succeeded' && run.repository === repository;
    const now = clock.now();
    if (isRecorded) await inside.backups.end({ id, state: 'withdrawn', finishedAt: now, reason, figures: null });
    await inside.backupChecks.forget({ environment: prune.environment.name, repository, backup: id });
    const subject = `environment/${prune.environment.name}`;
    const data = { backup: id, repository, reason };
    await inside.ledger.append({ actor, type: 'backup.withdrawn', subject, data }, now);
    return isRecorded ? run : undefined;
  });
}

/** It is still there: the record says so again, and the ledger why. */
async function takeBack(deps: PruneDeps, prune: PlannedPrune, id: string, run: BackupRun | undefined, reason: string) {
  const { store, clock, actor } = deps;
  await store.transaction(async (inside) => {
    if (run?.finishedAt != null) {
      await inside.backups.end({ id, state: 'succeeded', finishedAt: run.finishedAt, reason: null, figures: null });
    }
    const data = { backup: id, repository: prune.declared.name, reason };
    const subject = `environment/${prune.environment.name}`;
    await inside.ledger.append({ actor, type: 'backup.withdrawal-failed', subject, data }, clock.now());
  });
}

async function withdrawPhysical({ physical, manifests }: PlannedPrune, id: string): Promise<void> {
  const label = physicalLabelOf(id, manifests);
  if (label === undefined || physical === undefined) return;
  const isThere = (await physical.list()).some((point) => point.label === label);
  if (isThere) await physical.withdraw(label);
}

/**
 * The manifest first: from then on it is no backup. A physical part that stays behind is a restore point of its own to
 * the next plan. Answers why something is still there.
 */
async function withdraw(deps: PruneDeps, prune: PlannedPrune, each: Withdrawal): Promise<string | undefined> {
  const { id } = each;
  const run = await announce(deps, prune, each);
  let isListed = true;
  try {
    if (prune.manifests.some((manifest) => manifest.id === id)) {
      await prune.repository.withdraw(prune.environment.name, id);
    }
    isListed = false;
    await withdrawPhysical(prune, id);
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    await takeBack(deps, prune, id, isListed ? run : undefined, reason);
    return reason;
  }
}

/** Withdraws what the plan says, newest first, so that nothing goes before what needs it. */
export async function carryOutPrune(
  deps: PruneDeps,
  prune: PlannedPrune,
  options: { readonly signal?: AbortSignal | undefined; readonly began?: (id: string) => void } = {},
): Promise<PruneReport> {
  const withdrawn: string[] = [];
  const failed: { id: string; reason: string }[] = [];
  for (const each of prune.plan.withdraw.toReversed()) {
    options.signal?.throwIfAborted();
    options.began?.(each.id);
    const reason = await withdraw(deps, prune, each);
    if (reason === undefined) withdrawn.push(each.id);
    else failed.push({ id: each.id, reason });
  }
  return { withdrawn, failed };
}

const goneReason = 'It was in the repository no more; who deleted it is not known.';

/** Takes note of backups that somebody else deleted. For people: a controller only reports them. */
export async function noteGone(deps: PruneDeps, { environment, declared, gone }: PlannedPrune): Promise<void> {
  const { store, clock, actor } = deps;
  for (const id of gone) {
    await store.transaction(async (inside) => {
      const now = clock.now();
      await inside.backups.end({ id, state: 'withdrawn', finishedAt: now, reason: goneReason, figures: null });
      const data = { backup: id, repository: declared.name, reason: goneReason };
      await inside.ledger.append({ actor, type: 'backup.gone', subject: `environment/${environment.name}`, data }, now);
    });
  }
}
