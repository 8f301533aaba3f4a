import type { Environment } from '../../core/estate/index.ts';
import {
  type ArchiveSight,
  addonsCheck,
  type BackupManifest,
  businessInvariants,
  type CountedWhen,
  type DrillCheck,
  type DrillPhase,
  isPhysical,
  journeyCheck,
  judgeFilestore,
  judgeOrigin,
  judgeRowCounts,
  type RestoreInPlace,
} from '../../core/recovery/index.ts';
import type { RestorePlace, ServedOdoo } from '../../ports/restore-place.ts';
import { askInvariants, type CopyFacts, readCopy, readNamedFiles } from './ask-copy.ts';
import type { ChosenBackup } from './choose-backup.ts';
import { filesFor, type InstantFiles, lastInstant } from './choose-files.ts';
import { runCopyJourneys } from './copy-journeys.ts';
import { type DrillDependencies, environmentOfCopy, type RecoveryOptions } from './dependencies.ts';
import { bringFiles, type FilesUnderWay } from './drill-files.ts';
import { PhaseFailure, type PhaseTimer } from './drill-phases.ts';
import { examineIntegrations } from './examine-configuration.ts';
import { restoreDatabaseFrom } from './fill-place.ts';
import { neutraliseCopy } from './neutralise-copy.ts';
import { fetchDump } from './read-content.ts';

const bootSeconds = 600;

/** What a drill has come to know; grows while it runs. */
export interface Findings {
  readonly checks: DrillCheck[];
  backup: string;
  copy?: CopyFacts;
  servedAt?: Temporal.Instant;
}

/** A drill under way. */
export interface Drill extends RecoveryOptions {
  readonly deps: DrillDependencies;
  readonly environment: Environment;
  readonly timer: PhaseTimer;
  readonly findings: Findings;
  readonly restores: readonly RestoreInPlace[];
}

/** Runs a phase; a failure says which one it was of. */
function inPhase<Result>({ timer }: Drill, phase: DrillPhase, work: () => Promise<Result>): Promise<Result> {
  return timer.run(phase, work).catch((error: unknown) => Promise.reject(new PhaseFailure(phase, error)));
}

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
  { deps, signal, report }: Drill,
  place: RestorePlace,
  manifest: BackupManifest,
  copy: CopyFacts,
): Promise<readonly DrillCheck[]> {
  report({ phase: 'invariants', detail: 'stock, books, numbers, files', doneBytes: 0, totalBytes: undefined });
  return [
    ...(await askInvariants(place.database, businessInvariants, copy, { signal })),
    ...addonsCheck(manifest.addons, deps.addons ?? []),
    ...(await examineIntegrations(deps.repository, manifest, signal)),
  ];
}

/** The database, once its PostgreSQL runs. Where that does not start, it is no fault of the backup. */
async function bringDatabase(
  drill: Drill,
  place: RestorePlace,
  chosen: ChosenBackup,
  files: InstantFiles,
): Promise<CopyFacts> {
  const ready = drill.timer.run('fetch', () => place.ready());
  await ready.catch((error: unknown) => Promise.reject(new PhaseFailure(undefined, error)));
  return inPhase(drill, 'restore-database', () => restoreDatabase(drill, place, chosen, files));
}

/** What is still on its way when Odoo starts. */
interface Arriving {
  readonly manifest: BackupManifest;
  readonly files: FilesUnderWay;
  /** Files that were missing when the backup was taken. */
  readonly missing: readonly string[];
}

/**
 * Odoo starts while the last files come and what was restored is examined; the journeys, which change something, wait for
 * all of it. Each says what it knows, whatever becomes of the others.
 */
async function serve(
  drill: Drill,
  place: RestorePlace,
  copy: CopyFacts,
  { manifest, files, missing }: Arriving,
): Promise<void> {
  const { timer, findings, signal } = drill;
  // Before Odoo starts: what it names by itself from then on was never in the backup.
  const named = await timer.run('invariants', () => readNamedFiles(place.database, { signal }));
  const judged = files.begin().then((restored) => judgeFilestore(named, restored, missing));
  const examined = timer.run('invariants', () => examine(drill, place, manifest, copy), { isBeside: true });
  const booted = inPhase(drill, 'boot', () =>
    place.boot({ withinSeconds: bootSeconds, signal, files: () => files.arrive() }),
  ).catch(async (error: unknown) => {
    // Nothing is left to be considerate of; what became of the files is still to be said.
    await files.arrive().catch(() => undefined);
    throw error;
  });
  const [filestore, seen, started] = await Promise.allSettled([judged, examined, booted]);
  signal?.throwIfAborted();
  for (const known of [filestore, seen]) if (known.status === 'fulfilled') findings.checks.push(...known.value);
  // An Odoo without its files may fail for that alone.
  if (filestore.status === 'rejected') throw filestore.reason;
  const used = await Promise.allSettled([
    started.status === 'rejected'
      ? Promise.reject(started.reason)
      : inPhase(drill, 'journeys', () => runJourneys(drill, started.value, copy)),
  ]);
  if (seen.status === 'rejected') throw new PhaseFailure('invariants', seen.reason);
  for (const each of used) if (each.status === 'rejected') throw each.reason;
}

/**
 * Walks through a drill, up to the journeys. Of a dump the files wait until it is restored: `pg_restore` has all processors,
 * and what came beside it would only come at its cost. The start of an Odoo has room for them. A cluster is copied and its log
 * replayed by one processor alone: there they come at once. Without a database they are worth nothing, and are given up.
 */
export async function walk(
  drill: Drill,
  place: RestorePlace,
  chosen: ChosenBackup,
  sight: ArchiveSight | undefined,
): Promise<void> {
  const { deps, timer, findings, signal, report } = drill;
  const { manifest } = chosen;
  const found = await timer.run('fetch', async () =>
    filesFor(deps.repository, manifest, await lastInstant(deps.repository, manifest, sight)),
  );
  // The dump is what everything else waits for, so nothing goes beside it but PostgreSQL's start.
  await inPhase(drill, 'fetch', () => fetchDump(deps.repository, manifest, place, { signal, report }));
  const files = bringFiles(drill, found.sets, place);
  try {
    if (isPhysical(manifest)) void files.begin();
    const copy = await bringDatabase(drill, place, chosen, found);
    void files.begin();
    await inPhase(drill, 'neutralise', () =>
      neutraliseCopy(place, copy, findings.checks, { notDone: 'started', signal }),
    );
    await serve(drill, place, copy, { manifest, files, missing: found.sets.flatMap(({ missing }) => missing) });
  } finally {
    await files.giveUp();
  }
}
