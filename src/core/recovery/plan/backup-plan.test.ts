import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackupAttempt } from '../attempt.ts';
import { backupAt, environmentWith, instant } from '../test-estate.ts';
import { type BackupPlanInput, planBackup, retryAt } from './backup-plan.ts';
import { mayBegin, slotAt } from './slots.ts';

const nightly = environmentWith('objectives: { rpo: 1d }\nbackup: { method: logical, every: 1d }');
const physical = environmentWith('objectives: { rpo: 5m }\nbackup: { every: 1d }');
const plan = (now: string, history: readonly BackupAttempt[], more: Partial<BackupPlanInput> = {}) =>
  planBackup({ environment: nightly, now: instant(now), history, isRunning: false, canArchive: true, ...more });

describe('BKP-02: what is taken, when and by which method', () => {
  test('a tight recovery point gives physical backups and archived WAL, not a nightly dump', () => {
    const found = plan('2026-06-10T12:00Z', [], { environment: physical });
    expect(found).toMatchObject({ method: 'physical', archivesWal: true, due: { kind: 'full', method: 'physical' } });
    expect(found.due?.why).toContain('WAL is archived');
  });

  test('where WAL is not archived, the dump that stands in says so, and what that costs', () => {
    const found = plan('2026-06-10T12:00Z', [], { environment: physical, canArchive: false });
    expect(found).toMatchObject({ method: 'logical', archivesWal: false });
    expect(found.due?.why).toContain('standing in for the physical one');
    expect(found.problems.map(({ code }) => code)).toEqual(['PHYSICAL_UNAVAILABLE']);
  });

  test('DRP-10: snapshots alone are no plan', () => {
    const found = plan('2026-06-10T12:00Z', [], { environment: environmentWith('backup: { method: snapshot }') });
    expect(found).toMatchObject({ method: undefined, due: undefined, problems: [{ code: 'SNAPSHOTS_ALONE' }] });
  });

  test('one a day, in the night of the site, on both sides of a change of the clocks', () => {
    const nightOf = (text: string) => slotAt(nightly, instant(text)).start.toZonedDateTimeISO('Europe/Amsterdam');
    const before = nightOf('2026-10-24T12:00Z');
    const after = nightOf('2026-10-26T12:00Z');
    expect(before.toPlainTime().toString()).toBe(after.toPlainTime().toString());
    expect([1, 2, 3]).toContain(before.hour);
    expect(after.toInstant().since(before.toInstant()).total('hours')).toBe(49);
  });

  test('a full physical one a week, differences daily, increments in between', () => {
    const hourly = environmentWith('objectives: { rpo: 5m }\nbackup: { method: physical, every: 4h }');
    const kinds: string[] = [];
    let history: readonly BackupAttempt[] = [];
    let now = instant('2026-06-01T00:00Z');
    for (let step = 0; step < 8 * 6; step += 1) {
      const { due } = planBackup({ environment: hourly, now, history, isRunning: false, canArchive: true });
      if (due !== undefined) {
        kinds.push(due.kind);
        history = [...history, backupAt(now, { method: 'physical', kind: due.kind })];
      }
      now = now.add({ hours: 4 });
    }
    expect(kinds.filter((kind) => kind === 'full')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'differential').length).toBeGreaterThan(5);
    expect(kinds.slice(0, 4)).toEqual(['full', 'incremental', 'incremental', 'incremental']);
  });

  test('what a clock two days ahead has dated holds none back once it is set right, good or failed', () => {
    const yesterday = backupAt('2026-06-09T01:00Z');
    expect(plan('2026-06-10T12:00Z', [yesterday, backupAt('2026-06-12T12:00Z')]).due).toBeDefined();
    const failed = backupAt('2026-06-12T12:00Z', { outcome: 'failed', content: undefined });
    expect(plan('2026-06-10T12:00Z', [yesterday, failed])).toMatchObject({ held: undefined, due: { kind: 'full' } });
    // The clocks of two machines are never quite the same.
    expect(plan('2026-06-10T12:00Z', [yesterday, backupAt('2026-06-10T11:55Z')]).due).toBeUndefined();
  });

  test('none is begun in a peak: it is held until the peak ends, and says which', () => {
    const yesterday = [backupAt('2026-06-29T01:00Z')];
    const found = plan('2026-06-30T10:00Z', yesterday);
    expect(found).toMatchObject({ due: undefined, held: { why: 'month-end of rotterdam is on' } });
    expect(found.held?.until?.toString()).toBe('2026-06-30T22:00:00Z');
    expect(found.next?.at.toString()).toBe('2026-06-30T22:00:00Z');
  });

  test('unless that is declared', () => {
    const brave = environmentWith('objectives: { rpo: 1d }\nbackup: { method: logical, every: 1d, avoidPeaks: false }');
    expect(plan('2026-06-30T10:00Z', [backupAt('2026-06-29T01:00Z')], { environment: brave }).due).toBeDefined();
  });

  test('nor in a laboratory, on which no business runs', () => {
    const lab = environmentWith('lab: true\nobjectives: { rpo: 1d }\nbackup: { method: logical, every: 1d }');
    expect(plan('2026-06-30T10:00Z', [backupAt('2026-06-29T01:00Z')], { environment: lab }).due).toBeDefined();
    expect(plan('2026-06-30T10:00Z', [backupAt('2026-06-29T01:00Z')]).due).toBeUndefined();
  });

  test('declared windows are kept', () => {
    const weekly = environmentWith(
      'objectives: { rpo: 7d }\nbackup: { method: logical, every: 7d, windows: [sunday] }',
    );
    const found = plan('2026-06-10T10:00Z', [backupAt('2026-05-20T10:00Z')], { environment: weekly });
    expect(found.due).toBeUndefined();
    expect(found.held?.until?.toString()).toBe('2026-06-14T02:00:00Z');
    expect(plan('2026-06-14T02:30Z', [backupAt('2026-05-20T10:00Z')], { environment: weekly }).due).toBeDefined();
  });

  test('after a failure it waits, longer each time, an hour at most', () => {
    const failed = (at: string) => backupAt(at, { outcome: 'failed', content: undefined });
    const [one, two] = [failed('2026-06-10T05:00Z'), failed('2026-06-10T05:16Z')];
    const old = backupAt('2026-06-08T02:00Z');
    expect(plan('2026-06-10T05:12Z', [old, one]).held?.until?.toString()).toBe('2026-06-10T05:15:00Z');
    expect(plan('2026-06-10T05:16Z', [old, one]).due).toBeDefined();
    expect(plan('2026-06-10T05:27Z', [old, two, one]).held?.until?.toString()).toBe('2026-06-10T05:36:00Z');
  });

  test('nothing is due while one is running', () => {
    expect(plan('2026-06-10T12:00Z', [], { isRunning: true }).due).toBeUndefined();
  });
});

