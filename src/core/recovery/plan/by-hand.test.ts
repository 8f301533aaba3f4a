import { describe, expect, test } from 'vitest';
import { backupAt, environmentWith, instant } from '../test-estate.ts';
import { chooseBackupByHand } from './by-hand.ts';

const now = instant('2026-11-25T12:00:00Z');
const environment = environmentWith('backup: { method: physical, every: 1d }');
const nothing = { method: undefined, kind: undefined };
const input = { environment, now, history: [], isRunning: false, canArchive: true };

describe('BKP-02: what a backup that is asked for by hand is', () => {
  test('the declared method, and the kind that the plan has', () => {
    expect(chooseBackupByHand(input, nothing)).toMatchObject({ method: 'physical', of: 'full' });
    const history = [backupAt('2026-11-24T02:00:00Z', { method: 'physical' })];
    expect(chooseBackupByHand({ ...input, history }, nothing)).toMatchObject({
      method: 'physical',
      of: 'differential',
    });
  });

  test('a dump stands in where no log is archived, and says why; a physical one that is insisted on is refused', () => {
    const bare = { ...input, canArchive: false };
    expect(chooseBackupByHand(bare, nothing)).toMatchObject({
      method: 'logical',
      why: expect.stringContaining('archives no WAL'),
    });
    expect(chooseBackupByHand(bare, { ...nothing, method: 'physical' })).toMatchObject({
      kind: 'refused',
      reasons: [{ code: 'PHYSICAL_UNAVAILABLE' }],
    });
  });

  test('asking for a kind asks for the method that has kinds; a differential dump is refused', () => {
    expect(chooseBackupByHand(input, { method: undefined, kind: 'incremental' })).toMatchObject({
      method: 'physical',
      of: 'incremental',
    });
    expect(chooseBackupByHand(input, { method: 'logical', kind: 'differential' })).toMatchObject({ kind: 'refused' });
    expect(chooseBackupByHand(input, { method: 'logical', kind: 'full' })).toMatchObject({
      method: 'logical',
      of: 'full',
    });
  });

  test('snapshots alone are no plan, and a dump that is insisted on is taken all the same', () => {
    const snapshots = { ...input, environment: environmentWith('backup: { method: snapshot, every: 1d }') };
    expect(chooseBackupByHand(snapshots, nothing)).toMatchObject({ reasons: [{ code: 'SNAPSHOTS_ALONE' }] });
    expect(chooseBackupByHand(snapshots, { ...nothing, method: 'logical' })).toMatchObject({ method: 'logical' });
  });
});
