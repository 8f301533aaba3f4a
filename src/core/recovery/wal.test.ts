import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followWal, readWalName, writeWalName } from './wal.ts';

describe('BKP-03: the chain of archived WAL', () => {
  test('names are read and written as PostgreSQL does: FF is followed by the next log', () => {
    expect(readWalName('000000010000000200000003')).toEqual({ timeline: 1, number: 2 * 256 + 3 });
    expect(writeWalName({ timeline: 10, number: 256 })).toBe('0000000A0000000100000000');
    expect(readWalName('0000000100000000000000FF')?.number).toBe(255);
    for (const other of ['00000002.history', '000000010000000000000100', '000000010000000200000003.00000028.backup']) {
      expect(readWalName(other)).toBeUndefined();
    }
  });

  test('a missing segment shortens what can be reached, and is named', () => {
    const archived = ['000000010000000000000005', '000000010000000000000006', '000000010000000000000009'];
    expect(followWal('000000010000000000000005', archived)).toEqual({
      reaches: '000000010000000000000006',
      gaps: [{ first: '000000010000000000000007', last: '000000010000000000000008', segments: 2 }],
    });
  });

  test('after a promotion the numbers go on along the new timeline', () => {
    const archived = [
      '000000010000000000000005',
      '00000002.history',
      '000000020000000000000005',
      '000000020000000000000006',
    ];
    expect(followWal('000000010000000000000005', archived)).toEqual({ reaches: '000000020000000000000006', gaps: [] });
  });

  test('segments before the backup do not matter; none at all reach nothing', () => {
    expect(followWal('000000010000000000000005', ['000000010000000000000001'])).toEqual({
      reaches: undefined,
      gaps: [],
    });
  });

  test('whatever is lost: exactly the missing ones are counted, and nothing behind the first is reached', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.uniqueArray(fc.integer({ min: 0, max: 60 })), (start, lost) => {
        const name = (offset: number) => writeWalName({ timeline: 3, number: start + offset });
        const kept = Array.from({ length: 62 }, (_, index) => index).filter((index) => !lost.includes(index));
        const { reaches, gaps } = followWal(name(0), kept.map(name).toReversed());
        expect(gaps.reduce((total, { segments }) => total + segments, 0)).toBe(lost.length);
        const first = Math.min(...lost, 62);
        expect(reaches).toBe(first === 0 ? undefined : name(first - 1));
      }),
    );
  });
});
