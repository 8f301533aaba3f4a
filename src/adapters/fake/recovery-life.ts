import { randomBytes, randomUUID } from 'node:crypto';
import type { Environment, Estate } from '../../core/estate/index.ts';
import { type Refusal, refuse } from '../../core/kernel/index.ts';
import type { Actor } from '../../core/ledger/index.ts';
import {
  attemptsOfRuns,
  type BackupPhase,
  type BackupRun,
  backupId,
  type DrillReport,
  planBackup,
  progressOf,
  recoveryFindings,
} from '../../core/recovery/index.ts';
import type { Store } from '../../ports/store.ts';
import { tellOfCopies } from './copies.ts';
import { noteKeyChecks } from './key-checks.ts';
import type { FakeWorld } from './life.ts';
import { fakeBackup, fakeDrill, recoveryStory } from './recovery.ts';
import { beginTask, goOnWithBackup, goOnWithDrill } from './recovery-tasks.ts';

const actor = { kind: 'controller', name: 'controller' } as const;
const mib = 2 ** 20;
const totalBytes = 9_400 * mib;
const bytesPerSecond = 21.5 * mib;
/** A made-up drill is heard of again after so long. */
const drillSeconds = 12;
const logLagSeconds = 38;

interface Work {
  readonly task: string;
  readonly backup: string;
  readonly askedAt: Temporal.Instant;
}

/** Backups and drills of the made-up estate that are under way. */
export interface RecoveryLife {
  /** What happened before anybody looked. */
  fill(): Promise<void>;
  /** Goes on with what is under way. */
  goOn(): Promise<void>;
  startBackup(environment: Environment, requestedBy: Actor): Promise<string>;
  startDrill(
    environment: Environment,
    backup: string | undefined,
    requestedBy: Actor,
  ): Promise<{ readonly kind: 'started'; readonly backup: string; readonly task: string } | Refusal>;
}

/** Where there are more environments than this, their recovery is told in fewer words. */
const mostWithFindings = 20;

/** The recovery of the made-up estate, told through the same stores as a real one. */
export function createRecoveryLife(world: FakeWorld, estate: Estate): RecoveryLife {
  const drills = new Map<string, Work>();

  const begin = async (
    store: Pick<Store, 'backups' | 'recoveryTasks'>,
    environment: Environment,
    startedAt: Temporal.Instant,
    requestedBy?: Actor | undefined,
  ): Promise<string> => {
    const id = backupId(startedAt, 'logical', randomBytes(3).toString('hex'));
    const run = {
      ...fakeBackup(environment, startedAt),
      id,
      method: 'logical',
      finishedAt: null,
      figures: null,
    } as const;
    await store.backups.begin({ ...run, state: 'running', reason: null, seenAt: startedAt });
    const task = { id, kind: 'backup', environment: environment.name, backup: id } as const;
    await beginTask(store, task, startedAt, requestedBy);
    return id;
  };

  const fill = async (): Promise<void> => {
    const now = world.clock.now();
    const stories = estate.environments.map((each) => [each, recoveryStory(world.scenario(), each, now)] as const);
    // One transaction: each copies all records, and there may be a thousand environments.
    await world.store.transaction(async (inside) => {
      for (const [environment, { runs, drills: shown, isRunning }] of stories) {
        if (isRunning) await begin(inside, environment, now.subtract({ seconds: 130 }));
        for (const run of runs) await inside.backups.begin(run);
        await archiveLog(inside, environment, now);
        await tellOfCopies(inside, estate, environment, { runs, now });
        for (const drill of shown) await inside.drills.record(drill);
        await noteLastDrill(inside, shown.at(-1));
      }
      await noteKeyChecks(inside, estate, { scenario: world.scenario(), now });
    });
  };

  return {
    fill,
    goOn: async () => {
      const now = world.clock.now();
      const running = await world.store.backups.list({ state: 'running', limit: 50 });
      for (const run of running) await goOnWith(world, run, estate.environments, now);
      await goOnWithDrills(world, drills, now);
      for (const environment of estate.environments.slice(0, mostWithFindings)) {
        await archiveLog(world.store, environment, now);
        const found = await findingsOf(estate, world, environment, now);
        await world.store.findings.reconcile({ source: 'recovery', environment: environment.name }, found, now);
      }
    },
    startBackup: (environment, requestedBy) => begin(world.store, environment, world.clock.now(), requestedBy),
    startDrill: async ({ name }, wanted, requestedBy) => {
      const good = await world.store.backups.list({ environment: name, state: 'succeeded', limit: 500 });
      const backup = wanted === undefined ? good[0] : good.find(({ id }) => id === wanted);
      if (backup === undefined) {
        const hint = `Take one first: \`plimsoll backup run ${name}\`.`;
        return refuse({ code: 'BACKUP_NONE', message: `No good backup of ${name} is recorded.`, hint });
      }
      const askedAt = world.clock.now();
      const task = randomUUID();
      const wish = { id: task, kind: 'drill', environment: name, backup: backup.id } as const;
      await beginTask(world.store, wish, askedAt, requestedBy);
      drills.set(name, { task, backup: backup.id, askedAt });
      return { kind: 'started', backup: backup.id, task };
    },
  };
}

