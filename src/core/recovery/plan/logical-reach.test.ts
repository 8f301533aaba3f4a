import { describe, expect, test } from 'vitest';
import { exampleManifest } from '../../../ports/backup-manifest.fixture.ts';
import { instant } from '../test-estate.ts';
import { givenUpOf, isLogicalGivenUp } from './logical-reach.ts';
import { choosePoint, type PointView } from './restore-point.ts';
import { restoresInPlace } from './restores-in-place.ts';

const old = { id: 'daily', consistentAt: instant('2026-11-21T02:00:00Z'), systemIdentifier: '7' };
const safety = { id: 'safety', consistentAt: instant('2026-11-21T08:00:00Z'), systemIdentifier: '8' };
const view: PointView = {
  now: instant('2026-11-21T12:00:00Z'),
  logical: [
    { ...old, isBeforeRestore: false },
    { ...safety, isBeforeRestore: true },
  ],
  physical: undefined,
  systemIdentifier: undefined,
  unarchivedSeconds: 60,
};
const choose = (more: Partial<PointView>, at?: string, backup?: string) =>
  choosePoint(
    { at: at === undefined ? undefined : instant(at), backup, acceptLossSeconds: 86_400 },
    { ...view, ...more },
  );

describe('after a restore in place of a dump', () => {
  test('the dump of what it gave up is not taken for what is in place, and both ways out are told', () => {
    for (const systemIdentifier of ['9', undefined]) {
      const refused = choose({ systemIdentifier });
      expect(refused).toMatchObject({ kind: 'refused', reasons: [{ code: 'BACKUP_GIVEN_UP' }] });
      const hint = 'reasons' in refused ? refused.reasons[0]?.hint : '';
      expect(hint).toContain('plimsoll backup run');
      expect(hint).toContain('--backup safety');
    }
    expect(choose({}, '2026-11-21T09:00:00Z')).toMatchObject({ reasons: [{ code: 'BACKUP_GIVEN_UP' }] });
  });

  test('it is what was there at its own instant, and where it is asked for', () => {
    expect(choose({}, '2026-11-21T08:00:00Z')).toMatchObject({ id: 'safety' });
    expect(choose({}, undefined, 'safety')).toMatchObject({ id: 'safety' });
    expect(choose({}, '2026-11-21T07:59:00Z')).toMatchObject({ id: 'daily' });
  });

  test('where the restore failed, its cluster is still in place, and the dump is the newest of it', () => {
    expect(choose({ systemIdentifier: '8' })).toMatchObject({ id: 'safety' });
  });

  test('a later dump is chosen, whatever was given up before it', () => {
    const later = { ...old, id: 'later', consistentAt: instant('2026-11-21T10:00:00Z'), isBeforeRestore: false };
    expect(choose({ logical: [...view.logical, later] })).toMatchObject({ id: 'later' });
  });

  test('without the mark in its manifest, the state that was given up would come back unasked', () => {
    const unmarked = view.logical.map((each) => ({ ...each, isBeforeRestore: false }));
    expect(choose({ logical: unmarked, systemIdentifier: '9' })).toMatchObject({ kind: 'point', id: 'safety' });
  });

  test('of an archived cluster that nobody can look into, the identifier alone proves nothing: it stays the same', () => {
    const unseen = { lines: { points: [], histories: [] } };
    const point = { ...safety, isBeforeRestore: true };
    expect(isLogicalGivenUp(point, { physical: unseen, systemIdentifier: '8' })).toBe(true);
    expect(isLogicalGivenUp(point, { physical: undefined, systemIdentifier: '8' })).toBe(false);
  });
});

describe('after a restore in place without a safety backup', () => {
  const entry = (type: string, at: string, data: Readonly<Record<string, unknown>>) => ({
    type: `restore.${type}`,
    at: instant(`2026-11-21T${at}:00Z`),
    data: { restore: 'r1', inPlace: true, ...data },
  });
  const started = entry('started', '08:55', { backup: 'daily', reachesAt: '2026-11-21T02:00:00Z' });
  const restores = restoresInPlace([started, entry('succeeded', '09:00', {})]);
  const newest = { ...old, id: 'newest', consistentAt: instant('2026-11-21T08:00:00Z'), isBeforeRestore: false };
  const logical = [{ ...old, isBeforeRestore: false }, newest];

  test('the last dump of the old state is neither "now" nor what is drilled', () => {
    expect(choose({ logical, restores })).toMatchObject({ reasons: [{ code: 'BACKUP_GIVEN_UP' }] });
    expect(choose({ logical, restores }, '2026-11-21T10:00:00Z')).toMatchObject({ kind: 'refused' });
    const manifests = logical.map(({ id, consistentAt }) => exampleManifest({ id, consistentAt }));
    expect([...givenUpOf(manifests, undefined, restores)]).toEqual(['newest']);
  });

  test('without the record of that restore it would come back unasked', () => {
    expect(choose({ logical })).toMatchObject({ kind: 'point', id: 'newest' });
    expect(choose({ logical, restores: restoresInPlace([started]) })).toMatchObject({ id: 'newest' });
    const beside = [entry('started', '08:55', { ...started.data, inPlace: false }), entry('succeeded', '09:00', {})];
    expect(choose({ logical, restores: restoresInPlace(beside) })).toMatchObject({ id: 'newest' });
  });

  test('it is what was there before, and where it is asked for; what was taken since is "now"', () => {
    expect(choose({ logical, restores }, '2026-11-21T08:30:00Z')).toMatchObject({ id: 'newest' });
    expect(choose({ logical, restores }, undefined, 'newest')).toMatchObject({ id: 'newest' });
    const later = { ...newest, id: 'later', consistentAt: instant('2026-11-21T10:00:00Z') };
    expect(choose({ logical: [...logical, later], restores })).toMatchObject({ id: 'later' });
  });

  test('a restore that was killed and finished counts; one that went back to it has it in place again', () => {
    const finished = restoresInPlace([started, entry('finished', '09:00', { backup: 'daily' })]);
    expect(choose({ logical, restores: finished })).toMatchObject({ kind: 'refused' });
    const back = [
      entry('started', '09:30', { restore: 'r2', backup: 'newest', reachesAt: '2026-11-21T08:00:00Z' }),
      entry('succeeded', '09:40', { restore: 'r2' }),
    ];
    const all = restoresInPlace([started, entry('succeeded', '09:00', {}), ...back]);
    expect(choose({ logical, restores: all })).toMatchObject({ kind: 'point', id: 'newest' });
    const between = { ...newest, id: 'between', consistentAt: instant('2026-11-21T09:10:00Z') };
    expect(choose({ logical: [...logical, between], restores: all })).toMatchObject({ kind: 'refused' });
  });
});
