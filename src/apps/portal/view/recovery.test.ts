import { describe, expect, test } from 'vitest';
import { levelsOf } from '../pages/recovery/achievement-chart.tsx';
import { latencyByClass, queuesOf, rangeOf } from './figures-page.ts';
import {
  countStates,
  dayTicks,
  endedWork,
  justEnded,
  nearestPoint,
  progressWords,
  rankRecovery,
  roundLength,
  standingSentence,
  worstAchievement,
} from './recovery.ts';
import type { RecoverySummary, RecoveryTask, RestorePoint } from './resources.ts';
import { restoreCommands, restoreFrom, secondWithin, stretchOf } from './restore.ts';

const now = Temporal.Instant.from('2026-11-21T12:00:00Z');
const unproven = {
  targetSeconds: 300,
  achievedSeconds: null,
  verdict: 'unproven',
  shownBy: null,
  shownAt: null,
} as const;

function summary(environment: string, more: Partial<RecoverySummary> = {}): RecoverySummary {
  return {
    environment,
    tenant: null,
    stage: 'production',
    tier: 'gold',
    state: 'verified',
    disqualifiers: [],
    method: 'physical',
    repository: 'vault',
    lastBackup: null,
    lastDrill: null,
    lastVerifiedAt: null,
    proofExpiresAt: null,
    coverage: null,
    domains: [],
    isRunning: false,
    ...more,
  };
}

function point(id: string, consistentAt: string, reachesUntil: string | null = null): RestorePoint {
  return {
    id,
    repository: 'vault',
    method: 'physical',
    kind: 'full',
    consistentAt,
    finishedAt: consistentAt,
    lastBusinessRowAt: null,
    reachesUntil,
    databaseBytes: 1,
    filestoreFiles: 1,
    filestoreBytes: 1,
    missingFiles: 0,
    addedBytes: 1,
    odooVersion: '19.0',
    keys: 2,
    coverage: null,
    software: null,
    proof: null,
  };
}

describe('how recovery stands, in words', () => {
  test('worst first: what did not come back outranks what was never tried', () => {
    const items = [summary('a'), summary('b', { state: 'unproven' }), summary('c', { state: 'not-recoverable' })];
    expect(rankRecovery(items).map(({ environment }) => environment)).toEqual(['c', 'b', 'a']);
    expect(countStates(items)).toEqual([
      ['not-recoverable', 1],
      ['unproven', 1],
      ['verified', 1],
    ]);
  });

  test('each state says why, and the drill that failed says it in its own words', () => {
    const drill = {
      id: 'd',
      at: '2026-11-20T12:00:00Z',
      verdict: 'not-recoverable',
      reasons: ['dump: empty'],
    } as const;
    expect(
      standingSentence(
        summary('a', { state: 'not-recoverable', lastDrill: { ...drill, reasons: ['dump: empty'] } }),
        now,
      ),
    ).toBe('dump: empty');
    expect(standingSentence(summary('a', { state: 'expired', proofExpiresAt: '2026-11-19T12:00:00Z' }), now)).toContain(
      '2 d ago',
    );
    expect(standingSentence(summary('a', { state: 'no-backup', isRunning: true }), now)).toContain('being taken');
  });

  test('of several domains the one that missed is the answer', () => {
    const met = { ...unproven, achievedSeconds: 10, verdict: 'met' } as const;
    const missed = { ...unproven, verdict: 'missed' } as const;
    const domain = (rpo: typeof met | typeof missed) => ({ domain: 'x', services: [], rpo, rto: met });
    expect(worstAchievement({ domains: [domain(met), domain(missed)] }, 'rpo')).toBe(missed);
    expect(worstAchievement({ domains: [] }, 'rpo')).toBeUndefined();
  });
});

