import { describe, expect, test } from 'vitest';
import { daily, estateWith } from '../../../test/recovery/look-ground.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import type { DrillReport } from '../../core/recovery/index.ts';
import { createScheduleGround } from './schedule.fixture.ts';
import { defineDrillWork, drillWorkOf, startDrill, type WantedDrill } from './schedule-drills.ts';

const anna = { kind: 'user', name: 'anna' } as const;

function made() {
  const { clock, durable, estate, pass, run, started } = createScheduleGround();
  const store = createMemoryStore();
  const drilled: string[] = [];
  const seen: WantedDrill[] = [];
  const drill = async ({ name }: { readonly name: string }, wanted: WantedDrill, isWanted: () => Promise<boolean>) => {
    seen.push(wanted);
    if (await isWanted()) drilled.push(name);
  };
  defineDrillWork({ clock, store, durable, estate: () => estate, drill, log: () => {} });
  const backUp = async (id: string): Promise<void> => {
    const times = {
      startedAt: clock.now(),
      finishedAt: null,
      seenAt: clock.now(),
      reason: null,
      figures: null,
      progress: null,
    };
    const identity = {
      id,
      environment: 'acme-prod',
      repository: 'vault',
      method: 'logical' as const,
      kind: 'full' as const,
    };
    await store.backups.begin({ ...identity, ...times, state: 'running' });
    await store.backups.end({ id, state: 'succeeded', finishedAt: clock.now(), reason: null, figures: null });
  };
  const record = (id: string, verdict: DrillReport['verdict']): Promise<void> =>
    store.drills.record({
      ...{ id, environment: 'acme-prod', backup: 'b', startedAt: clock.now(), finishedAt: clock.now(), verdict },
      ...{ reasons: [], phases: [], checks: [], rpoAchievedSeconds: null, rtoAchievedSeconds: null },
    });
  const [environment] = estate.environments;
  if (environment === undefined) throw new Error('the estate has an environment');
  const ask = (wanted: string | undefined, isHere = true, of = environment) =>
    startDrill({ clock, store, durable, canDrill: () => isHere }, of, { wanted, requestedBy: anna });
  return { environment, estate, seen, tasks: store.recoveryTasks, started, drilled, run, backUp, record, pass, ask };
}

describe('drills on schedule (RST-01)', () => {
  test('only environments that this machine can bring back are looked at, and the retired rest', () => {
    const { estate } = made();
    expect(drillWorkOf(estate, new Map(), () => true).map(({ name }) => name)).toEqual(['drill-plan/acme-prod']);
    expect(drillWorkOf(estate, new Map(), () => false)).toEqual([]);
    expect(drillWorkOf(estate, new Map([['acme-prod', 'retired']]), () => true)).toEqual([]);
  });

  test('nothing is drilled before there is a backup; then one drill starts, however many controllers plan it', async () => {
    const { run, started, backUp, drilled } = made();
    await run('drill-plan');
    expect(started).toEqual([]);
    await backUp('first');
    await Promise.all([run('drill-plan'), run('drill-plan')]);
    expect(started).toEqual([{ workflow: 'drill', input: { environment: 'acme-prod' } }]);
    await run('drill');
    expect(drilled).toEqual(['acme-prod']);
  });

  test('the next is due before the proof expires, and one that said nothing is tried again after an hour', async () => {
    const { run, started, backUp, record, pass } = made();
    await backUp('first');
    await record('one', 'verified');
    pass({ hours: 5 * 24 });
    await run('drill-plan');
    expect(started).toHaveLength(0);
    pass({ hours: 36 });
    await run('drill-plan');
    expect(started).toHaveLength(1);
    await record('two', 'inconclusive');
    await run('drill-plan');
    expect(started).toHaveLength(1);
    pass({ minutes: 61 });
    await run('drill-plan');
    expect(started).toHaveLength(2);
  });

  test('a run that ended without a record is started again after an hour, and none drills what another has drilled', async () => {
    const { run, started, backUp, record, drilled, pass } = made();
    await backUp('first');
    await run('drill-plan');
    await run('drill-plan');
    expect(started).toHaveLength(1);
    pass({ minutes: 61 });
    await run('drill-plan');
    expect(started).toHaveLength(2);
    await record('one', 'verified');
    await run('drill');
    expect(drilled).toEqual([]);
  });
});

describe('a drill that somebody asks for (RST-01)', () => {
  test('is of the newest backup or of the one they name, and twice within a minute is once', async () => {
    const { ask, backUp, pass, started } = made();
    await backUp('first');
    pass({ minutes: 5 });
    await backUp('second');
    const first = await ask(undefined);
    expect(first).toMatchObject({ kind: 'started', backup: 'second' });
    expect(await ask(undefined)).toEqual(first);
    expect(await ask('first')).toMatchObject({ kind: 'started', backup: 'first' });
    expect(started.map(({ input }) => input['backup'])).toEqual(['second', 'first']);
    pass({ minutes: 1 });
    await ask(undefined);
    expect(started).toHaveLength(3);
  });

  test('can be seen, and cancelled, before anybody has begun it', async () => {
    const { ask, backUp, tasks, run, seen } = made();
    await backUp('first');
    const asked = await ask(undefined);
    const id = asked.kind === 'started' ? asked.task : '';
    expect(await tasks.get(id)).toMatchObject({ state: 'waiting', kind: 'drill', backup: 'first', requestedBy: anna });
    await run('drill', { task: id, backup: 'first' });
    await run('drill');
    expect(seen).toEqual([
      { task: id, backup: 'first' },
      { task: expect.any(String), backup: undefined },
    ]);
  });

  test('is refused, with the way out, where there is no such backup or this machine cannot bring it back', async () => {
    const { ask, backUp, started } = made();
    const codeOf = (answer: Awaited<ReturnType<typeof ask>>) =>
      answer.kind === 'refused' ? answer.reasons[0]?.code : answer.kind;
    expect(codeOf(await ask(undefined))).toBe('BACKUP_NONE');
    await backUp('first');
    expect(codeOf(await ask('other'))).toBe('BACKUP_UNKNOWN');
    expect(codeOf(await ask('first', false))).toBe('DRILL_ELSEWHERE');
    expect(started).toEqual([]);
  });

  test('is refused in a peak, and begun in the same minute where no peak is declared', async () => {
    const { ask, backUp, environment, started } = made();
    await backUp('first');
    const { sites } = estateWith(
      `${daily}\nsites: [dock]`,
      '---\nkind: Site\nname: dock\ntimezone: UTC\ncalendar:\n  - { name: every-day, kind: peak, rule: "FREQ=DAILY;BYHOUR=0", lasts: 1d }\n',
    ).environments[0] ?? { sites: [] };
    expect(await ask(undefined, true, { ...environment, sites })).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'DRILL_IN_PEAK', message: expect.stringContaining('every-day of dock is on') }],
    });
    expect(started).toEqual([]);
    expect(await ask(undefined)).toMatchObject({ kind: 'started' });
  });
});
