import { describe, expect, test } from 'vitest';
import { clockCheck, workTimes } from './work-times.ts';

const at = (text: string) => Temporal.Instant.from(`2026-06-20T${text}Z`);

describe('when something was done, and the clock was set meanwhile', () => {
  test('by nothing: it is as the clock says', () => {
    const times = workTimes(at('10:00'), at('10:20'), at('10:20'));
    expect(times).toEqual({
      startedAt: at('10:00'),
      finishedAt: at('10:20'),
      latestStart: at('10:00'),
      setBySeconds: 0,
    });
    expect(clockCheck(times)).toEqual([]);
    expect(clockCheck(workTimes(at('10:00'), at('10:20'), at('10:29')))).toEqual([]);
  });

  test('forward: it ended when it did by the time before, and a loss is reckoned to the time after', () => {
    const times = workTimes(at('10:00'), at('10:20'), at('10:20').add({ hours: 48 }));
    expect(times).toMatchObject({ startedAt: at('10:00'), finishedAt: at('10:20') });
    expect(times.latestStart).toEqual(at('10:00').add({ hours: 48 }));
    expect(clockCheck(times)).toEqual([
      expect.objectContaining({ outcome: 'warning', detail: expect.stringContaining('set forward by 2d') }),
    ]);
  });

  test('back: it counts as what it is now, and what passed between is what passed', () => {
    const times = workTimes(at('10:00'), at('10:20'), at('10:20').subtract({ hours: 48 }));
    expect(times).toMatchObject({ finishedAt: at('10:20').subtract({ hours: 48 }), latestStart: at('10:00') });
    expect(times.finishedAt.since(times.startedAt).total('minutes')).toBe(20);
    expect(clockCheck(times)[0]?.detail).toContain('set back by 2d');
  });
});
