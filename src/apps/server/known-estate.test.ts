import { describe, expect, test } from 'vitest';
import { wireFake } from '../wire-fake.ts';
import { createKnownEstate } from './views/known-estate.ts';
import { createSummaries } from './views/summaries.ts';

async function world() {
  let now = Temporal.Instant.from('2026-11-21T14:46:00Z');
  const fake = wireFake({ scenario: 'calm', clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  const read: string[] = [];
  const { health, events } = fake.deps.store;
  const list: typeof health.list = (environments) => {
    read.push(environments === undefined ? 'all' : environments.join(' '));
    return health.list(environments);
  };
  const deps = { ...fake.deps, store: { ...fake.deps.store, health: { ...health, list } } };
  const [knownEstate, summariesOf] = [createKnownEstate(deps), createSummaries(deps)];
  const ask = async () => summariesOf(await knownEstate());
  const of = async (name: string) => (await ask()).find((each) => each.name === name);
  const healthOf = async (name: string) => (await of(name))?.business.health;
  return {
    fake,
    store: fake.deps.store,
    events,
    ask,
    of,
    healthOf,
    read,
    pass: (seconds: number) => (now = now.add({ seconds })),
  };
}

type World = Awaited<ReturnType<typeof world>>;

const sicken = async ({ store }: World, environment: string): Promise<void> => {
  const before = await store.health.get(environment);
  if (before === undefined) throw new Error(`nobody judged ${environment}`);
  await store.health.put({ ...before, business: { health: 'unhealthy', reasons: [] } });
};

describe('what is known of the whole estate is kept and shared', () => {
  test('many who ask at once cause one reading', async () => {
    const { ask, read } = await world();
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(read).toEqual(['all']);
  });

  test('what an event told is in the next answer, however soon it is asked', async () => {
    const { fake, healthOf } = await world();
    expect(await healthOf('acme-prod')).toBe('healthy');
    await fake.play('troubled');
    expect(await healthOf('acme-prod')).toBe('unhealthy');
  });

  test('an event makes only its own environment be read and summed up again', async () => {
    const here = await world();
    const [before] = await Promise.all([here.ask(), here.ask()]);
    await sicken(here, 'polder-prod');
    const after = await here.ask();
    expect(here.read).toEqual(['all', 'polder-prod']);
    const changed = after.filter((each, index) => each !== before[index]).map(({ name }) => name);
    expect(changed).toEqual(['polder-prod']);
  });

  test('a question during a reading hears what was told after the reading began', async () => {
    const here = await world();
    const first = here.healthOf('acme-prod');
    await sicken(here, 'acme-prod');
    const second = here.healthOf('acme-prod');
    await first;
    expect(await second).toBe('unhealthy');
  });

  test('a change whose notification was lost is found after two seconds', async () => {
    const here = await world();
    await here.ask();
    const judged = await here.store.health.get('acme-prod');
    if (judged === undefined) throw new Error('nobody judged acme-prod');
    // As another controller does it whose word never arrives: the event is there, and nobody was told.
    const quiet = { ...here.fake.deps, onEvents: () => () => {} };
    const [knownEstate, summariesOf] = [createKnownEstate(quiet), createSummaries(quiet)];
    const healthOf = async () =>
      summariesOf(await knownEstate()).find((each) => each.name === 'acme-prod')?.business.health;
    expect(await healthOf()).toBe('healthy');
    await sicken(here, 'acme-prod');
    here.pass(1);
    expect(await healthOf()).toBe('healthy');
    here.pass(1);
    expect(await healthOf()).toBe('unhealthy');
  });

  test('time alone makes what was judged too long ago unknown', async () => {
    const { healthOf, pass } = await world();
    expect(await healthOf('acme-prod')).toBe('healthy');
    pass(3_600);
    expect(await healthOf('acme-prod')).toBe('unknown');
  });

  test('a summary says when a cut-off has passed although nothing else changed', async () => {
    const { of, pass } = await world();
    const next = (await of('acme-prod'))?.nextCutOff;
    if (next == null) throw new Error('no cut-off ahead');
    pass(Temporal.Instant.from(next.at).since('2026-11-21T14:46:00Z').total('seconds') - 1);
    expect((await of('acme-prod'))?.nextCutOff).toEqual(next);
    pass(2);
    expect((await of('acme-prod'))?.nextCutOff?.at).not.toBe(next.at);
  });

  test('a failure is nobody else’s answer', async () => {
    const { fake, ask } = await world();
    await fake.play('failing');
    await expect(ask()).rejects.toThrow('does not answer');
    await fake.play('calm');
    expect(await ask()).toHaveLength(4);
  });
});
