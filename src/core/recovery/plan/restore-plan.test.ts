import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../test-estate.ts';
import { planRestore, type RestorePlan, type RestoreView, type RestoreWish } from './restore-plan.ts';
import { choosePoint, type PointView } from './restore-point.ts';
import { environment, now, view, wish } from './restore-view.fixture.ts';

const beside: Partial<RestoreWish> = { mode: 'new', target: 'acme-rescue', isLive: false };
const plan = (wished: Partial<RestoreWish> = {}, seen: Partial<RestoreView> = {}) =>
  planRestore(environment, { ...wish, ...wished }, { ...view, ...seen });
/** What holds of every plan, whatever was asked for. */
function expectSafe(
  { steps: planned, point }: RestorePlan,
  given: Partial<RestoreWish>,
  seen: Partial<RestoreView>,
): void {
  const kinds = planned.map(({ kind }) => kind);
  const isInPlace = given.mode === 'in-place';
  const isAgreed = seen.source !== 'serving' || given.acceptsSecondLive === true;
  expect(kinds.includes('neutralise')).toBe(given.isLive !== true);
  expect(given.isLive !== true || isInPlace || isAgreed).toBe(true);
  expect(!isInPlace || kinds.includes('safety-backup') || given.withoutSafetyBackup).toBe(true);
  expect(Temporal.Instant.compare(point.reachesAt, given.at ?? now)).toBeLessThanOrEqual(0);
  expect(planned.map(({ why }) => why)).not.toContain('');
}
const codes = (...given: Parameters<typeof plan>): readonly string[] => {
  const answer = plan(...given);
  return answer.kind === 'refused' ? answer.reasons.map(({ code }) => code) : [];
};
const steps = (...given: Parameters<typeof plan>): readonly string[] => {
  const answer = plan(...given);
  return answer.kind === 'plan' ? answer.steps.map(({ kind }) => kind) : [];
};

describe('RST-04: what a restore in place takes', () => {
  test('what writes is stopped, what is there is backed up, and nothing is exchanged before it was seen to serve', () => {
    expect(steps()).toEqual([
      'stop-odoo',
      'safety-backup',
      'fetch',
      'restore-database',
      'restore-filestore',
      'check',
      'prove',
      'exchange',
      'start',
      'settle',
    ]);
  });

  test('a loss beyond the RPO of the tier is refused with what it is, until it is agreed to in full', () => {
    const old = { backup: 'backup-2026-11-21T02:00:00Z' };
    expect(codes(old)).toEqual(['LOSS_EXCEEDS_RPO']);
    expect(codes({ ...old, acceptLossSeconds: 9 * 3_600 })).toEqual(['LOSS_EXCEEDS_RPO']);
    const agreed = plan({ ...old, acceptLossSeconds: 10 * 3_600 });
    expect(agreed).toMatchObject({ kind: 'plan', lossSeconds: 35_940 });
  });

  test('without that guard ten hours of business would go, unasked', () => {
    const unguarded = { ...environment, objectives: { ...environment.objectives, rpoSeconds: undefined } };
    const old = { ...wish, backup: 'backup-2026-11-21T02:00:00Z' };
    expect(planRestore(unguarded, old, view)).toMatchObject({ kind: 'plan', lossSeconds: 35_940 });
  });

  test('the loss ends with the last business row: a quiet night loses nothing', () => {
    const quiet = { lastBusinessRowAt: instant('2026-11-21T01:00:00Z') };
    expect(plan({ backup: 'backup-2026-11-21T02:00:00Z' }, quiet)).toMatchObject({ kind: 'plan', lossSeconds: 0 });
    expect(codes({ backup: 'backup-2026-11-21T02:00:00Z' }, { lastBusinessRowAt: undefined })).toContain(
      'LOSS_EXCEEDS_RPO',
    );
  });

  test('without a safety backup it is refused, unless that is agreed to: then the old data is kept', () => {
    expect(codes({}, { canTakeSafetyBackup: false })).toEqual(['NO_SAFETY_BACKUP']);
    const answer = plan({ withoutSafetyBackup: true }, { canTakeSafetyBackup: false });
    expect(answer).toMatchObject({ kind: 'plan' });
    if (answer.kind === 'plan') expect(answer.steps.at(-1)?.title).toContain('Keep');
    expect(steps({ withoutSafetyBackup: true })).not.toContain('safety-backup');
  });

  test('an environment that does not run here has no place to restore in', () => {
    expect(codes({}, { target: 'nothing' })).toEqual(['NOT_IN_PLACE']);
  });
});

