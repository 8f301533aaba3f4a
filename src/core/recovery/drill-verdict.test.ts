import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DrillCheck,
  type DrillFailure,
  journeyCheck,
  judgeDrill,
  judgeFilestore,
  judgeIdentity,
  judgeRowCounts,
  rpoAchieved,
} from './index.ts';

const passed: DrillCheck = { name: 'filestore.present', outcome: 'passed', detail: 'all there', evidence: [] };
const failed: DrillCheck = {
  ...passed,
  outcome: 'failed',
  detail: '2 files are gone',
  evidence: ['a3/a3f1', 'b4/b4e2'],
};
const at = Temporal.Instant.from('2026-11-21T06:00:00Z');

describe('the verdict of a drill (RST-01)', () => {
  test('is verified only where everything was done and nothing failed', () => {
    expect(judgeDrill([passed], undefined)).toEqual({ verdict: 'verified', reasons: [] });
    expect(judgeDrill([{ ...passed, outcome: 'not-applicable' }], undefined).verdict).toBe('verified');
  });

  test('is not-recoverable where a check failed, and names the first culprit', () => {
    const reasons = ['filestore.present: 2 files are gone, first a3/a3f1'];
    expect(judgeDrill([passed, failed], undefined)).toEqual({ verdict: 'not-recoverable', reasons });
  });

  test('is inconclusive where somebody ended what it was restored into, whatever failed then', () => {
    const killed = {
      phase: 'journeys',
      code: 'COMMAND_FAILED',
      message: 'it was killed',
      isFromOutside: true,
    } as const;
    const reasons = ['in phase journeys: it was killed'];
    expect(judgeDrill([passed, failed], killed)).toEqual({ verdict: 'inconclusive', reasons });
  });

  test.each([
    ['a missing disk', 'fetch', 'DISK_FULL', 'inconclusive'],
    ['a repository that does not answer', 'restore-filestore', 'REPOSITORY_UNREACHABLE', 'inconclusive'],
    ['a cancelled drill', 'boot', undefined, 'inconclusive'],
    ['a machine without isolation', undefined, 'ISOLATION_IMPOSSIBLE', 'inconclusive'],
    ['a place that could not be made', undefined, 'RESTORE_FAILED', 'inconclusive'],
    ['a copy that was not neutralised', 'neutralise', 'NOT_NEUTRALISED', 'inconclusive'],
    ['a dump that does not restore', 'restore-database', 'RESTORE_FAILED', 'not-recoverable'],
    ['content that somebody changed', 'fetch', 'CONTENT_ALTERED', 'not-recoverable'],
    ['the wrong key', 'fetch', 'SEAL_WRONG_KEY', 'not-recoverable'],
    ['a manifest that nobody trusted signed', 'fetch', 'MANIFEST_UNTRUSTED', 'not-recoverable'],
    ['an Odoo that does not serve', 'boot', 'RESTORE_FAILED', 'not-recoverable'],
  ] as const)('of %s', (_what, phase, code, verdict) => {
    const failure: DrillFailure = { phase, code, message: 'it happened' };
    expect(judgeDrill([passed], failure).verdict).toBe(verdict);
  });

  test('what failed before the machine did counts; a copy that is still switched on says nothing about its backup', () => {
    const failure: DrillFailure = { phase: 'boot', code: 'DISK_FULL', message: 'full' };
    expect(judgeDrill([failed], failure).verdict).toBe('not-recoverable');
    const on: DrillCheck = { ...failed, name: 'neutralised.crons' };
    expect(judgeDrill([on], { ...failure, code: 'NOT_NEUTRALISED' }).verdict).toBe('inconclusive');
  });

  test('a failed check never ends verified, whatever else is said', () => {
    const outcome = fc.constantFrom('passed', 'failed', 'not-applicable', 'warning' as const);
    const check = fc.record({ name: fc.string(), outcome, detail: fc.string(), evidence: fc.array(fc.string()) });
    fc.assert(
      fc.property(fc.array(check), (checks) => {
        const mine = checks.filter(({ name }) => !name.startsWith('neutralised.')) as DrillCheck[];
        const expected = mine.some((each) => each.outcome === 'failed') ? 'not-recoverable' : 'verified';
        expect(judgeDrill(mine, undefined).verdict).toBe(expected);
      }),
    );
  });

  test('a journey that could not tell is no proof of a serving Odoo; one without consent proves and fails nothing', () => {
    const run = { journey: 'ship-order', reason: 'why', durationSeconds: 1.5 };
    expect(journeyCheck({ ...run, outcome: 'passed' })).toMatchObject({ outcome: 'passed', detail: 'passed in 1.5s' });
    expect(journeyCheck({ ...run, outcome: 'unknown' }).outcome).toBe('failed');
    expect(journeyCheck({ ...run, outcome: 'refused' }).outcome).toBe('not-applicable');
  });
});

