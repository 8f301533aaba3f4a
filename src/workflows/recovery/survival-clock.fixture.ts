import type { Survival } from './survival-row.fixture.ts';

const falseClock = 'test/recovery/false-clock.real.test.ts';
const locks = 'src/adapters/object-store/s3/object-lock.real.test.ts';
const drills = 'src/workflows/recovery/drill-clock.test.ts';

/** What becomes of what goes by a clock while that is wrong, besides what it dates. */
export const clockSurvivals: readonly Survival[] = [
  {
    calamity: 'an object lock is written while the clock is days ahead or behind',
    outcome:
      'It lasts for as long as is declared, by the clock of the bucket: nothing can be deleted sooner, and nothing is locked for years. A lock that is longer already stays. What a backup or a copy uses again is prolonged.',
    proofs: [
      [
        falseClock,
        'BKP-05: a bucket locks what a clock days ahead or behind writes for as long as is declared, by its own time',
      ],
      [locks, 'is reckoned by the clock of the bucket, though ours is off by %d hours'],
      [
        locks,
        'by our own clock it would end too soon, or lock for as long as that was ahead: the time of the bucket is needed',
      ],
      [locks, 'is prolonged for the content that a later backup, or a copy of one, uses again'],
      [locks, 'that is longer already is left as it is, and one that cannot be had is said to be'],
    ],
  },
  {
    calamity: 'the clock is set while a drill or a restore runs',
    outcome:
      'Phases, RTO and the time between beginning and end are what passed. The proof expires by the earlier time, the RPO achieved goes by the later; by more than ten minutes it is a reservation. Nothing of a restore or of the exchange goes by a clock. A clone is removed when its date has come by the clock of the machine: one that is ahead removes it sooner.',
    proofs: [
      [
        falseClock,
        'RST-04: a drill whose clock jumps two days ahead has the times that passed, and proves for no longer',
      ],
      [drills, 'by %d seconds has the times that passed, and says so'],
      [
        drills,
        'by a clock alone that can be set, a phase would take less than no time, or years: the steady one is needed',
      ],
      [
        'src/workflows/recovery/restore.test.ts',
        'RST-04: a restore while the clock is set back two days takes the time that passed, and says that it was',
      ],
    ],
  },
];