describe('after a restore in place', () => {
  const restoredAt = instant('2026-06-10T12:00Z');
  const night = backupAt('2026-06-10T02:00Z');
  const safety = backupAt('2026-06-10T11:40Z');

  test('one is due at once, whatever its slot has: what was backed up before does not hold what is written since', () => {
    expect(plan('2026-06-10T12:01Z', [night, safety]).due).toBeUndefined();
    const { due } = plan('2026-06-10T12:01Z', [night, safety], { restoredAt });
    expect(due).toMatchObject({ at: instant('2026-06-10T12:01Z'), method: 'logical' });
    expect(due?.why).toContain('A restore in place ended');
    const archived = plan('2026-06-10T12:01Z', [night], { restoredAt, environment: physical });
    expect(archived.due?.method).toBe('physical');
  });

  test('once a good one was begun after it, nothing is due until the next slot; a failed one is tried again', () => {
    const after = backupAt('2026-06-10T12:01Z');
    expect(plan('2026-06-10T12:20Z', [night, after], { restoredAt }).due).toBeUndefined();
    const again = { ...after, outcome: 'failed', content: undefined } as const;
    const found = plan('2026-06-10T12:12Z', [night, again], { restoredAt });
    expect(found.held?.until?.toString()).toBe('2026-06-10T12:16:00Z');
    expect(found.next?.why).toContain('A restore in place ended');
  });

  test('what failed before it is over: its pause holds nothing back', () => {
    const failed = backupAt('2026-06-10T11:49Z', { outcome: 'failed', content: undefined });
    expect(plan('2026-06-10T12:01Z', [night, failed], { restoredAt }).due).toBeDefined();
    // With that guard off, it would wait until four minutes past.
    expect(retryAt([night, failed])?.toString()).toBe('2026-06-10T12:04:00Z');
  });

  test('none is begun in a peak for it, and it is said', () => {
    const monthEnd = instant('2026-06-30T12:00Z');
    const found = plan('2026-06-30T12:01Z', [backupAt('2026-06-29T23:30Z')], { restoredAt: monthEnd });
    expect([found.due, found.held?.why]).toEqual([undefined, 'month-end of rotterdam is on']);
  });

  test('what a clock that was ahead has dated has none taken after the other', () => {
    const found = plan('2026-06-10T12:20Z', [backupAt('2026-06-10T12:01Z')], {
      restoredAt: instant('2026-06-12T12:00Z'),
    });
    expect(found.due).toBeUndefined();
  });
});

describe('the planner, whatever the interval and the time', () => {
  const cases = fc.record({
    every: fc.constantFrom('1h', '5h', '6h', '1d', '36h', '2d', '7d'),
    at: fc
      .integer({ min: 0, max: 365 * 24 * 4 })
      .map((quarters) => instant('2026-01-01T00:00Z').add({ minutes: quarters * 15 })),
  });
  const environmentOf = (every: string) =>
    environmentWith(`objectives: { rpo: 30d }\nbackup: { method: logical, every: ${every} }`);
  const environments = new Map(['1h', '5h', '6h', '1d', '36h', '2d', '7d'].map((each) => [each, environmentOf(each)]));

  test('holds every instant in exactly one slot, no longer than the interval and a change of the clocks', () => {
    fc.assert(
      fc.property(cases, ({ every, at }) => {
        const environment = environments.get(every) ?? nightly;
        const slot = slotAt(environment, at);
        expect(Temporal.Instant.compare(slot.start, at)).toBeLessThanOrEqual(0);
        expect(Temporal.Instant.compare(at, slot.end)).toBeLessThan(0);
        expect(slotAt(environment, slot.start)).toEqual(slot);
        const seconds = slot.end.since(slot.start).total('seconds');
        expect(seconds).toBeLessThanOrEqual(environment.backup.everySeconds + 3_600);
      }),
      { numRuns: 200 },
    );
  });

  test('is deterministic, keeps out of peaks, and asks for nothing once it was followed', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 20 }), ({ every, at }, age) => {
        const environment = environments.get(every) ?? nightly;
        const history = [backupAt(at.subtract({ hours: age * 12 + 1 }))];
        const input = { environment, now: at, history, isRunning: false, canArchive: true };
        const first = planBackup(input);
        expect(planBackup(input)).toEqual(first);
        for (const planned of [first.due, first.next]) {
          if (planned !== undefined)
            expect(mayBegin(environment, environment.backup, planned.at).isPermitted).toBe(true);
        }
        if (first.due === undefined) return;
        const after = planBackup({ ...input, history: [...history, backupAt(first.due.at)] });
        expect(after.due).toBeUndefined();
        expect(after.held).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});
