import { randomUUID } from 'node:crypto';
import type { FakeWorld } from '../adapters/fake/life.ts';
import type { Environment, Estate } from '../core/estate/index.ts';
import type { Refusal } from '../core/kernel/index.ts';
import {
  type BackupRun,
  databaseOfCopy,
  deriveCopy,
  planRetention,
  previewRestore,
  type RecoveryTask,
  type RestoreView,
} from '../core/recovery/index.ts';
import { moveCopy, requestCopy } from '../workflows/recovery/copies.ts';
import { startRequested } from '../workflows/recovery/requested-work.ts';
import { wishOf } from './restore-wish.ts';
import type { Requests, RestoreAsk } from './server/deps.ts';

const gib = 1024 ** 3;
const mostRuns = 500;
/** So long a made-up piece of work takes. */
const workSeconds = 12;
const ports = { postgres: 5490, web: 8190, gevent: 8191 };

/** Nothing lies anywhere here: what can be restored is what the records say succeeded. */
async function viewOf({ store, clock }: FakeWorld, environment: Environment, target: string): Promise<RestoreView> {
  const now = clock.now();
  const runs = await store.backups.list({ environment: environment.name, state: 'succeeded', limit: mostRuns });
  const oldestFirst = runs.toReversed();
  const points = oldestFirst
    .filter(({ method }) => method === 'physical')
    .map(({ id, startedAt }) => ({
      label: id,
      systemIdentifier: '7',
      timeline: 1,
      startedAt,
      stoppedAt: startedAt,
      stop: undefined,
    }));
  const copies = await store.copies.list({ includeRetired: false, limit: mostRuns });
  const isTaken = target === environment.name || copies.some(({ name }) => name === target);
  return {
    now,
    logical: oldestFirst
      .filter(({ method }) => method === 'logical')
      .map(({ id, startedAt }) => ({ id, consistentAt: startedAt, systemIdentifier: '7', isBeforeRestore: false })),
    physical: points.length === 0 ? undefined : { points, lines: { points, histories: [] }, reachesAt: now, lost: [] },
    systemIdentifier: '7',
    unarchivedSeconds: 60,
    source: 'serving',
    lastBusinessRowAt: now.subtract({ seconds: 95 }),
    canTakeSafetyBackup: true,
    target: isTaken ? 'data' : 'nothing',
    obstacle: undefined,
    freeBytes: 412 * gib,
    unpackedBytes: new Map(oldestFirst.map((run) => [run.id, unpackedOf(run)])),
  };
}

const unpackedOf = ({ figures }: BackupRun): number => (figures?.databaseBytes ?? 0) + (figures?.filestoreBytes ?? 0);

/** What a made-up copy holds, once it is made. */
async function makeCopy(
  world: FakeWorld,
  environment: Environment,
  ask: RestoreAsk,
  task: RecoveryTask,
): Promise<void> {
  if (ask.mode === 'in-place') return;
  const { store, clock } = world;
  const now = clock.now();
  const view = await viewOf(world, environment, ask.target);
  const { plan } = previewRestore(environment, wishOf(environment, ask), view);
  const isClone = ask.mode === 'clone';
  const copy = deriveCopy(environment, {
    id: task.id,
    name: ask.target,
    purpose: isClone ? 'clone' : 'restore',
    stage: isClone ? ask.stage : 'recovery-test',
    ports,
    isLive: false,
    isAnonymised: isClone && ask.isAnonymised,
    isReduced: isClone && ask.reduceSeconds !== undefined,
    backup: plan?.point.id ?? ask.backup ?? databaseOfCopy(ask.target),
    reachesAt: plan?.point.reachesAt ?? now,
    createdAt: now,
    expiresAt: isClone ? now.add({ seconds: ask.expiresInSeconds }) : null,
  });
  const deps = { store, clock, actor: task.requestedBy };
  await requestCopy(deps, copy);
  await moveCopy(deps, copy, { to: 'provisioned', reason: 'its data is in place' });
  await moveCopy(deps, copy, { to: 'active', reason: 'it serves' });
}

