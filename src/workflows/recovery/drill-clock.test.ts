import { describe, expect, test } from 'vitest';
import { createJumpingClock } from '../../../test/clocks.ts';
import { drillWatched } from '../../../test/recovery/watched-drill.ts';
import { Fault } from '../../core/kernel/index.ts';
import type { Clock } from '../../ports/clock.ts';

const start = Temporal.Instant.from('2026-11-21T12:00:00Z');
const day = 86_400;

/** A drill whose files take ten seconds, while the clock of the machine is set. */
async function drillWhileSet(bySeconds: number, of: (clock: Clock) => Clock = (clock) => clock) {
  const clock = createJumpingClock(start);
  const { report } = await drillWatched(
    (place) => ({
      neutralise: async (asked) => {
        clock.pass(10);
        clock.jump(bySeconds);
        return place.neutralise(asked);
      },
      boot: async () => {
        clock.pass(20);
        throw new Fault('RESTORE_FAILED', 'enough is seen');
      },
    }),
    of(clock),
  );
  const seconds = (phase: string) => report.phases.find((each) => each.phase === phase)?.seconds;
  const lasted = report.finishedAt.since(report.startedAt).total('seconds');
  return { report, seconds, lasted, setting: report.checks.find(({ name }) => name === 'clock.steady') };
}

describe('RST-04: a drill while the clock of its machine is set', () => {
  test.each([2 * day, -2 * day, 400 * day])('by %d seconds has the times that passed, and says so', async (by) => {
    const { report, seconds, lasted, setting } = await drillWhileSet(by);
    expect([seconds('neutralise'), seconds('boot'), lasted]).toEqual([10, 20, 30]);
    expect(report.phases.every((phase) => phase.seconds >= 0)).toBe(true);
    // Never later than it was: no proof counts for longer for it.
    expect(Temporal.Instant.compare(report.finishedAt, start.add({ seconds: 30 }))).toBeLessThanOrEqual(0);
    expect(setting).toMatchObject({ outcome: 'warning' });
  });

  test('by a clock alone that can be set, a phase would take less than no time, or years: the steady one is needed', async () => {
    const { seconds, lasted } = await drillWhileSet(-2 * day, ({ now, sleep }) => ({ now, sleep }));
    expect(seconds('neutralise')).toBe(10 - 2 * day);
    expect(lasted).toBeLessThan(0);
  });

  test('by seconds, as a time server does, says nothing of it', async () => {
    const { lasted, setting } = await drillWhileSet(3);
    expect([lasted, setting]).toEqual([30, undefined]);
  });
});
