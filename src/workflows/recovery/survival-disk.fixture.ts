import type { Survival } from './survival-row.fixture.ts';

const here = 'src/workflows/recovery';
const powerCut = 'src/adapters/repository/power-cut.test.ts';
const powerCutMarks = 'src/adapters/repository/power-cut-marks.test.ts';
const kills = `${here}/survival.real.test.ts`;
const restores = 'test/recovery/restore-kills.real.test.ts';
const copies = 'src/adapters/pgbackrest/copy.real.test.ts';

/** A disk without room, or without power. */
export const diskSurvivals: readonly Survival[] = [
  {
    calamity: 'the disk under the repository is full',
    outcome: '`REPOSITORY_FULL`; nothing is listed, nothing half is left, and with room again the same run ends well.',
    proofs: [
      [kills, 'under the repository: nothing is listed, and with room again the same run ends well'],
      [
        'src/adapters/object-store/full-disk.real.test.ts',
        'a full disk is REPOSITORY_FULL: nothing half is left, what was there is whole, and after making room it goes on',
      ],
    ],
  },
  {
    calamity: 'the disk is full that pgBackRest backs up to, or copies to',
    outcome: '`REPOSITORY_FULL`; the backup, or the copy, counts nowhere. With room again the next one is whole.',
    proofs: [
      [
        copies,
        'a backup into a repository without room fails with REPOSITORY_FULL, counts nowhere, and with room again the next one is whole',
      ],
      [
        copies,
        'a copy to a full disk fails with a fault, in the words of pgBackRest, and the next one is whole once there is room',
      ],
    ],
  },
  {
    calamity: 'a power cut, at any moment of publishing, withdrawing and collecting, or copying; of a mark as well',
    outcome:
      'A backup is there whole or not at all; one that was said to be done is there. Of marks the new one is there whole, or the one before.',
    proofs: [
      [powerCut, 'a backup is there whole or not at all, and one that was published is there'],
      [powerCut, 'what was withdrawn comes back whole or not at all'],
      [powerCut, 'a copy is there whole or not at all'],
      [powerCut, 'without settling the pieces before the manifest, one counts as good and is not'],
      [
        powerCutMarks,
        'the new one is there whole or the one before, whatever names are kept, and one that was published is there',
      ],
      [powerCutMarks, 'without settling the pieces before the mark, one stands for the newest and lacks what it names'],
    ],
  },
  {
    calamity: 'the disk under the spool is full',
    outcome: '`DISK_FULL`, beforehand where it can be known and otherwise in the middle; the spool is cleared.',
    proofs: [
      [kills, 'under the spool, in the middle of the dump: it fails, is cleared away, and the next one is taken'],
      [
        'src/adapters/backup-source/backup-source.real.test.ts',
        'refuses before it begins where the space is not there',
      ],
    ],
  },
  {
    calamity: 'the disk is full on which a drill or a restore to a new environment works',
    outcome:
      'Beforehand where it can be known and otherwise in the middle, the drill is inconclusive and says that there is no room, and the restore fails with `DISK_FULL`. What was made is removed.',
    proofs: [
      [restores, 'the disk is full in the middle: it fails clearly and leaves nothing'],
      [`${here}/drill-kills.real.test.ts`, '%s: it is inconclusive, says that there is no room, and leaves nothing'],
    ],
  },
];