const outcomes = {
  backup: 'It is taken.',
  drill: 'It came back.',
  verify: 'It is whole: every piece was read and proved.',
  clone: `It serves at http://127.0.0.1:${ports.web}.`,
  restore: `It serves at http://127.0.0.1:${ports.web}.`,
  prune: 'What no rule keeps was withdrawn.',
} as const satisfies Record<RecoveryTask['kind'], string>;

interface Wished {
  readonly environment: Environment;
  /** For a restore or a clone. */
  readonly ask: RestoreAsk | undefined;
}

/** Ends a made-up piece of work whose time has come, or that somebody cancelled; answers whether it has ended. */
async function goOnWith(world: FakeWorld, task: RecoveryTask, { environment, ask }: Wished): Promise<boolean> {
  const { store, clock } = world;
  const now = clock.now();
  if (task.cancelAskedBy !== null) {
    const outcome = `Cancelled by ${task.cancelAskedBy.name}.`;
    await store.recoveryTasks.end(task.id, now, { state: 'cancelled', outcome });
    return true;
  }
  if (now.since(task.startedAt ?? now).total('seconds') < workSeconds) return false;
  if (ask !== undefined) await makeCopy(world, environment, ask, task);
  await store.recoveryTasks.end(task.id, now, { state: 'succeeded', outcome: outcomes[task.kind] });
  return true;
}

/** What people ask a made-up controller for: looked at by the real planner, and done after a while without anything moving. */
export function createFakeRequests(world: FakeWorld, estate: Estate) {
  const { store, clock } = world;
  const wished = new Map<string, Wished>();
  const deps = { store, clock, newId: randomUUID, durable: { start: async () => {} } };
  const begin = async (
    environment: Environment,
    wish: Pick<Parameters<typeof startRequested>[1], 'kind' | 'target' | 'backup'>,
    { ask, requestedBy }: { readonly ask?: RestoreAsk; readonly requestedBy: RecoveryTask['requestedBy'] },
  ): Promise<{ readonly kind: 'started'; readonly id: string } | Refusal> => {
    const asked = { ask: JSON.stringify(ask ?? {}), requestedBy };
    const answer = await startRequested(deps, { environment: environment.name, ...wish }, asked);
    if (answer.kind === 'refused') return answer;
    await store.recoveryTasks.begin(answer.id, clock.now());
    wished.set(answer.id, { environment, ask });
    return answer;
  };
  const requests: Requests = {
    lookAtRestore: async (environment, ask) => {
      const wish = wishOf(environment, ask);
      const view = await viewOf(world, environment, wish.target);
      const seen = { ...view, target: ask.mode === 'in-place' ? ('data' as const) : view.target };
      const preview = previewRestore({ ...environment, platform: 'host' }, wish, seen);
      return { lookedAt: view.now, view, ...preview };
    },
    restore: (environment, ask, requestedBy) => {
      const kind = ask.mode === 'clone' ? 'clone' : 'restore';
      const target = ask.mode === 'in-place' ? null : ask.target;
      return begin(environment, { kind, target, backup: ask.backup ?? null }, { ask, requestedBy });
    },
    verify: async (environment, { backup }, requestedBy) =>
      begin(environment, { kind: 'verify', target: null, backup: backup ?? null }, { requestedBy }),
    planPrune: async (environment) => {
      const runs = await store.backups.list({ environment: environment.name, state: 'succeeded', limit: mostRuns });
      const points = runs.map(({ id, startedAt }) => ({
        id,
        at: startedAt,
        isGood: true,
        verifiedAt: undefined,
        needs: [],
      }));
      const [declared] = estate.repositories;
      const plan = planRetention({ points, backup: environment.backup, now: clock.now(), timezone: 'UTC' });
      return declared === undefined ? [] : [{ declared, plan, gone: [] }];
    },
    prune: async (environment, requestedBy) =>
      begin(environment, { kind: 'prune', target: null, backup: null }, { requestedBy }),
  };
  return {
    requests,
    fill: async (): Promise<void> => {},
    goOn: async (): Promise<void> => {
      for (const [id, wish] of wished) {
        const task = await store.recoveryTasks.get(id);
        if (task === undefined || (await goOnWith(world, task, wish))) wished.delete(id);
      }
    },
  };
}
