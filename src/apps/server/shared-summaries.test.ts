import { describe, expect, test } from 'vitest';
import { wireFake } from '../wire-fake.ts';
import { createSharedSummaries } from './views/shared-summaries.ts';

async function world() {
  let now = Temporal.Instant.from('2026-11-21T14:46:00Z');
  const fake = wireFake({ scenario: 'calm', clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  let readCount = 0;
  const { health } = fake.deps.store;
  const list: typeof health.list = () => {
    readCount += 1;
    return health.list();
  };
  const store = { ...fake.deps.store, health: { ...health, list } };
  const ask = createSharedSummaries({ ...fake.deps, store });
  const healthOf = async (name: string) => (await ask()).find((each) => each.name === name)?.business.health;
  return { fake, ask, healthOf, reads: () => readCount, pass: (seconds: number) => (now = now.add({ seconds })) };
}

describe('the summaries of the whole estate are shared', () => {
  test('many who ask at once cause one reading', async () => {
    const { ask, reads } = await world();
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(reads()).toBe(1);
  });

  test('what an event told is in the next answer, however soon it is asked', async () => {
    const { fake, healthOf } = await world();
    expect(await healthOf('acme-prod')).toBe('healthy');
    await fake.play('troubled');
    expect(await healthOf('acme-prod')).toBe('unhealthy');
  });

  test('without an event it is read again after two seconds', async () => {
    const { ask, reads, pass } = await world();
    await ask();
    pass(1);
    await ask();
    expect(reads()).toBe(1);
    pass(1);
    await ask();
    expect(reads()).toBe(2);
  });

  test('a failure is nobody else’s answer', async () => {
    const { fake, ask } = await world();
    await fake.play('failing');
    await expect(ask()).rejects.toThrow('does not answer');
    await fake.play('calm');
    expect(await ask()).toHaveLength(4);
  });
});
