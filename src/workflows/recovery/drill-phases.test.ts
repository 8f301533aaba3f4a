import { expect, test } from 'vitest';
import { createPhaseTimer } from './drill-phases.ts';

test('what is waited for within a phase has that time for itself', async () => {
  let now = Temporal.Instant.from('2026-11-21T12:00:00Z');
  const pass = (seconds: number): void => {
    now = now.add({ seconds });
  };
  const timer = createPhaseTimer({ now: () => now, sleep: async () => {} });
  const files = Promise.withResolvers<void>();
  const coming = timer.run('restore-filestore', () => files.promise, { isBeside: true });
  await timer.run('boot', async () => {
    pass(2);
    const arrived = timer.run('restore-filestore', () => coming);
    pass(5);
    files.resolve();
    await arrived;
    pass(1);
  });
  expect(timer.done).toEqual([
    { phase: 'restore-filestore', seconds: 5 },
    { phase: 'boot', seconds: 3 },
  ]);
});

test('phases add up to the time that passed: beside an earlier one, only the rest counts (RST-04)', async () => {
  let now = Temporal.Instant.from('2026-11-21T12:00:00Z');
  const pass = (seconds: number): void => {
    now = now.add({ seconds });
  };
  const timer = createPhaseTimer({ now: () => now, sleep: async () => {} });
  const database = Promise.withResolvers<void>();
  const files = Promise.withResolvers<void>();
  await timer.run('fetch', async () => pass(1));
  const both = [
    timer.run('restore-filestore', () => files.promise, { isBeside: true }),
    timer.run('restore-database', () => database.promise),
  ];
  pass(4);
  database.resolve();
  await both[1];
  pass(3);
  files.resolve();
  await both[0];
  await timer.run('fetch', async () => pass(2));
  await expect(timer.run('boot', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(timer.done).toEqual([
    { phase: 'fetch', seconds: 3 },
    { phase: 'restore-database', seconds: 4 },
    { phase: 'restore-filestore', seconds: 3 },
    { phase: 'boot', seconds: 0 },
  ]);
  expect(timer.current).toBe('boot');
});