describe('what came back', () => {
  test('RPO achieved is the age of the last business row, and never below zero', () => {
    expect(rpoAchieved(at, at.subtract({ minutes: 15 }))).toBe(900);
    expect(rpoAchieved(at, at.add({ minutes: 1 }))).toBe(0);
    expect(rpoAchieved(at, null)).toBeNull();
    // By a clock that was days behind nothing would ever be lost.
    expect(rpoAchieved(at, at.add({ hours: 48 }))).toBeNull();
  });

  test('every table must have the rows it had', () => {
    const counts = [{ table: 'stock_move', rows: 12 }];
    expect(judgeRowCounts(counts, counts).outcome).toBe('passed');
    const evidence = ['stock_move: 11 of 12 rows'];
    expect(judgeRowCounts(counts, [{ table: 'stock_move', rows: 11 }])).toMatchObject({ outcome: 'failed', evidence });
    const physical = (rows: number, before = 12) =>
      judgeRowCounts([{ table: 'stock_move', rows: before }], [{ table: 'stock_move', rows }], 'just-before').outcome;
    expect([physical(11), physical(13), physical(0), physical(100)]).toEqual(['passed', 'passed', 'failed', 'failed']);
    expect([physical(9_900, 10_000), physical(9_899, 10_000)]).toEqual(['passed', 'failed']);
    const later = (rows: number) => judgeRowCounts(counts, [{ table: 'stock_move', rows }], 'earlier').outcome;
    expect([later(6), later(500), later(5), later(0)]).toEqual(['passed', 'passed', 'failed', 'failed']);
    expect(judgeRowCounts(counts, [])).toMatchObject({
      outcome: 'failed',
      evidence: ['stock_move: no table of 12 rows'],
    });
  });

  test('RST-02: a missing attachment fails, told by its name; what the source had lost before fails nothing', () => {
    const sha1 = 'a3'.padEnd(40, 'f');
    const other = 'b4'.padEnd(40, 'e');
    const named = [
      { file: `a3/${sha1}`, attachment: 'label.pdf of stock.picking 7' },
      { file: `b4/${other}`, attachment: 'logo.png' },
    ];
    const outcomes = (restored: Parameters<typeof judgeFilestore>[1], lost: readonly string[] = []) =>
      Object.fromEntries(judgeFilestore(named, restored, lost).map((check) => [check.name, check]));
    const whole = [
      { file: `a3/${sha1}`, sha1 },
      { file: `b4/${other}`, sha1: other },
    ];
    expect(Object.values(outcomes(whole)).every(({ outcome }) => outcome === 'passed')).toBe(true);
    const half = outcomes(whole.slice(0, 1));
    expect(half['filestore.present']).toMatchObject({ outcome: 'failed', evidence: [`b4/${other} (logo.png)`] });
    expect(outcomes(whole.slice(0, 1), [`b4/${other}`])['filestore.present']?.outcome).toBe('passed');
    const none = outcomes([], [`a3/${sha1}`, `b4/${other}`])['filestore.present'];
    expect([none?.outcome, none?.evidence[0]]).toEqual(['failed', `a3/${sha1} (label.pdf of stock.picking 7)`]);
    const swapped = outcomes([{ file: `a3/${sha1}`, sha1: other }, ...whole.slice(1)]);
    expect(swapped['filestore.sha1']?.evidence[0]).toBe(
      `a3/${sha1} (label.pdf of stock.picking 7): its content is ${other}`,
    );
  });

  test('a copy keeps neither the uuid nor the secret of its source', () => {
    const before = { uuidDigest: 'u', secretDigest: 's' };
    expect(judgeIdentity(before, { uuidDigest: 'v', secretDigest: 't' }).outcome).toBe('passed');
    expect(judgeIdentity(before, { uuidDigest: 'v', secretDigest: 's' }).evidence).toEqual(['database.secret']);
    expect(judgeIdentity(before, { uuidDigest: undefined, secretDigest: 't' }).evidence).toEqual(['database.uuid']);
  });
});
