import { describe, expect, test } from 'vitest';
import { estate } from '../../../test/alert/alert-ground.ts';
import type { OnCall } from '../estate/index.ts';
import { coverageGaps, onCallAt, onCallFindings, quietUntil } from './index.ts';

const zone = 'Europe/Amsterdam';
const at = (local: string): Temporal.Instant => Temporal.ZonedDateTime.from(`${local}[${zone}]`).toInstant();

function schedule(...shifts: Partial<OnCall['shifts'][number]>[]): OnCall {
  const usual = {
    members: ['ada', 'bo'],
    rule: 'FREQ=DAILY;BYHOUR=8',
    lastsSeconds: 43_200,
    lastsDays: 0,
    rotate: 'weekly',
  } as const;
  return { timezone: zone, shifts: shifts.map((shift) => ({ ...usual, ...shift })) };
}

describe('on call (INC-07)', () => {
  test('a weekly turn passes on Mondays, and everybody who asks counts the same', () => {
    const onCall = schedule({});
    const week = ['2026-11-20', '2026-11-23', '2026-11-29', '2026-11-30'].map(
      (day) => onCallAt(onCall, at(`${day}T12:00`))[0],
    );
    expect(week[1]).toBe(week[2]);
    expect(new Set([week[0], week[1]]).size).toBe(2);
    expect(week[3]).toBe(week[0]);
  });
  test('a shift over midnight belongs to who began it', () => {
    const onCall = schedule({ rule: 'FREQ=DAILY;BYHOUR=20', rotate: 'daily' });
    expect(onCallAt(onCall, at('2026-11-28T03:00'))).toEqual(onCallAt(onCall, at('2026-11-27T22:00')));
  });
  test('an uncovered shift is flagged, and a full week is not', () => {
    const day = schedule({ rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8', lastsSeconds: 86_400 });
    expect(coverageGaps(day, at('2026-11-23T08:00'), at('2026-11-30T08:00'))).toEqual([
      { from: at('2026-11-28T08:00'), to: at('2026-11-30T08:00') },
    ]);
    const full = schedule({}, { rule: 'FREQ=DAILY;BYHOUR=20' });
    expect(coverageGaps(full, at('2026-11-23T00:00'), at('2026-11-30T00:00'))).toEqual([]);
  });
  test('twelve hours leave an hour open in the night that has thirteen, a day on the wall does not', () => {
    const [from, to] = [at('2026-10-24T12:00'), at('2026-10-26T12:00')];
    expect(coverageGaps(schedule({}, { rule: 'FREQ=DAILY;BYHOUR=20' }), from, to)).toEqual([
      { from: at('2026-10-25T07:00'), to: at('2026-10-25T08:00') },
    ]);
    expect(coverageGaps(schedule({ lastsSeconds: 86_400, lastsDays: 1 }), from, to)).toEqual([]);
  });
  test('teams that would be paged without a schedule or a channel are findings, and so are services without a runbook', () => {
    const codes = onCallFindings(estate, at('2026-11-27T12:00')).map(({ code, subject }) => `${code} ${subject}`);
    expect(codes).toContain('ON_CALL_MISSING team/floor');
    expect(codes).toContain('TEAM_UNREACHABLE team/floor');
    expect(codes).toContain('SERVICE_WITHOUT_RUNBOOK service/shipment-confirmation');
    expect(codes.some((code) => code.includes('team/platform') || code.includes('service/reporting'))).toBe(false);
  });
});

describe('quiet hours', () => {
  const quiet = { fromMinute: 22 * 60, toMinute: 7 * 60, timezone: zone };
  test('reach over midnight and end on the wall, also when the clocks change', () => {
    expect(quietUntil(quiet, at('2026-11-27T23:00'))).toEqual(at('2026-11-28T07:00'));
    expect(quietUntil(quiet, at('2026-11-28T06:59'))).toEqual(at('2026-11-28T07:00'));
    expect(quietUntil(quiet, at('2026-11-28T07:00'))).toBeUndefined();
    expect(quietUntil(quiet, at('2026-10-24T23:00'))?.since(at('2026-10-24T23:00')).total('hours')).toBe(9);
    expect(quietUntil(undefined, at('2026-11-27T23:00'))).toBeUndefined();
  });
});