describe('restore points on their line', () => {
  const points = [point('a', '2026-11-20T00:00:00Z'), point('b', '2026-11-21T00:00:00Z')];
  const from = Temporal.Instant.from('2026-11-20T00:00:00Z');

  test('a pointer takes the nearest', () => {
    expect(nearestPoint(points, 0.1, from, now)?.id).toBe('a');
    expect(nearestPoint(points, 0.6, from, now)?.id).toBe('b');
    expect(nearestPoint([], 0.6, from, now)).toBeUndefined();
  });

  test('days are local midnights, and few enough to read', () => {
    expect(dayTicks(from, now, 'Europe/Amsterdam').map(String)).toEqual(['2026-11-20T23:00:00Z']);
    expect(dayTicks(now.subtract({ hours: 24 * 300 }), now, 'UTC', 6).length).toBeLessThanOrEqual(7);
  });

  test('the dialogs and the commands start from one wish: the second that was asked for, else what was picked', () => {
    const physical = { ...point('b1', '2026-11-20T00:00:00.250Z'), method: 'physical' as const };
    // Without its instant, a physical backup would come back up to the end of the archived log.
    expect(restoreFrom(physical, undefined)).toEqual({ backup: 'b1', at: '2026-11-20T00:00:00.250Z' });
    expect(restoreFrom({ ...physical, method: 'logical' }, undefined)).toEqual({ backup: 'b1' });
    const second = restoreFrom(physical, Temporal.Instant.from('2026-11-20T00:00:01Z'));
    const which = '--at 2026-11-20T00:00:01Z --backup b1';
    expect(restoreCommands('acme', second)).toEqual({
      new: `plimsoll restore acme --to acme-restored ${which}`,
      clone: `plimsoll clone acme --to acme-staging ${which}`,
      'in-place': `plimsoll restore acme --in-place ${which}`,
    });
  });

  test('a second counts only within the stretch, read in the zone of the site', () => {
    const stretch = stretchOf(point('b1', '2026-11-20T00:00:00Z', '2026-11-20T06:00:00Z'), now);
    expect(secondWithin('2026-11-20T01:00:00', stretch, 'Europe/Amsterdam')?.toString()).toBe('2026-11-20T00:00:00Z');
    expect(secondWithin('2026-11-20T07:00:01', stretch, 'Europe/Amsterdam')).toBeUndefined();
    expect(secondWithin('2026-11-20T00:59', stretch, 'Europe/Amsterdam')).toBeUndefined();
    expect(secondWithin('nonsense', stretch, 'Europe/Amsterdam')).toBeUndefined();
    expect(secondWithin('2026-11-20T02:00', undefined, 'UTC')).toBeUndefined();
  });

  test('behind the newest physical backup any second up to now may be asked for; behind a dump none', () => {
    const newest = point('b2', '2026-11-21T00:00:00Z');
    const stretch = stretchOf(newest, now);
    expect(stretch?.isKnown).toBe(false);
    expect(secondWithin('2026-11-21T11:59:59', stretch, 'UTC')?.toString()).toBe('2026-11-21T11:59:59Z');
    expect(secondWithin('2026-11-21T12:00:01', stretch, 'UTC')).toBeUndefined();
    expect(stretchOf({ ...newest, method: 'logical' }, now)).toBeUndefined();
  });
});

