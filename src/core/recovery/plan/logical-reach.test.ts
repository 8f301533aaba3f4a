import { describe, expect, test } from 'vitest';
import { instant } from '../test-estate.ts';
import { isLogicalGivenUp } from './logical-reach.ts';
import { choosePoint, type PointView } from './restore-point.ts';

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
