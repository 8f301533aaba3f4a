import { expect, test } from 'vitest';
import { createHandClock } from '../../../test/clocks.ts';
import { makeGround } from '../../../test/recovery/look-ground.ts';
import { nameOf } from '../../../test/recovery/world.ts';
import { Fault } from '../../core/kernel/index.ts';
import { collectRepository } from './collect.ts';
import { carryOutPrune, noteGone, type PruneDeps, planPrunes } from './prune.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { definePruneWork, pruneWorkOf } from './schedule-pruning.ts';

const declared =
  'objectives: { rpo: 3d, rto: 2d }\nbackup: { method: logical, every: 1d, repository: memory, retain: { daily: 2 }, immutableFor: 1m }';
const day = 86_400;
const at = Temporal.Instant.from('2026-11-25T00:00:00Z');

/** Four backups, a day apart; retention keeps two of them. */
async function fourDays(more = declared) {
  const ground = await makeGround(more);
  const ids: string[] = [];
  for (let at = 0; at < 4; at += 1) {
    if (at === 0) ground.made.files.set(nameOf('only once'), 'only once');
    else ground.made.files.delete(nameOf('only once'));
    ground.made.consistentAt = ground.deps.clock.now;
    ids.push((await ground.backUp()).id);
    ground.pass(day);
  }
  const [environment] = ground.estate.environments;
  if (environment === undefined) throw new Error('there is one');
  const plan = async (deps: PruneDeps = ground.deps) => {
    const [planned] = await planPrunes(deps, ground.estate, environment);
    if (planned === undefined) throw new Error('there is a repository');
    return planned;
  };
  const listed = async () => (await ground.repository.list('acme-prod')).good.map(({ manifest }) => manifest.id);
  const ledger = async (type: string) =>
    (await ground.store.ledger.tail({ limit: 99 })).filter((entry) => entry.type === type);
  return { ...ground, ids, plan, listed, ledger };
}

