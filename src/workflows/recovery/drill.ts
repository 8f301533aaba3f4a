import { randomUUID } from 'node:crypto';
import type { Environment } from '../../core/estate/index.ts';
import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  clockCheck,
  type DrillFailure,
  type DrillPhase,
  type DrillReport,
  givenUpOf,
  isPhysical,
  judgeDrill,
  type RestoreInPlace,
  rpoAchieved,
  workTimes,
} from '../../core/recovery/index.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { steadyFrom } from '../steady-clock.ts';
import { chooseBackup } from './choose-backup.ts';
import type { DrillDependencies, Report } from './dependencies.ts';
import { createPhaseTimer, PhaseFailure, type PhaseTimer } from './drill-phases.ts';
import { type Drill, type Findings, walk } from './drill-walk.ts';
import { lookIntoArchive } from './look-into-archive.ts';

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

/** A restored database is larger than its dump, and smaller than this: bloat stays behind, indexes come back. */
const databaseRatio = 1.5;

const needsBytes = ({ source, database, filestore }: BackupManifest): number => {
  const files = database.method === 'logical' ? database.files : [];
  const dump = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.ceil(source.databaseBytes * databaseRatio) + dump + filestore.bytes;
};

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
    const { manifest } = chosen;
    const needed = {
      needsBytes: needsBytes(manifest),
      isThrownAway: true,
      getsCluster: isPhysical(manifest),
      signal,
    };
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
  const clock = steadyFrom(deps.clock);
  const began = clock.now();
  const timer = createPhaseTimer(clock, options.began);
  const findings: Findings = { checks: [], backup: options.backup ?? 'none' };
  const { signal, report = () => {}, restores = [] } = options;
  await deps.places.sweep();
  const failure = await attempt(
    { deps: { ...deps, clock }, environment, timer, findings, restores, signal, report },
    options.backup,
  );
  const times = workTimes(began, clock.now(), deps.clock.now());
  const { startedAt, finishedAt, latestStart } = times;
  findings.checks.push(...clockCheck(times));
  const { verdict, reasons } = judgeDrill(findings.checks, failure);
  const { copy, servedAt } = findings;
  return {
    id: randomUUID(),
    environment: environment.name,
    backup: findings.backup,
    startedAt,
    finishedAt,
    verdict,
    reasons,
    phases: timer.done,
    checks: findings.checks,
    rpoAchievedSeconds: copy === undefined ? null : rpoAchieved(latestStart, copy.lastBusinessRowAt),
    rtoAchievedSeconds: servedAt === undefined ? null : servedAt.since(began).total('seconds'),
  };
}
