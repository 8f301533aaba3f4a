import type { Survival } from './survival-row.fixture.ts';

const here = 'src/workflows/recovery';
const copies = 'src/adapters/pgbackrest/copy.real.test.ts';
const archive = 'src/adapters/pgbackrest/pgbackrest.real.test.ts';
const physical = 'test/recovery/physical-keeping.real.test.ts';

/** What physical backups and pgBackRest survive. */
export const physicalSurvivals: readonly Survival[] = [
  {
    calamity: '`kill -9` of pgBackRest in the middle of a backup',
    outcome:
      'The backup fails with `BACKUP_FAILED`; neither list knows of it. Its workers are ended with it, and with them its lock. The next one is taken, and clears away or goes on with what was begun.',
    proofs: [
      [physical, 'of pgBackRest: the backup fails with the reason, nothing of it counts, and the next one is taken'],
    ],
  },
  {
    calamity: '`kill -9` of pgBackRest, or of a worker of it, while a physical backup is checked or drilled',
    outcome:
      'The check fails, the drill is inconclusive, and neither says anything of the backup. The next one is done.',
    proofs: [
      [physical, '%s: the check fails, calls nothing damaged, and the next one is done'],
      [physical, '%s: the drill is inconclusive, says why, and leaves nothing'],
    ],
  },
  {
    calamity: '`kill -9` of PostgreSQL in the middle of a physical backup',
    outcome:
      'The backup fails with `BACKUP_FAILED`; neither list knows of it. Once the database is back, the next one is taken.',
    proofs: [
      [
        physical,
        'of PostgreSQL: the backup fails with the reason, nothing of it counts, and it is taken once the database is back',
      ],
    ],
  },
  {
    calamity: 'the repository of a physical backup is away',
    outcome:
      'A backup fails with its reason and nothing is listed. The log waits, and PostgreSQL stops in time nevertheless; back again, all of it is archived.',
    proofs: [
      [archive, 'a failing archive is seen, and PostgreSQL still stops in time'],
      [archive, 'a backup fails with a code and words, and nothing is listed that was not there'],
    ],
  },
  {
    calamity: "pgBackRest's directory is moved or deleted, alone",
    outcome:
      'Its backups are the finding `BACKUP_HOLLOW` and count as none. A full one is begun at once, which makes directory and archive anew.',
    proofs: [
      [physical, 'it is found and named; the next backup is a full one that makes it anew, and archiving goes on'],
      [
        `${here}/look/hollow.test.ts`,
        'BKP-07: what pgBackRest kept is gone and the manifests are there: it is said, and a full backup is due at once',
      ],
    ],
  },
  {
    calamity: '`kill -9` of whoever watches pgBackRest',
    outcome:
      'While pgBackRest still works, or a worker of it holds its lock (half a minute at most), the next one fails with `BACKUP_UNDER_WAY`. What it finished within a day is taken over by the next, what it did not is cleared away.',
    proofs: [
      [
        physical,
        'of whoever watches pgBackRest: the next run waits for none, fails clearly or ends well, and nothing is left over',
      ],
    ],
  },
  {
    calamity: '`kill -9` of a copy of a physical backup, or of a dump',
    outcome:
      'The copy is listed nowhere; the next one sends what is missing, and reads back every file, of a dump a sample of all its pieces: also what was sent before and may not have been read back. What had arrived as something else is sent again, of a dump it is named.',
    proofs: [
      [
        'test/recovery/physical-copies.real.test.ts',
        'one that is cut short is listed nowhere, and is finished by the next: whole, and verified where it is',
      ],
      [copies, 'killed with -9 at any moment, or called off, is finished by the next: whole, with no half left beside'],
      [copies, 'killed in its read-back, is read back by the next: what arrived as something else is sent again'],
      [copies, 'without a note of what was being sent, the next takes it for proven, and it stays altered'],
      [
        'src/adapters/repository/copy.test.ts',
        'killed in its read-back is listed nowhere, and the next one reads all of it back, also what was sent before',
      ],
      [copies, 'takes an info that a killed one left empty for what it is, and another archive never for its own'],
      [copies, 'does not take for a file what was not read whole, and leaves nothing of it at the target'],
    ],
  },
  {
    calamity: 'the control plane and the machine of a physical backup are lost',
    outcome:
      'The repository, its key and the command line fill a cluster, to the end of its log or to an instant, with its files.',
    proofs: [
      [
        'test/recovery/bad-day-physical.real.test.ts',
        'the repository, its key and the command line bring the cluster back, $what, with its files',
      ],
    ],
  },
  {
    calamity: 'a database of the cluster of a physical backup has a line break in its name',
    outcome:
      '`BACKUP_FAILED`, before anything is copied: pgBackRest could not read such a backup again. A dump is taken of it.',
    proofs: [
      [
        copies,
        'a database whose name pgBackRest could not read again is refused before a backup; without that, one is taken that nobody can use',
      ],
    ],
  },
];
