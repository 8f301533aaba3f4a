import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { describeDurable } from '../../ports/durable.contract.ts';
import { openDurable } from './open-workflow.ts';

const database = await createTestDatabase();

// Each on a database of its own: a worker takes whatever the engine's tables hold.
const fresh = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase()));

describeDurable('OpenWorkflow on PostgreSQL', async () => {
  const url = fresh.pop()?.url;
  if (url === undefined) throw new Error('the contract has more tests than databases were made');
  return openDurable(url, { concurrency: 2 });
});

async function eventually(check: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !check(); round += 1) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('durable workflows on PostgreSQL', () => {
  test('one key is one run, however many controllers start it, and finished runs are forgotten', async () => {
    const runs: string[] = [];
    const [first, second] = await Promise.all([
      openDurable(database.url, { concurrency: 2 }),
      openDurable(database.url, { concurrency: 2 }),
    ]);
    for (const durable of [first, second]) {
      durable.define({
        name: 'count',
        attempts: 1,
        run: async (input, context) => {
          await context.step('once', async () => runs.push(String(input['name'])));
        },
      });
    }
    await Promise.all([first.startWorker(), second.startWorker()]);
    const starts = [first, second, first, second].map((durable) => durable.start('count', { name: 'a' }, 'slot/1'));
    await Promise.all(starts);
    await second.start('count', { name: 'b' }, 'slot/2');
    await eventually(() => runs.length >= 2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(runs.sort()).toEqual(['a', 'b']);
    expect(await first.prune(Temporal.Now.instant().subtract({ hours: 1 }))).toBe(0);
    // A run is over a moment after its last step: on a busy machine a long one.
    let pruned = 0;
    for (let round = 0; round < 60 && pruned < 2; round += 1) {
      pruned += await first.prune(Temporal.Now.instant().add({ hours: 1 }));
      if (pruned < 2) await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(pruned).toBe(2);
    await Promise.all([first.stop(5), second.stop(5)]);
  });
});