describe('figures', () => {
  test('a declared length keeps the unit it was meant in', () => {
    expect([300, 3_600, 86_400, 604_800, 5_400].map(roundLength)).toEqual(['5 min', '1 h', '1 d', '7 d', '90 min']);
  });

  test('a scale goes above everything in steps that people count in', () => {
    expect(levelsOf(336)).toEqual([120, 240, 360]);
    expect(levelsOf(4_900).at(-1)).toBeGreaterThanOrEqual(4_900);
    expect(levelsOf(3_000_000).length).toBeLessThanOrEqual(5);
  });

  test('progress says bytes, rate and time left, and what nobody knows', () => {
    const progress = {
      doneBytes: 3 * 2 ** 30,
      totalBytes: 9 * 2 ** 30,
      bytesPerSecond: 20 * 2 ** 20,
      secondsLeft: 307,
    };
    expect(progressWords(progress)).toBe('3.00 GiB of 9.00 GiB · 20.0 MiB/s · 5 min 07 s left');
    expect(progressWords({ ...progress, totalBytes: null, secondsLeft: null })).toContain('time left unknown');
    const small = { ...progress, doneBytes: 54 * 2 ** 20, totalBytes: 61.5 * 2 ** 20 };
    expect(progressWords(small)).toMatch(/^54\.0 MiB of 61\.5 MiB · /);
  });

  test('classes stand with their two periods, slowest first; queues with their statistics (MET-02, MET-03)', () => {
    const row = (name: string, period: 'normal' | 'peak', p95Seconds: number) => ({
      class: name,
      period,
      count: 1,
      p95Seconds,
      p99Seconds: p95Seconds * 2,
    });
    const classes = latencyByClass([
      row('search', 'normal', 0.1),
      row('confirm', 'normal', 1),
      row('confirm', 'peak', 1.5),
    ]);
    expect(classes.map(({ name, peakFactor }) => [name, peakFactor])).toEqual([
      ['confirm', 1.5],
      ['search', undefined],
    ]);
    const queue = (statistic: string) => ({
      queue: 'q',
      class: 'edi',
      statistic,
      meanSeconds: 1,
      maximumSeconds: 2,
      lastSeconds: 1,
    });
    expect(queuesOf([queue('0.5'), queue('oldest')])).toMatchObject([
      { half: { statistic: '0.5' }, most: undefined, oldest: { statistic: 'oldest' } },
    ]);
    expect([rangeOf('7d'), rangeOf('9d'), rangeOf('toString')]).toEqual(['7d', '24h', '24h']);
  });
});

describe('what became of the work that people ask for', () => {
  const task = (more: Partial<RecoveryTask>): RecoveryTask => ({
    ...{ id: 't', kind: 'clone', environment: 'acme', backup: 'b1', target: 'acme-uat', state: 'succeeded' },
    ...{ requestedBy: { kind: 'user', name: 'Ada' }, requestedAt: '2026-11-21T10:00:00Z', startedAt: null },
    ...{ beatAt: '2026-11-21T11:30:00Z', endedAt: null, step: null, doneBytes: null, totalBytes: null },
    ...{ bytesPerSecond: null, secondsLeft: null, canCancel: false, cancelAskedBy: null, outcome: null, refusal: null },
    ...more,
  });

  test('its end is said with its name, what it came to and the way out; backups, drills and what runs are elsewhere', () => {
    const refusal = { code: 'NO_ROOM', message: '', hint: 'Make room.' };
    const failed = { kind: 'restore', target: null, state: 'failed', outcome: 'There is no room.', refusal } as const;
    const ended = endedWork([
      task({ kind: 'backup' }),
      task({ state: 'running' }),
      task({ outcome: 'acme-uat serves.', endedAt: '2026-11-21T11:00:00Z' }),
      task({ ...failed, endedAt: '2026-11-21T11:10:00Z' }),
      task({ kind: 'verify', target: null, state: 'lost' }),
    ]);
    expect(ended.map(({ title, words }) => [title, words])).toEqual([
      ['Check of content: lost', 'Whoever ran it has given no sign of life since.'],
      ['Restore: failed', 'There is no room. Make room.'],
      ['Clone to acme-uat: done', 'acme-uat serves.'],
    ]);
  });

  test('what somebody asked for stays in sight for an hour; what the controller does by itself does not come there', () => {
    const controller = { kind: 'controller', name: 'controller' } as const;
    const ended = endedWork([
      task({ id: 'fresh', endedAt: '2026-11-21T11:00:01Z' }),
      task({ id: 'old', endedAt: '2026-11-21T11:00:00Z' }),
      task({ id: 'own', endedAt: '2026-11-21T11:59:00Z', requestedBy: controller }),
    ]);
    expect(justEnded(ended, now).map(({ task: { id } }) => id)).toEqual(['fresh']);
  });
});
