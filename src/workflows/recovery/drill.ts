import { randomUUID } from 'node:crypto';
import type { Environment } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import {
  type ArchiveSight,
  addonsCheck,
  type BackupManifest,
  businessInvariants,
  type CountedWhen,
  type DrillCheck,
  type DrillFailure,
  type DrillPhase,
  type DrillReport,
  givenUpOf,
  isPhysical,
  journeyCheck,
  judgeDrill,
  judgeFilestore,
  judgeOrigin,
  judgeRowCounts,
  type RestoredFile,
  type RestoreInPlace,
  rpoAchieved,
} from '../../core/recovery/index.ts';
import type { RestorePlace, ServedOdoo } from '../../ports/restore-place.ts';
import { askInvariants, type CopyFacts, readCopy, readNamedFiles } from './ask-copy.ts';
import { type ChosenBackup, chooseBackup } from './choose-backup.ts';
import { filesFor, type InstantFiles, lastInstant } from './choose-files.ts';
import { runCopyJourneys } from './copy-journeys.ts';
import { type DrillDependencies, environmentOfCopy, type RecoveryOptions, type Report } from './dependencies.ts';
import { createPhaseTimer, type PhaseTimer } from './drill-phases.ts';
import { examineIntegrations } from './examine-configuration.ts';
import { restoreDatabaseFrom } from './fill-place.ts';
import { lookIntoArchive } from './look-into-archive.ts';
import { neutraliseCopy } from './neutralise-copy.ts';
import { fetchDump, restoreFilestore } from './read-content.ts';

