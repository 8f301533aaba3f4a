import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Fault } from '../../core/kernel/index.ts';
import { inTurn } from './in-turn.ts';
import { createOutput } from './output.ts';

const underWay = () => new Fault('BACKUP_UNDER_WAY', 'acme-prod is held by the controller.');

/** Work that is refused so often before it is done. */
function busyFor(times: number, refusal: () => Fault = underWay) {
  let tries = 0;
  const work = async (): Promise<string> => {
    tries += 1;
    if (tries <= times) throw refusal();
    return `done after ${tries}`;
  };
  return { work, tries: () => tries };
}

function terminal() {
  const notes: string[] = [];
  const stream = { write: (text: string) => notes.push(text) > 0, isTTY: false };
  const output = createOutput({ isJson: false, hasColor: false, streams: { stdout: stream, stderr: stream } });
  return { context: { output, signal: new AbortController().signal }, notes };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function settled<Answer>(answer: Promise<Answer>): Promise<PromiseSettledResult<Answer> | undefined> {
  const [result] = await Promise.all([Promise.allSettled([answer]), vi.advanceTimersByTimeAsync(600_000)]);
  return result[0];
}

describe('a command that writes to the backups of an environment', () => {
  test('waits for the one that writes now, and says so once', async () => {
    const { work } = busyFor(3);
    const { context, notes } = terminal();
    expect(await settled(inTurn(work, {}, context))).toMatchObject({ value: 'done after 4' });
    expect(notes.filter((note) => note.includes('waiting for another backup'))).toHaveLength(1);
  });

  test('waits as long as it was told to and no longer', async () => {
    const { work, tries } = busyFor(1_000);
    const { context } = terminal();
    expect(await settled(inTurn(work, { wait: '10s' }, context))).toMatchObject({
      reason: { code: 'BACKUP_UNDER_WAY' },
    });
    expect(tries()).toBe(6);
  });

  test('tries nothing again that is no matter of waiting', async () => {
    const { work, tries } = busyFor(1_000, () => new Fault('DISK_FULL', 'The spool is full.'));
    const { context } = terminal();
    expect(await settled(inTurn(work, {}, context))).toMatchObject({ reason: { code: 'DISK_FULL' } });
    expect(tries()).toBe(1);
  });
});
