import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../test/clocks.ts';
import { Fault } from '../../core/kernel/index.ts';
import { inTurn } from './in-turn.ts';
import { createOutput } from './output.ts';

const underWay = () => new Fault('BACKUP_UNDER_WAY', 'acme-prod is held by the controller.');

/** Work that is refused so often before it is done; and what it was told is left of the wait. */
function busyFor(times: number, refusal: () => Fault = underWay) {
  const told: number[] = [];
  const work = async (leftSeconds: number): Promise<string> => {
    told.push(leftSeconds);
    if (told.length <= times) throw refusal();
    return `done after ${told.length}`;
  };
  return { work, told };
}

function terminal() {
  const notes: string[] = [];
  const stream = { write: (text: string) => notes.push(text) > 0, isTTY: false };
  const output = createOutput({ isJson: false, hasColor: false, streams: { stdout: stream, stderr: stream } });
  return { context: { output, signal: new AbortController().signal }, notes };
}

const clock = createVirtualClock;

describe('a command that writes to the backups of an environment', () => {
  test('waits for the one that writes now, and says so once', async () => {
    const { work } = busyFor(3);
    const { context, notes } = terminal();
    expect(await inTurn(work, { wait: '1m' }, context, clock())).toBe('done after 4');
    expect(notes.filter((note) => note.includes('waiting for another'))).toHaveLength(1);
  });

  test('waits as long as it was told to and no longer, and the work knows how much of it is left', async () => {
    const { work, told } = busyFor(1_000);
    const { context } = terminal();
    await expect(inTurn(work, { wait: '10s' }, context, clock())).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
    expect(told).toEqual([10, 8, 6, 4, 2, 0]);
  });

  test('work that used up the wait by itself is not begun again', async () => {
    const { context } = terminal();
    const time = clock();
    let begun = 0;
    const work = async (leftSeconds: number): Promise<never> => {
      begun += 1;
      await time.sleep(leftSeconds);
      throw underWay();
    };
    await expect(inTurn(work, { wait: '1m' }, context, time)).rejects.toMatchObject({ code: 'BACKUP_UNDER_WAY' });
    expect(begun).toBe(1);
  });

  test('tries nothing again that is no matter of waiting', async () => {
    const { work, told } = busyFor(1_000, () => new Fault('DISK_FULL', 'The spool is full.'));
    const { context } = terminal();
    await expect(inTurn(work, { wait: '1m' }, context, clock())).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(told).toHaveLength(1);
  });
});