test('retention withdraws what no rule keeps, says so in the ledger and in the record, and frees the room (BKP-04)', async () => {
  const { ids, plan, deps, listed, ledger, store, estate, pass } = await fourDays();
  const planned = await plan();
  expect(planned.plan.withdraw.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect(await listed()).toEqual(ids);
  expect(await carryOutPrune(deps, planned)).toEqual({ withdrawn: [ids[1], ids[0]], failed: [] });
  expect(await listed()).toEqual(ids.slice(2));
  expect((await ledger('backup.withdrawn')).map(({ data }) => data['backup'])).toEqual([ids[1], ids[0]]);
  expect(await store.backups.get(ids[0] ?? '')).toMatchObject({
    state: 'withdrawn',
    reason: 'older than every rule keeps',
  });
  expect((await plan()).plan.withdraw).toEqual([]);
  pass(2 * day);
  const [memory] = estate.repositories;
  if (memory === undefined) throw new Error('there is one');
  expect((await collectRepository(deps, memory)).pieces).toBeGreaterThan(0);
  expect(await ledger('repository.collected')).toHaveLength(1);
});

test('the longer of the law and the need wins, and a hold keeps everything', async () => {
  const legal = await fourDays(declared.replace('retain:', 'legal: { keepFor: 4d, each: day }, retain:'));
  expect((await legal.plan()).plan.withdraw.map(({ id }) => id)).toEqual(legal.ids.slice(0, 1));
  const held = await fourDays(declared.replace('retain:', 'hold: "a court case", retain:'));
  expect((await held.plan()).plan.withdraw).toEqual([]);
});

test('one that cannot be taken away stays a backup, and the ledger says why', async () => {
  const { ids, plan, deps, ledger, store, repository } = await fourDays();
  const denied = async () => {
    throw new Fault('OBJECT_LOCKED', 'the lock holds');
  };
  const planned = { ...(await plan()), repository: { ...repository, withdraw: denied } };
  const { withdrawn, failed } = await carryOutPrune(deps, planned);
  expect([withdrawn, failed.map(({ reason }) => reason)]).toEqual([
    [],
    ['OBJECT_LOCKED: the lock holds', 'OBJECT_LOCKED: the lock holds'],
  ]);
  expect(await store.backups.get(ids[0] ?? '')).toMatchObject({ state: 'succeeded', reason: null });
  expect(await ledger('backup.withdrawal-failed')).toHaveLength(2);
});

test('one whose withdrawal was announced by a process that died is withdrawn by the next, and never without an entry', async () => {
  const { plan, deps, listed, ids, ledger, store, repository } = await fourDays();
  const never = () => new Promise<void>(() => {});
  void carryOutPrune(deps, { ...(await plan()), repository: { ...repository, withdraw: never } });
  await new Promise((resolve) => setImmediate(resolve));
  expect(await ledger('backup.withdrawn')).toHaveLength(1);
  expect(await store.backups.get(ids[1] ?? '')).toMatchObject({ state: 'withdrawn' });
  expect(await listed()).toEqual(ids);
  await carryOutPrune(deps, await plan());
  expect(await listed()).toEqual(ids.slice(2));
});

test('a physical backup goes with its pair, and stays while one that is kept needs it', async () => {
  const ground = await fourDays(declared.replace('method: logical', 'method: physical'));
  const gone: string[] = [];
  const point = (label: string, hours: number, needs: readonly string[]) => ({
    label,
    kind: 'full' as const,
    startedAt: ground.deps.clock.now(),
    stoppedAt: ground.deps.clock.now().subtract({ hours }),
    walStart: '',
    walStop: '',
    timeline: 1,
    stop: undefined,
    needs,
    databaseBytes: 1,
    addedBytes: 1,
    systemIdentifier: '1',
    hasError: false,
  });
  const physical = {
    list: async () =>
      [point('F', 24 * 90, []), point('I', 24 * 80, ['F'])].filter(({ label }) => !gone.includes(label)),
    withdraw: async (label: string) => void gone.push(label),
  };
  ground.seen.physical = physical as Partial<typeof ground.seen.physical> as NonNullable<typeof ground.seen.physical>;
  const { withdrawn } = await carryOutPrune(ground.deps, await ground.plan());
  expect(withdrawn).toEqual(expect.arrayContaining(['F', 'I']));
  expect(gone).toEqual(['I', 'F']);
});

test('a backup that somebody deleted is noted when a person asks for it', async () => {
  const { deps, ids, plan, repository, store, ledger } = await fourDays();
  await repository.withdraw('acme-prod', ids[3] ?? '');
  const planned = await plan();
  expect(planned.gone).toEqual([ids[3]]);
  await noteGone(deps, planned);
  expect(await store.backups.get(ids[3] ?? '')).toMatchObject({ state: 'withdrawn' });
  expect(await ledger('backup.gone')).toHaveLength(1);
  expect((await plan()).gone).toEqual([]);
});

/** The controller's own pruning, on records and a clock that the test has. */
async function scheduled() {
  const ground = await fourDays();
  const engine = createScheduleGround();
  const clock = createHandClock(ground.deps.clock.now());
  definePruneWork({ ...ground.deps, clock, durable: engine.durable, estate: () => ground.estate, log: () => {} });
  const tasks = () => ground.store.recoveryTasks.list({ environment: 'acme-prod', limit: 9 });
  const codes = async () =>
    (await ground.store.findings.list({ includeClosed: false, limit: 9 })).map(({ code }) => code);
  return { ...ground, clock, tasks, codes, prune: () => engine.run('backup-prune') };
}

test('the controller keeps retention every day, and what hinders it is a finding until it no longer does', async () => {
  const { estate, seen, ids, prune, codes, listed } = await scheduled();
  expect(pruneWorkOf(estate).map(({ name, everySeconds }) => [name, everySeconds])).toEqual([
    ['backup-prune/acme-prod', day],
    ['repository-collect/memory', day],
  ]);
  seen.away.add('memory');
  await prune();
  expect(await codes()).toEqual(['RETENTION_NOT_KEPT']);
  seen.away.clear();
  await prune();
  expect(await codes()).toEqual([]);
  expect(await listed()).toEqual(ids.slice(2));
});

test('what the controller withdraws is a task of its own; a day with nothing to withdraw makes none', async () => {
  const { estate, deps, store, prune, tasks } = await scheduled();
  const [environment] = estate.environments;
  if (environment === undefined) throw new Error('there is one');
  await prune();
  const requestedBy = { kind: 'controller', name: 'controller' };
  const outcome = '2 backups were withdrawn.';
  expect(await tasks()).toMatchObject([{ kind: 'prune', state: 'succeeded', requestedBy, outcome, target: null }]);
  expect((await planPrunes(deps, estate, environment))[0]?.plan.withdraw).toEqual([]);
  const again = createScheduleGround();
  const clock = createHandClock(deps.clock.now());
  definePruneWork({ ...deps, clock, durable: again.durable, estate: () => estate, log: () => {} });
  await store.recoveryTasks.prune(deps.clock.now().add({ hours: 1 }));
  await again.run('backup-prune');
  expect(await tasks()).toEqual([]);
});

test('cancelled between two backups, what was withdrawn stays so, the rest is there, and it is no finding', async () => {
  const { repository, store, clock, ids, prune, tasks, codes, listed, ledger } = await scheduled();
  const { withdraw } = repository;
  const told: unknown[] = [];
  repository.withdraw = async (...args) => {
    const [task] = await tasks();
    await withdraw(...args);
    if (told.length === 0) await store.recoveryTasks.askToCancel(task?.id ?? '', { kind: 'user', name: 'Ada' }, at);
    // Twice the time between two signs of life: the first tells how far it is, and hears of the wish.
    for (let beats = 0; beats < 2; beats += 1) {
      clock.pass(3);
      await new Promise((resolve) => setImmediate(resolve));
    }
    told.push((await tasks())[0]?.step);
  };
  await prune();
  expect(told).toEqual([`withdrawing ${ids[1]} from memory`]);
  expect(await listed()).toEqual([ids[0], ids[2], ids[3]]);
  expect(await ledger('backup.withdrawn')).toHaveLength(1);
  expect(await tasks()).toMatchObject([{ state: 'cancelled', outcome: 'Cancelled by Ada.' }]);
  expect(await codes()).toEqual([]);
  // Taken up again by another controller, the same run is not wanted any more.
  await prune();
  expect(await listed()).toHaveLength(3);
});