describe('a copy beside its source never acts on the outside by accident', () => {
  test('it is neutralised, unless it is asked to be live', () => {
    expect(steps(beside, { target: 'nothing' })).toContain('neutralise');
    expect(steps({ ...beside, isLive: true }, { target: 'nothing', source: 'silent' })).not.toContain('neutralise');
  });

  test('a live one beside a source that serves is refused, unless that is agreed to', () => {
    const live = { ...beside, isLive: true };
    expect(codes(live, { target: 'nothing' })).toEqual(['SOURCE_STILL_SERVES']);
    expect(steps({ ...live, acceptsSecondLive: true }, { target: 'nothing' })).toContain('exchange');
  });

  test('a clone is never live, whatever is agreed to', () => {
    const live = { mode: 'clone', target: 'acme-staging', isLive: true, acceptsSecondLive: true } as const;
    expect(codes(live, { target: 'nothing' })).toEqual(['CLONE_IS_NEVER_LIVE']);
  });

  test('data that is there already is left alone', () => {
    expect(codes(beside)).toEqual(['TARGET_EXISTS']);
  });

  test('property: whatever is asked for and seen, a plan neutralises or was agreed to be live; and refuses with a way out', () => {
    const anyWish = fc.record({
      mode: fc.constantFrom('new' as const, 'clone' as const, 'in-place' as const),
      isLive: fc.boolean(),
      acceptsSecondLive: fc.boolean(),
      withoutSafetyBackup: fc.boolean(),
      isAnonymised: fc.boolean(),
      acceptLossSeconds: fc.option(fc.integer({ min: 1, max: 200_000 }), { nil: undefined }),
      at: fc.option(
        fc.integer({ min: -200_000, max: 2_000 }).map((seconds) => now.add({ seconds })),
        { nil: undefined },
      ),
    });
    const anyView = fc.record({
      source: fc.constantFrom('serving' as const, 'silent' as const, 'unknown' as const),
      target: fc.constantFrom('nothing' as const, 'data' as const),
      canTakeSafetyBackup: fc.boolean(),
    });
    fc.assert(
      fc.property(anyWish, anyView, (wished, seen) => {
        const given = { ...wished, isLive: wished.mode === 'in-place' || wished.isLive };
        const answer = plan(given, seen);
        expect(plan(given, seen)).toEqual(answer);
        if (answer.kind === 'refused') expect(answer.reasons.map(({ hint }) => hint)).not.toContain('');
        else expectSafe(answer, given, seen);
      }),
    );
  });
});

