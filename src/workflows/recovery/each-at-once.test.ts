import { describe, expect, test } from 'vitest';
import { eachAtOnce } from './each-at-once.ts';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work on many items at once', () => {
  test('does each once, and never more at a time than allowed', async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await eachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      now += 1;
      most = Math.max(most, now);
      await soon();
      now -= 1;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  test('a limit that rises lets more in from then on', async () => {
    let [now, most, limit] = [0, 0, 1];
    const seen: number[] = [];
    await eachAtOnce(
      [1, 2, 3, 4, 5, 6],
      () => limit,
      async (item) => {
        now += 1;
        most = Math.max(most, now);
        seen.push(most);
        await soon();
        if (item === 3) limit = 3;
        now -= 1;
      },
    );
    expect(seen.slice(0, 3)).toEqual([1, 1, 1]);
    expect(most).toBe(3);
  });

  test.each([1, 4, 100])('a failure with %i at a time is never lost, and nothing runs on behind it', async (limit) => {
    let now = 0;
    const work = eachAtOnce([1, 2, 3, 4, 5, 6], limit, async (item) => {
      now += 1;
      await soon();
      now -= 1;
      if (item === 2) throw new Error('item 2');
    });
    await expect(work).rejects.toThrow('item 2');
    expect(now).toBe(0);
  });

  test('a list that fails ends it after what is under way', async () => {
    let now = 0;
    const items = async function* () {
      yield 1;
      throw new Error('the list');
    };
    const work = eachAtOnce(items(), 4, async () => {
      now += 1;
      await soon();
      now -= 1;
    });
    await expect(work).rejects.toThrow('the list');
    expect(now).toBe(0);
  });
});

test('heavy items run beside fewer others, and one that is heavier than all runs alone', async () => {
  let held = 0;
  const seen: number[] = [];
  await eachAtOnce(
    [1, 4, 4, 1, 9, 1, 1, 4],
    8,
    async (weight) => {
      held += weight;
      seen.push(held);
      await new Promise((resolve) => setImmediate(resolve));
      held -= weight;
    },
    (weight) => weight,
  );
  expect(seen.filter((weight) => weight > 8)).toEqual([9]);
  expect(seen).toHaveLength(8);
  expect(Math.max(...seen.filter((weight) => weight !== 9))).toBeGreaterThan(4);
});
