import { describe, expect, test } from 'vitest';
import type { Durable, DurableInput } from './durable.ts';

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 600 && !(await isSo()); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await isSo()).toBe(true);
}

const later = (seconds: number): Temporal.Instant => Temporal.Now.instant().add({ seconds });

/** What every engine promises; `open` answers one whose worker has not started and that nobody else uses. */
export function describeDurable(name: string, open: () => Promise<Durable>): void {
  describe(`the durable contract: ${name}`, () => {
    test('a run waits for a worker, gets its input, and keeps what its steps answered', async () => {
      const durable = await open();
      const seen: unknown[] = [];
      durable.define({
        name: 'greet',
        attempts: 1,
        run: async (input, context) => {
          const first = await context.step('first', async () => `hello ${input['who']}`);
          await context.step('second', async () => void seen.push([first, context.runId !== '', input]) as never);
        },
      });
      await durable.start('greet', { who: 'ann', times: 2, isLoud: false, note: null }, 'slot/1');
      expect(seen).toEqual([]);
      await durable.startWorker();
      await until(() => seen.length === 1);
      const input: DurableInput = { who: 'ann', times: 2, isLoud: false, note: null };
      expect(seen).toEqual([['hello ann', true, input]]);
      await durable.stop(5);
    });

    test('one key is one run of a workflow, however often it is started; ended runs can be forgotten', async () => {
      const durable = await open();
      const runs: string[] = [];
      for (const workflow of ['count', 'other']) {
        const run = async (input: DurableInput): Promise<void> => void runs.push(`${workflow} ${input['name']}`);
        durable.define({ name: workflow, attempts: 1, run });
      }
      await durable.startWorker();
      await Promise.all([1, 2, 3].map(() => durable.start('count', { name: 'a' }, 'slot/1')));
      await durable.start('other', { name: 'a' }, 'slot/1');
      await durable.start('count', { name: 'b' }, 'slot/2');
      await until(() => runs.length >= 3);
      await durable.start('count', { name: 'late' }, 'slot/1');
      expect(runs.toSorted()).toEqual(['count a', 'count b', 'other a']);
      expect(await durable.prune(later(-3_600))).toBe(0);
      let forgotten = 0;
      // A run is over a moment after its last step.
      await until(async () => {
        forgotten += await durable.prune(later(3_600));
        return forgotten === 3;
      });
      await durable.stop(5);
      expect(runs).toHaveLength(3);
    });

    test('a run that throws is tried as often as its workflow says', async () => {
      const durable = await open();
      let tries = 0;
      durable.define({
        name: 'fail',
        attempts: 2,
        run: async () => {
          tries += 1;
          throw new Error('not today');
        },
      });
      const marks: string[] = [];
      durable.define({ name: 'mark', attempts: 1, run: async () => void marks.push('here') });
      await durable.startWorker();
      await durable.start('fail', {}, 'once');
      await until(() => tries === 2);
      await durable.start('mark', {}, 'after');
      await until(() => marks.length === 1);
      expect(tries).toBe(2);
      await durable.stop(5);
    });

    test('a run that is not to begin yet does not', async () => {
      const durable = await open();
      const runs: string[] = [];
      const run = async (input: DurableInput): Promise<void> => void runs.push(String(input['name']));
      durable.define({ name: 'wait', attempts: 1, run });
      await durable.startWorker();
      await durable.start('wait', { name: 'tomorrow' }, 'tomorrow', { notBefore: later(86_400) });
      await durable.start('wait', { name: 'soon' }, 'soon', { notBefore: later(1) });
      await durable.start('wait', { name: 'now' }, 'now');
      await until(() => runs.length === 2);
      expect(runs).toEqual(['now', 'soon']);
      await durable.stop(5);
    });
  });
}