describe('RST-05: the point in time', () => {
  const pointOf = (at: string, timeline: number, stop: bigint) => ({
    label: `full-${at}`,
    systemIdentifier: '7',
    timeline,
    startedAt: instant(at).subtract({ minutes: 1 }),
    stoppedAt: instant(at),
    stop,
  });
  const points = [pointOf('2026-11-20T00:00:00Z', 1, 100n), pointOf('2026-11-21T00:00:00Z', 1, 200n)];
  const physical: NonNullable<PointView['physical']> = {
    points,
    lines: { points, histories: [] },
    reachesAt: instant('2026-11-21T11:58:00Z'),
    lost: [],
  };
  const asked = (at: string, more: Partial<PointView> = {}, acceptLossSeconds?: number) =>
    choosePoint({ at: instant(at), backup: undefined, acceptLossSeconds }, { ...view, physical, ...more });

  test('with an archived log it is reached to the second, from the newest backup before it', () => {
    expect(asked('2026-11-21T11:57:31Z')).toMatchObject({
      method: 'physical',
      id: 'full-2026-11-21T00:00:00Z',
      target: instant('2026-11-21T11:57:31Z'),
      offSeconds: 0,
    });
  });

  test('without one the nearest backup before it is named, with how far off it is, and must be agreed to', () => {
    const answer = asked('2026-11-21T03:00:00Z', { physical: undefined });
    expect(answer).toMatchObject({ kind: 'refused', reasons: [{ code: 'INSTANT_NOT_EXACT' }] });
    if (answer.kind === 'refused') expect(answer.reasons[0]?.message).toContain('1h earlier');
    expect(asked('2026-11-21T03:00:00Z', { physical: undefined }, 3_600)).toMatchObject({
      kind: 'point',
      id: 'backup-2026-11-21T02:00:00Z',
      offSeconds: 3_600,
    });
  });

  test.each(['2026-11-19T00:00:00Z', '2026-11-21T12:00:01Z'])('%s is out of reach, and the window is said', (at) => {
    const answer = asked(at);
    expect(answer).toMatchObject({ kind: 'refused', reasons: [{ code: 'INSTANT_OUT_OF_REACH' }] });
    if (answer.kind === 'refused') {
      expect(answer.reasons[0]?.hint).toContain('2026-11-20T00:00:00Z to 2026-11-21T11:58:00Z');
    }
  });

  test('a backup that is asked for and not there is refused with those that are', () => {
    const answer = choosePoint({ at: undefined, backup: 'nope', acceptLossSeconds: undefined }, { ...view, physical });
    expect(answer).toMatchObject({ kind: 'refused', reasons: [{ code: 'BACKUP_UNKNOWN' }] });
  });

  describe('after a restore in place at 06:00, back to 23:00 the day before', () => {
    const history = {
      systemIdentifier: '7',
      timeline: 2,
      forks: [{ timeline: 1, at: 150n }],
      since: instant('2026-11-21T06:00:00Z'),
    };
    const all = [...points, pointOf('2026-11-21T06:01:00Z', 2, 160n)];
    const restored = { ...physical, points: all, lines: { points: all, histories: [history] } };
    const choose = (at: string | undefined, backup?: string, more: Partial<typeof restored> = {}) =>
      choosePoint(
        { at: at === undefined ? undefined : instant(at), backup, acceptLossSeconds: undefined },
        { ...view, logical: [], physical: { ...restored, ...more } },
      );
    const after = 'full-2026-11-21T06:01:00Z';
    const givenUp = 'full-2026-11-21T00:00:00Z';

    test('an instant before it comes from the line that it gave up, and says so', () => {
      const answer = choose('2026-11-21T05:00:00Z');
      expect(answer).toMatchObject({ id: givenUp, timeline: 1, isGivenUp: true });
      expect('why' in answer && answer.why).toContain('gave up at 2026-11-21T06:00:00Z');
    });

    test('one after it, and now, come from the line that is in place, never from a backup that was given up', () => {
      for (const at of ['2026-11-21T07:00:00Z', undefined]) {
        expect(choose(at)).toMatchObject({ id: after, timeline: 2, isGivenUp: false });
      }
    });

    test('a backup that was given up comes back to the end of its own line where it is asked for, and to no instant after that', () => {
      expect(choose(undefined, givenUp)).toMatchObject({ timeline: 1, isGivenUp: true, reachesAt: history.since });
      const refused = choose('2026-11-21T07:00:00Z', givenUp);
      expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code: 'BACKUP_GIVEN_UP' }] });
    });

    test('before the next backup has its manifest, the dump of what was given up is not taken for what is in place', () => {
      const lines = restored.lines;
      const unlisted = { points, lines };
      const dump = { id: 'safety', consistentAt: instant('2026-11-21T05:59:00Z'), systemIdentifier: '7' };
      const from = (at: string | undefined, isBeforeRestore: boolean, backup?: string) =>
        choosePoint(
          { at: at === undefined ? undefined : instant(at), backup, acceptLossSeconds: 86_400 },
          { ...view, logical: [{ ...dump, isBeforeRestore }], physical: { ...physical, ...unlisted } },
        );
      for (const at of [undefined, '2026-11-21T07:00:00Z']) {
        const refused = from(at, false);
        expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code: 'BACKUP_GIVEN_UP' }] });
        expect('reasons' in refused && refused.reasons[0]?.hint).toContain('--backup safety');
      }
      expect(from(undefined, true, 'safety')).toMatchObject({ id: 'safety', method: 'logical' });
      expect(from('2026-11-21T05:59:30Z', true)).toMatchObject({ id: givenUp, isGivenUp: true });
    });

    test("what pgBackRest's repository does not have is not chosen, and named", () => {
      const lost = [{ id: after, why: "pgBackRest's repository is gone" }];
      for (const [at, backup, code] of [
        [undefined, undefined, 'INSTANT_OUT_OF_REACH'],
        [undefined, after, 'BACKUP_UNKNOWN'],
      ] as const) {
        const refused = choose(at, backup, { points: [], lines: { points: [], histories: [] }, lost });
        expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code }] });
        expect('reasons' in refused && refused.reasons[0]?.message).toContain("pgBackRest's repository is gone");
      }
    });
  });
});
