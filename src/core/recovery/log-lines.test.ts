import { describe, expect, test } from 'vitest';
import {
  comesFrom,
  givenUpAt,
  type LogHistory,
  type LogLines,
  type LogPoint,
  lineAt,
  noteInPlace,
  readHistory,
  readLogPosition,
} from './log-lines.ts';
import { instant } from './test-estate.ts';

const at = (time: string): Temporal.Instant => instant(`2026-11-21T${time}:00Z`);
const point = (timeline: number, time: string, stop: bigint, systemIdentifier = '7'): LogPoint => ({
  systemIdentifier,
  timeline,
  startedAt: at(time).subtract({ seconds: 30 }),
  stoppedAt: at(time),
  stop,
});
const written = '1\t0/40001F0\tbefore 2026-11-21 10:30:00.5+00\n';

describe('a history file of PostgreSQL', () => {
  test('says where a line left the others, and from when on it is in place where that was noted', () => {
    expect(readHistory(written)).toEqual({ forks: [{ timeline: 1, at: 0x40001f0n }], since: undefined });
    const second = `${noteInPlace(written, at('11:00'))}\n2\t1/A\tno recovery target specified\n`;
    expect(readHistory(second)).toEqual({
      forks: [
        { timeline: 1, at: 0x40001f0n },
        { timeline: 2, at: 0x10000000an },
      ],
      since: undefined,
    });
    expect(readHistory(noteInPlace(second, at('12:00'))).since).toEqual(at('12:00'));
    expect(readHistory('1\t0/5\tin place since yesterday\n').since).toBeUndefined();
  });

  test('anything else is no position', () => {
    expect(['', '0', 'x/1', '0/1 '].map(readLogPosition)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the lines of a log', () => {
  const before = point(1, '10:00', 0x3000100n);
  const givenUp = point(1, '10:50', 0x6000050n);
  const after = point(2, '11:30', 0x5000000n);
  const history = { systemIdentifier: '7', timeline: 2, forks: [{ timeline: 1, at: 0x40001f0n }], since: at('11:00') };
  const lines: LogLines = { points: [before, givenUp, after], histories: [history] };

  test('at an instant, the one that was in place then', () => {
    const timelines = ['09:00', '10:30', '10:59', '11:00', '11:01', '12:00'].map(
      (time) => lineAt(lines, at(time))?.timeline,
    );
    expect(timelines).toEqual([1, 1, 1, 2, 2, 2]);
    expect(lineAt(lines)).toMatchObject({ timeline: 2 });
    expect(lineAt({ points: [], histories: [] })).toBeUndefined();
  });

  test('a restore that was taken back does not count from the next backup on', () => {
    const back = { points: [...lines.points.slice(0, 2), point(1, '11:10', 0x8000000n)], histories: [history] };
    expect(lineAt(back)).toMatchObject({ timeline: 1 });
    expect(lineAt(back, at('11:20'))).toMatchObject({ timeline: 1 });
  });

  test('the log leads to a line from what was backed up before it left, and from nothing behind that', () => {
    const promoted = { ...history, since: undefined };
    const from = (each: LogPoint, histories: readonly LogHistory[] = [promoted]): boolean =>
      comesFrom(history, each, histories);
    expect(lines.points.map((each) => from(each))).toEqual([true, false, true]);
    // What a restore in place began was written apart for a while.
    expect(lines.points.map((each) => from(each, [history]))).toEqual([false, false, true]);
    expect(comesFrom(before, givenUp, lines.histories)).toBe(true);
    expect(from({ ...before, stop: undefined })).toBe(false);
    expect(from({ ...before, systemIdentifier: '8' })).toBe(false);
  });

  test('the one that was given up says when', () => {
    expect(givenUpAt(lines, before, at('10:55'))).toEqual(at('11:00'));
    expect(givenUpAt(lines, history, at('11:40'))).toBeUndefined();
  });
});