export interface DrillOptions {
  /** The newest one where it is absent. */
  readonly backup?: string | undefined;
  /** Restores in place that are known, oldest first. */
  readonly restores?: readonly RestoreInPlace[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Report | undefined;
  /** Hears of each phase as it begins. */
  readonly began?: ((phase: DrillPhase) => void) | undefined;
}

const bootSeconds = 600;
/** A restored database is larger than its dump, and smaller than this: bloat stays behind, indexes come back. */
const databaseRatio = 1.5;

/** What a drill has come to know; grows while it runs. */
interface Findings {
  readonly checks: DrillCheck[];
  backup: string;
  copy?: CopyFacts;
  servedAt?: Temporal.Instant;
}

interface Drill extends RecoveryOptions {
  readonly deps: DrillDependencies;
  readonly environment: Environment;
  readonly timer: PhaseTimer;
  readonly findings: Findings;
  readonly restores: readonly RestoreInPlace[];
}

const needsBytes = ({ source, database, filestore }: BackupManifest): number => {
  const files = database.method === 'logical' ? database.files : [];
  const dump = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.ceil(source.databaseBytes * databaseRatio) + dump + filestore.bytes;
};

/** Which instant the copy is of, and by when its rows were counted. */
function instantOf(
  manifest: BackupManifest,
  { at }: InstantFiles,
): { readonly check: DrillCheck; readonly counted: CountedWhen } {
  const detail = isPhysical(manifest) ? `${at} from ${manifest.database.label}` : `${at}, the snapshot of the dump`;
  const check: DrillCheck = { name: 'recovered.instant', outcome: 'passed', detail, evidence: [] };
  if (!isPhysical(manifest)) return { check, counted: 'at-the-instant' };
  return { check, counted: at.equals(manifest.consistentAt) ? 'just-before' : 'earlier' };
}

async function restoreDatabase(
  drill: Drill,
  place: RestorePlace,
  chosen: ChosenBackup,
  files: InstantFiles,
): Promise<CopyFacts> {
  const { deps, environment, findings, signal, report } = drill;
  const { manifest } = chosen;
  await restoreDatabaseFrom(deps, manifest, place, { ...files, signal, report });
  const copy = await readCopy(place.database, manifest, { signal });
  findings.copy = copy;
  const origin = { ...copy, earlierUuids: chosen.earlierUuids, declaredDatabase: environment.odoo.database };
  const { check, counted } = instantOf(manifest, files);
  findings.checks.push(
    check,
    judgeRowCounts(manifest.rowCounts, copy.rowCounts, counted),
    judgeOrigin(manifest, origin),
  );
  return copy;
}

async function serve(drill: Drill, place: RestorePlace, copy: CopyFacts, examined: Promise<unknown>): Promise<void> {
  const { timer, signal } = drill;
  const served = await timer
    .run('boot', () => place.boot({ withinSeconds: bootSeconds, signal }))
    .catch((error: unknown) => Promise.reject(new PhaseFailure('boot', error)));
  await examined.catch(() => undefined);
  await runJourneys(drill, served, copy).catch((error: unknown) => Promise.reject(new PhaseFailure('journeys', error)));
}

async function runJourneys(drill: Drill, served: ServedOdoo, copy: CopyFacts): Promise<void> {
  const { deps, environment, timer, findings, signal, report } = drill;
  const odoo = deps.openCopy(served);
  try {
    const asCopy = environmentOfCopy(environment, served, copy.version);
    const runs = await timer.run('journeys', () => runCopyJourneys(deps, odoo, asCopy, { signal, report, ...copy }));
    const checks = runs.map(journeyCheck);
    findings.checks.push(...checks);
    if (checks.every(({ outcome }) => outcome !== 'failed')) findings.servedAt = deps.clock.now();
  } finally {
    odoo.close();
  }
}

async function examine(
  { deps, findings, signal, report }: Drill,
  place: RestorePlace,
  { manifest }: ChosenBackup,
  copy: CopyFacts,
): Promise<void> {
  report({ phase: 'invariants', detail: 'stock, books, numbers, files', doneBytes: 0, totalBytes: undefined });
  findings.checks.push(
    ...(await askInvariants(place.database, businessInvariants, copy, { signal })),
    ...addonsCheck(manifest.addons, deps.addons ?? []),
    ...(await examineIntegrations(deps.repository, manifest, signal)),
  );
}

/**
 * The dump, then the database and the files beside each other: neither needs the other. Without a database the files are
 * worth nothing, and are given up; without the files there is still something to be said of the database.
 */
async function bringIn(drill: Drill, place: RestorePlace, chosen: ChosenBackup, files: InstantFiles) {
  const { deps, timer, signal, report } = drill;
  const stop = new AbortController();
  const unless = AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]);
  const run = <Result>(phase: DrillPhase, work: () => Promise<Result>, isBeside = false) =>
    timer.run(phase, work, { isBeside }).catch((error: unknown) => Promise.reject(new PhaseFailure(phase, error)));
  // The dump is what everything else waits for, so nothing goes beside it but PostgreSQL's start.
  await run('fetch', () => fetchDump(deps.repository, chosen.manifest, place, { signal, report }));
  const database = async (): Promise<CopyFacts> => {
    // Where it does not start, that is no fault of the backup.
    const ready = timer.run('fetch', () => place.ready());
    await ready.catch((error: unknown) => Promise.reject(new PhaseFailure(undefined, error)));
    return run('restore-database', () => restoreDatabase(drill, place, chosen, files));
  };
  const filestore = (): Promise<readonly RestoredFile[]> => {
    const options = { signal: unless, report };
    return run('restore-filestore', () => restoreFilestore(deps.repository, files.sets, place, options), true);
  };
  const [copy, restored] = await Promise.allSettled([
    database().catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
    filestore(),
  ]);
  if (copy.status === 'rejected') throw copy.reason;
  if (restored.status === 'rejected') throw restored.reason;
  return { copy: copy.value, restored: restored.value };
}

async function walk(
  drill: Drill,
  place: RestorePlace,
  chosen: ChosenBackup,
  sight: ArchiveSight | undefined,
): Promise<void> {
  const { deps, timer, signal } = drill;
  const { manifest } = chosen;
  const files = await timer.run('fetch', async () =>
    filesFor(deps.repository, manifest, await lastInstant(deps.repository, manifest, sight)),
  );
  const { copy, restored } = await bringIn(drill, place, chosen, files);
  await timer.run('neutralise', () =>
    neutraliseCopy(place, copy, drill.findings.checks, { notDone: 'started', signal }),
  );
  // Before Odoo starts: what it names by itself from then on was never in the backup.
  const named = await timer.run('invariants', () => readNamedFiles(place.database, { signal }));
  drill.findings.checks.push(
    ...judgeFilestore(
      named,
      restored,
      files.sets.flatMap(({ missing }) => missing),
    ),
  );
  // What is restored is examined while Odoo boots, and before journeys change it; both say what they know.
  const examined = timer.run('invariants', () => examine(drill, place, chosen, copy), { isBeside: true });
  const [served, seen] = await Promise.allSettled([serve(drill, place, copy, examined), examined]);
  signal?.throwIfAborted();
  if (seen.status === 'rejected') throw new PhaseFailure('invariants', seen.reason);
  if (served.status === 'rejected') throw served.reason;
}