/** The log behind the newest physical backup reaches up to a moment ago. */
async function archiveLog({ backups }: Pick<Store, 'backups'>, { name }: Environment, now: Temporal.Instant) {
  const good = await backups.list({ environment: name, state: 'succeeded', limit: 50 });
  const physical = good.find(({ method }) => method === 'physical');
  if (physical !== undefined) await backups.reach(physical.id, now.subtract({ seconds: logLagSeconds }));
}

async function noteLastDrill({ ledger }: Pick<Store, 'ledger'>, last: DrillReport | undefined): Promise<void> {
  if (last === undefined) return;
  const data = { drill: last.id, backup: last.backup, verdict: last.verdict };
  const subject = `environment/${last.environment}`;
  await ledger.append({ actor, type: `drill.${last.verdict}`, subject, data }, last.finishedAt);
}

/** Drills under way: a step on, cancelled, or done. */
async function goOnWithDrills(world: FakeWorld, drills: Map<string, Work>, now: Temporal.Instant): Promise<void> {
  for (const [environment, { task, backup, askedAt }] of drills) {
    const seconds = askedAt.until(now).total('seconds');
    const isCancelled = (await goOnWithDrill(world, task, seconds, now)) !== undefined;
    if (isCancelled) drills.delete(environment);
    if (isCancelled || seconds < drillSeconds) continue;
    drills.delete(environment);
    await world.store.recoveryTasks.end(task, now, { state: 'succeeded', outcome: 'A serving Odoo came back.' });
    const run = await world.store.backups.get(backup);
    const drill = run && fakeDrill(run, askedAt, { verdict: 'verified', rtoSeconds: 1_980, rpoSeconds: 140 });
    if (drill !== undefined) await world.store.drills.record({ ...drill, finishedAt: now });
  }
}

function phaseAt(doneBytes: number): BackupPhase {
  if (doneBytes < totalBytes * 0.55) return 'filestore';
  return doneBytes < totalBytes * 0.8 ? 'dump' : 'store';
}

async function goOnWith(
  world: FakeWorld,
  run: BackupRun,
  environments: readonly Environment[],
  now: Temporal.Instant,
): Promise<void> {
  const { store } = world;
  const reason = await goOnWithBackup(world, run, now);
  if (reason !== undefined) {
    await store.backups.end({ id: run.id, state: 'cancelled', finishedAt: now, reason, figures: null });
    return;
  }
  const elapsedSeconds = run.startedAt.until(now).total('seconds');
  const bytes = Math.round(elapsedSeconds * bytesPerSecond);
  if (bytes < totalBytes) {
    await store.backups.progress(run.id, progressOf(phaseAt(bytes), { bytes, totalBytes, elapsedSeconds }), now);
    return;
  }
  const environment = environments.find(({ name }) => name === run.environment);
  const figures = environment === undefined ? null : fakeBackup(environment, run.startedAt).figures;
  await store.backups.end({ id: run.id, state: 'succeeded', finishedAt: now, reason: null, figures });
  await store.recoveryTasks.end(run.id, now, { state: 'succeeded', outcome: `${run.id} is listed.` });
}

/** What is wrong with it, by the same judgement as a real one. */
async function findingsOf(estate: Estate, { store }: FakeWorld, environment: Environment, now: Temporal.Instant) {
  const { name } = environment;
  const runs = await store.backups.list({ environment: name, limit: 500 });
  const drills = await store.drills.list({ environment: name, limit: 100 });
  const history = attemptsOfRuns(runs);
  const isRunning = runs.some(({ state }) => state === 'running');
  const plan = planBackup({ environment, now, history, isRunning, canArchive: true });
  const unseen = { wal: undefined, repositories: [], contentFaults: [], gone: [], hollow: [] };
  const view = { estate, environment, now, plan, history, drills, ...unseen };
  return isRunning && history.length === 0 ? [] : recoveryFindings(view);
}
