import { backupPlaces, type Environment, type Estate, type Repository } from '../../../core/estate/index.ts';
import { type Bytes, Fault, isDatedAhead } from '../../../core/kernel/index.ts';
import {
  type BackupManifest,
  type BackupRun,
  type BucketFacts,
  contentFaultsOf,
  goneBackups,
  historyOf,
  hollowBackups,
  isPhysical,
  planBackup,
  type RecoveryView,
  type RepositoryState,
  type WalState,
} from '../../../core/recovery/index.ts';
import type { BackupRepository } from '../../../ports/backup-repository.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { OpenArchive, PhysicalBackups } from '../../../ports/physical-backup.ts';
import type { Store } from '../../../ports/store.ts';
import { restoredAtOf } from '../known-restores.ts';
import { lastKeyCheck } from '../record-key-check.ts';

/** The world as a look at recovery sees it. */
export interface LookWorld {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Store;
  /** Opens a declared repository; keys that this machine does not have are no reason not to look. */
  readonly openRepository: (declared: Repository) => Promise<BackupRepository>;
  /** What is free where it lies, and what its bucket does by itself; `undefined` where nobody can say. */
  readonly describePlace: (
    declared: Repository,
  ) => Promise<{ readonly freeBytes: Bytes | undefined; readonly bucket: BucketFacts | undefined }>;
  /** `undefined` where the log of the environment is not archived, or not from this machine. */
  readonly openPhysical: (environment: Environment, estate: Estate) => Promise<PhysicalBackups | undefined>;
  /** Opens what pgBackRest keeps beside a declared repository, where its backups are copies. */
  readonly openArchiveIn: (declared: Repository) => Promise<OpenArchive>;
}

/** What was seen, and whether the archive of the log could be asked. */
export interface Gathered {
  readonly view: RecoveryView;
  readonly couldAskArchive: boolean;
}

const mostRuns = 500;
const mostDrills = 200;
/** A run without a sign of life for so long has lost its writer. */
const deadAfterSeconds = 600;

interface Looked {
  readonly state: RepositoryState;
  readonly manifests: readonly BackupManifest[] | undefined;
}

/** Faults of the world are what a look is for; anything else is a defect and passes through. */
export function wordsOf(error: unknown): string {
  if (error instanceof Fault) return `${error.code}: ${error.message}`;
  throw error;
}

async function lookInto(world: LookWorld, declared: Repository, environment: string): Promise<Looked> {
  const base = { repository: declared };
  try {
    const repository = await world.openRepository(declared);
    const { good, bad } = await repository.list(environment);
    const manifests = good.map(({ manifest }) => manifest);
    const backups = manifests.map(({ id }) => id);
    const { bucket } = await world.describePlace(declared);
    return { state: { ...base, bucket, unreachable: undefined, backups, bad }, manifests };
  } catch (error) {
    const unreachable = wordsOf(error);
    return { state: { ...base, unreachable, backups: [], bad: [] }, manifests: undefined };
  }
}

interface Archive {
  readonly canArchive: boolean;
  readonly wal: WalState | undefined;
  readonly couldAsk: boolean;
  /** `undefined` where it could not be asked. */
  readonly physical: PhysicalBackups | undefined;
}

async function askArchive(world: LookWorld, estate: Estate, environment: Environment): Promise<Archive> {
  const none = { canArchive: false, wal: undefined, couldAsk: true, physical: undefined };
  if (environment.backup.method !== 'physical') return none;
  try {
    const physical = await world.openPhysical(environment, estate);
    if (physical === undefined) return none;
    const points = await physical.list();
    return { canArchive: true, wal: await physical.walState(points.at(-1)?.walStart), couldAsk: true, physical };
  } catch (error) {
    wordsOf(error);
    return { canArchive: true, wal: undefined, couldAsk: false, physical: undefined };
  }
}

/**
 * The listed backups of which pgBackRest has no cluster any more. It is asked after they were listed, and they are listed
 * again after it was asked: one that is just being published or withdrawn is in between.
 */
async function findHollow(world: LookWorld, home: Looked | undefined, environment: string, { physical }: Archive) {
  const { manifests } = home ?? {};
  if (physical === undefined || home === undefined || manifests?.some(isPhysical) !== true) return [];
  try {
    const labels = new Set((await physical.list()).map(({ label }) => label));
    const found = hollowBackups(manifests, { stanza: physical.stanza, labels });
    if (found.length === 0) return found;
    const still = new Set((await lookInto(world, home.state.repository, environment)).state.backups);
    return found.filter((id) => still.has(id));
  } catch (error) {
    wordsOf(error);
    return [];
  }
}

function isRunning(runs: readonly BackupRun[], now: Temporal.Instant): boolean {
  return runs.some(
    ({ state, seenAt }) =>
      state === 'running' && !isDatedAhead(seenAt, now) && now.since(seenAt).total('seconds') < deadAfterSeconds,
  );
}

/** When the newest of some backups that are lost had ended. */
function lostAt(runs: readonly BackupRun[], lost: readonly string[]): Temporal.Instant | undefined {
  const ends = runs.flatMap(({ id, finishedAt }) => (lost.includes(id) && finishedAt !== null ? finishedAt : []));
  return ends.toSorted(Temporal.Instant.compare).at(-1);
}

/** Looks at everything that says how the recovery of an environment stands: the records, the repositories and the archive. */
export async function gatherRecovery(world: LookWorld, estate: Estate, environment: Environment): Promise<Gathered> {
  const { store } = world;
  const { name } = environment;
  const { primary, copies } = backupPlaces(estate.repositories, environment);
  const places = [primary, ...copies.map(({ repository }) => repository)].filter((each) => each !== undefined);
  const [runs, drills, checks, restoredAt, archive] = await Promise.all([
    store.backups.list({ environment: name, limit: mostRuns }),
    store.drills.list({ environment: name, limit: mostDrills }),
    store.backupChecks.list(name),
    restoredAtOf(store, name),
    askArchive(world, estate, environment),
  ]);
  const looked: Looked[] = [];
  for (const place of new Set(places)) looked.push(await lookInto(world, place, name));
  const home = looked.find(({ state }) => state.repository === primary);
  const hollow = await findHollow(world, home, name, archive);
  const whole = home?.manifests?.filter(({ id }) => !hollow.includes(id));
  const history = historyOf(whole, runs);
  const now = world.clock.now();
  const present = home?.manifests && new Set([...home.state.backups, ...home.state.bad.map(({ id }) => id)]);
  const gone = primary === undefined ? [] : goneBackups(present, runs, primary.name);
  const view: RecoveryView = {
    estate,
    environment,
    now,
    plan: planBackup({
      ...{ environment, now, history, canArchive: archive.canArchive },
      isRunning: isRunning(runs, now),
      lostAt: lostAt(runs, [...gone, ...hollow]),
      restoredAt,
    }),
    history,
    restoredAt,
    drills,
    wal: archive.wal,
    repositories: looked.map(({ state }) => state),
    contentFaults: contentFaultsOf(
      checks,
      new Map(looked.map(({ state }) => [state.repository.name, new Set(state.backups)])),
    ),
    gone,
    hollow,
    keyCheck: primary && ((await lastKeyCheck(store, primary.name)) ?? null),
  };
  return { view, couldAskArchive: archive.couldAsk };
}