/** A failure that was kept until later phases had said what they know. */
class PhaseFailure extends Error {
  readonly phase: PhaseTimer['current'];
  constructor(phase: PhaseTimer['current'], cause: unknown) {
    super('a phase failed', { cause });
    this.phase = phase;
  }
}

function failureOf(error: unknown, phase: PhaseTimer['current'], signal: AbortSignal | undefined): DrillFailure {
  if (error instanceof PhaseFailure) return failureOf(error.cause, error.phase, signal);
  if (signal?.aborted === true) return { phase, code: undefined, message: 'it was cancelled' };
  if (!(error instanceof Fault)) throw error;
  return { phase, code: error.code, message: error.message };
}

/** What to drill, and what pgBackRest has: the newest one that a restore in place did not give up, where none is wanted. */
async function choose({ deps, environment, restores, signal }: Drill, wanted: string | undefined) {
  const manifests = (await deps.repository.list(environment.name)).good.map(({ manifest }) => manifest);
  const sight = await lookIntoArchive(deps, manifests, { signal });
  const givenUp = givenUpOf(manifests, sight, restores);
  return { chosen: await chooseBackup(deps.repository, environment.name, wanted, givenUp), sight };
}

/** Where something went wrong in a place that was disturbed from outside, that is what went wrong. */
async function unlessDisturbed(
  place: RestorePlace,
  { checks }: Findings,
  failure: DrillFailure | undefined,
  phase: PhaseTimer['current'],
): Promise<DrillFailure | undefined> {
  if (failure === undefined && !checks.some(({ outcome }) => outcome === 'failed')) return undefined;
  const disturbed = await place.disturbedBy();
  if (disturbed === undefined) return failure;
  const { code, message } = disturbed;
  return { phase: failure?.phase ?? phase, code, message, isFromOutside: true };
}

async function attempt(drill: Drill, wanted: string | undefined): Promise<DrillFailure | undefined> {
  const { deps, timer, findings, signal } = drill;
  let place: RestorePlace | undefined;
  let failure: DrillFailure | undefined;
  try {
    const { chosen, sight } = await timer.run('fetch', () => choose(drill, wanted));
    findings.backup = chosen.id;
    if ('bad' in chosen) return { phase: 'fetch', code: 'MANIFEST_UNTRUSTED', message: chosen.bad };
    const needed = { needsBytes: needsBytes(chosen.manifest), isThrownAway: true, signal };
    const made = await timer
      .run('fetch', () => deps.places.create(needed))
      .catch((error: unknown) => Promise.reject(new PhaseFailure(undefined, error)));
    place = made;
    await walk(drill, made, chosen, sight);
  } catch (error) {
    failure = failureOf(error, timer.current, signal);
  } finally {
    const made = place;
    if (made !== undefined) {
      failure = await unlessDisturbed(made, findings, failure, timer.current);
      await timer.run('teardown', () => made.remove());
    }
  }
  return failure;
}

/**
 * Restores a backup into a place of its own and says whether a serving Odoo with its data came back. Answers a report for
 * whatever the backup, the machine or the network do; throws only for defects. What it made is removed in every case; what a
 * kill leaves is removed by the next sweep.
 */
export async function runDrill(
  deps: DrillDependencies,
  environment: Environment,
  options: DrillOptions = {},
): Promise<DrillReport> {
  const { clock } = deps;
  const startedAt = clock.now();
  const timer = createPhaseTimer(clock, options.began);
  const findings: Findings = { checks: [], backup: options.backup ?? 'none' };
  const { signal, report = () => {}, restores = [] } = options;
  await deps.places.sweep();
  const failure = await attempt({ deps, environment, timer, findings, restores, signal, report }, options.backup);
  const { verdict, reasons } = judgeDrill(findings.checks, failure);
  const { copy, servedAt } = findings;
  return {
    id: randomUUID(),
    environment: environment.name,
    backup: findings.backup,
    startedAt,
    finishedAt: clock.now(),
    verdict,
    reasons,
    phases: timer.done,
    checks: findings.checks,
    rpoAchievedSeconds: copy === undefined ? null : rpoAchieved(startedAt, copy.lastBusinessRowAt),
    rtoAchievedSeconds: servedAt === undefined ? null : servedAt.since(startedAt).total('seconds'),
  };
}
