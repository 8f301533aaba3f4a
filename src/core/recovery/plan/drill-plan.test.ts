import { describe, expect, test } from 'vitest';
import { drillAt, environmentWith, instant } from '../test-estate.ts';
import { type DrillPlanInput, drillHold, planDrill } from './drill-plan.ts';

const environment = environmentWith('tier: t', '---\nkind: Tier\nname: t\nrecovery: { drillEvery: 10d }\n');
const plan = (now: string, drills: DrillPlanInput['drills'], more: Partial<DrillPlanInput> = {}) =>
  planDrill({ environment, now: instant(now), drills, hasGoodBackup: true, isRunning: false, ...more });

describe('RST-01: drills recur by tier', () => {
  test('the first is due as soon as there is a backup', () => {
    expect(plan('2026-06-10T12:00Z', []).isDue).toBe(true);
    expect(plan('2026-06-10T12:00Z', [], { hasGoodBackup: false }).isDue).toBe(false);
    expect(plan('2026-06-10T12:00Z', [], { isRunning: true }).isDue).toBe(false);
  });

  test('the next is due a little before the last proof expires', () => {
    const last = [drillAt('2026-06-01T12:00Z')];
    expect(plan('2026-06-10T12:00Z', last).isDue).toBe(false);
    expect(plan('2026-06-10T12:06Z', last).isDue).toBe(true);
  });

  test('one that a clock two days ahead has dated neither proves nor holds back, once it is set right', () => {
    const ahead = [drillAt('2026-06-12T12:00Z')];
    expect(plan('2026-06-10T12:00Z', ahead).isDue).toBe(true);
    expect(plan('2026-06-10T12:00Z', [drillAt('2026-06-12T12:00Z', { verdict: 'inconclusive' })]).isDue).toBe(true);
    expect(plan('2026-06-10T12:00Z', [drillAt('2026-06-10T12:05Z')]).isDue).toBe(false);
  });

  test('none is begun in a peak', () => {
    const found = plan('2026-06-30T12:00Z', []);
    expect(found).toMatchObject({ isDue: false, held: { why: 'month-end of rotterdam is on' } });
    expect(found.held?.until?.toString()).toBe('2026-06-30T22:00:00Z');
  });

  test('nor one that somebody asks for: it is refused with the peak, its end and the way out; a laboratory has none', () => {
    expect(drillHold(environment, instant('2026-06-30T22:00Z'))).toEqual([]);
    const [reason] = drillHold(environment, instant('2026-06-30T12:00Z'));
    expect(reason).toMatchObject({ code: 'DRILL_IN_PEAK', hint: expect.stringContaining('--in-peak') });
    expect(reason?.message).toContain('month-end of rotterdam is on, until 2026-06-30T22:00:00Z');
    expect(drillHold({ ...environment, isLab: true }, instant('2026-06-30T12:00Z'))).toEqual([]);
  });

  test('one that would fall into a peak is brought forward to before it', () => {
    // Due on 27 November, inside Black Friday (26 to 28 November): brought forward to the day before.
    const found = plan('2026-11-20T12:00Z', [drillAt('2026-11-18T12:00Z')]);
    expect(found.at?.toString()).toBe('2026-11-24T23:00:00Z');
    expect(plan('2026-11-25T00:00Z', [drillAt('2026-11-18T12:00Z')]).isDue).toBe(true);
  });

  test('one that could not be done is tried again after an hour, and proves nothing', () => {
    const stalled = [drillAt('2026-06-10T12:00Z', { verdict: 'inconclusive' })];
    expect(plan('2026-06-10T12:30Z', stalled)).toMatchObject({
      isDue: false,
      held: { why: 'the last drill could not be done' },
    });
    expect(plan('2026-06-10T13:06Z', stalled).isDue).toBe(true);
  });
});
