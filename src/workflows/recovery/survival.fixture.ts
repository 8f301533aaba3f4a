import { clockSurvivals } from './survival-clock.fixture.ts';
import { diskSurvivals } from './survival-disk.fixture.ts';
import { networkSurvivals } from './survival-network.fixture.ts';
import { physicalSurvivals } from './survival-physical.fixture.ts';
import type { Survival } from './survival-row.fixture.ts';

const here = 'src/workflows/recovery';
const core = 'src/core/recovery';
const repository = 'src/adapters/repository';
const kills = `${here}/survival.real.test.ts`;
const bucket = `${here}/survival-s3.real.test.ts`;
const copies = 'src/adapters/pgbackrest/copy.real.test.ts';
const restores = 'test/recovery/restore-kills.real.test.ts';
const falseClock = 'test/recovery/false-clock.real.test.ts';
const hostile = 'test/recovery/hostile-names.real.test.ts';
const leftBehind = 'src/adapters/host/left-behind.real.test.ts';
const writersAndCollectors = [
  `${repository}/kills.real.test.ts`,
  'writers and collectors are killed at any moment: what is listed is whole, and what is left is collected',
] as const;

/** Files whose every test is about surviving: each of them must stand in a row. */
export const wholeFiles = [
  kills,
  bucket,
  `${here}/drill-kills.real.test.ts`,
  `${here}/schedule-drills.real.test.ts`,
  `${repository}/kills.real.test.ts`,
  leftBehind,
  copies,
  restores,
  falseClock,
  hostile,
  'src/adapters/object-store/full-disk.real.test.ts',
] as const;

/** `docs/reference/survival.md` is written from it. */
export const survivals: readonly Survival[] = [
  {
    calamity:
      '`kill -9` of whoever takes a backup, while it copies files, under the lock, during the dump, while it stores the dump, before it publishes',
    outcome:
      'Nothing is listed. Its `pg_dump` ends with it. The durable run takes the backup up again under the same id, over its own claim, at once; its leftovers are swept.',
    proofs: [
      [
        kills,
        'of its maker in every phase: nothing is listed, and the run taken up again ends well and leaves nothing',
      ],
      writersAndCollectors,
      [
        `${here}/back-up.test.ts`,
        'a run that was killed is settled by the next: failed, or succeeded where it had published',
      ],
      [
        'src/adapters/durable/take-over.real.test.ts',
        'is finished by another worker: what was done is not done again, what was begun is begun again',
      ],
    ],
  },
  {
    calamity: '`kill -9` of `pg_dump`',
    outcome: 'The backup fails with `BACKUP_FAILED`, and nothing of it is left. The next one is taken.',
    proofs: [[kills, 'of pg_dump: the backup fails with the reason, and the next one is taken']],
  },
  {
    calamity: '`kill -9` of PostgreSQL during the dump',
    outcome:
      'The backup fails with `BACKUP_FAILED`, and nothing of it is left. Once the database is back, the next one is taken.',
    proofs: [[kills, 'of PostgreSQL: the backup fails with the reason, and is taken once the database is back']],
  },
  {
    calamity: '`kill -9` of a check of a backup, or of the `pg_restore` that looks into its dump',
    outcome:
      'No verdict is recorded and nothing grows; where only `pg_restore` was killed, the check fails with `COMMAND_FAILED`. The next one is done.',
    proofs: [
      [restores, 'at any moment: no verdict is recorded, nothing grows, and the next one is done'],
      [kills, 'of the pg_restore that lists the dump: it fails, calls nothing damaged, and the next one is done'],
      [
        `${here}/verify-backup.test.ts`,
        'calls a dump unreadable where pg_restore says so, and not where it could not say',
      ],
    ],
  },
  ...physicalSurvivals,
  {
    calamity: '`kill -9` of a collection',
    outcome:
      'It deletes what no backup needs and nothing else, whenever it ends; the next one goes on, on the same machine at once.',
    proofs: [
      writersAndCollectors,
      [
        `${repository}/guards.test.ts`,
        'takes over at once from one that was killed on this machine, and not from one that lives or is elsewhere',
      ],
    ],
  },
  {
    calamity: '`kill -9` of the controller in the middle of a check or a prune that was asked for',
    outcome:
      'Both are begun again by the next controller and end as what they are; nothing is recorded of what was half done. Where none comes, they are lost after two minutes, and can be asked for again.',
    proofs: [
      [
        'test/recovery/drill-cli.real.test.ts',
        'kill -9 of the controller in the middle of a check and a prune that were asked for: both are begun again, and nothing half-done counts',
      ],
      [
        `${here}/tasks.test.ts`,
        'without a bound on its silence, one whose process was killed runs for ever: the bound is needed',
      ],
      [
        `${here}/requested-work.test.ts`,
        'one whose controller was killed holds up the same wish until it is lost, and for ever without that bound',
      ],
    ],
  },
  {
    calamity: '`kill -9` of a drill',
    outcome: 'Its PostgreSQL and its Odoo end with it; the next drill removes the place.',
    proofs: [
      [
        `${here}/drill-kills.real.test.ts`,
        'a drill killed with -9 in %s takes its processes with it, and the next drill sweeps the rest',
      ],
      [
        'src/adapters/restore-place/isolation.real.test.ts',
        'a maker killed with -9 takes its processes with it, and the next sweep takes the rest',
      ],
    ],
  },
  {
    calamity:
      '`kill -9` of what a drill restores into or with (as where memory runs out): its PostgreSQL, a process of that, `pg_restore`, a worker of it, Odoo',
    outcome: 'The drill is inconclusive, says what was killed, and says nothing of the backup.',
    proofs: [
      [`${here}/drill-kills.real.test.ts`, '%s: the drill is inconclusive, says why, and leaves nothing'],
      [`${here}/drill-kills.real.test.ts`, 'without asking, a good backup would be called lost: the guard is needed'],
    ],
  },
  {
    calamity: '`kill -9` of a restore to a new environment, or of a clone; of its `pg_restore` alone',
    outcome:
      'What it made counts nowhere. The same command brings it up, and leaves nothing of the first try. Where `pg_restore` was killed, it fails and has cleared away itself.',
    proofs: [
      [restores, 'in "%s": it counts nowhere, and the same command brings it up and leaves nothing'],
      [restores, '%s: it fails clearly and leaves nothing'],
    ],
  },
  {
    calamity: '`kill -9` of a restore in place',
    outcome:
      'The old data or the new is whole and in place. The next run of it finishes what was begun, and what was there before is a backup.',
    proofs: [
      [
        'test/recovery/restore-cli.real.test.ts',
        'killed in the middle, the old or the new is whole; the next run finishes it, and what was there before is a backup',
      ],
      [
        'src/adapters/host/exchange.real.test.ts',
        'without what is written down before the first move, a kill leaves a mixture: the guard is needed',
      ],
    ],
  },
  {
    calamity: '`kill -9` of whoever starts a PostgreSQL or an Odoo, before it is recorded',
    outcome:
      'What it started is known again by its mark: the next start takes it over, `plimsoll down` ends it. What has no mark of ours is left alone.',
    proofs: [
      [leftBehind, 'is known again as what it is, and the next start takes it over'],
      [leftBehind, 'is stopped by whoever stops everything, before its data is moved'],
      [
        leftBehind,
        "without our mark it is somebody's own, even on the same data: it is neither taken for ours nor signalled",
      ],
      [leftBehind, "with the mark of another directory it is that one's"],
    ],
  },
  ...networkSurvivals,
  ...diskSurvivals,
  {
    calamity: 'the wrong key',
    outcome:
      'It is said to be the wrong key, and which one is needed; nothing is taken for damaged, and nothing comes out.',
    proofs: [
      ['src/ports/backup-repository.contract.ts', 'with the wrong key it is the key that is named wrong'],
      [
        'test/recovery/bad-day.real.test.ts',
        'the wrong key, and a signer that nobody trusts, are named and take nothing out',
      ],
      [`${here}/check-keys.test.ts`, 'a wrong identity, and a signer that is not trusted, are each found'],
    ],
  },
  {
    calamity: 'a clock jumps, by an hour or two days, back or forth',
    outcome:
      'No living writer is given up, a dead one is; a backup stays readable. Set right again, nothing waits for the time of the wrong clock: looks, schedules, leases, backups and drills go on at once, and a backup that it dated is the finding `BACKUP_DATED_AHEAD`.',
    proofs: [
      [
        falseClock,
        'backups taken by a clock days ahead or hours behind are whole, and no retention takes the last good one',
      ],
      [falseClock, 'a controller whose clock jumps days ahead, back, and a day behind goes on each time'],
      [
        `${core}/figures/standing.test.ts`,
        'one that a clock days or years ahead has dated proves nothing until then, and hides none that was recorded since',
      ],
      [`${repository}/guards.test.ts`, 'by %d hours makes nobody think that a living writer has died'],
      [`${repository}/guards.test.ts`, 'by %d hours keeps nobody from taking over from a writer that has died'],
      [`${repository}/guards.test.ts`, 'by a day makes backups no less readable'],
      [
        'src/workflows/controller.test.ts',
        'go on at once when the clock of one was ahead by two days, was set right, and another was killed meanwhile',
      ],
      [
        'src/ports/coordination.contract.ts',
        'what a clock that was days ahead has left holds nobody up; one that is a minute ahead is believed',
      ],
      [
        `${core}/plan/backup-plan.test.ts`,
        'what a clock two days ahead has dated holds none back once it is set right, good or failed',
      ],
      [
        `${core}/plan/drill-plan.test.ts`,
        'one that a clock two days ahead has dated neither proves nor holds back, once it is set right',
      ],
      [
        `${here}/look/look.test.ts`,
        'a backup and a drill that a clock two days ahead has dated are said to be, and hide nothing that is wrong',
      ],
    ],
  },
  ...clockSurvivals,
  {
    calamity: 'two controllers start a backup of one environment',
    outcome:
      'The plan gives both the same run. Where both write nevertheless, one is taken, and the other gets `BACKUP_UNDER_WAY`.',
    proofs: [
      [kills, 'that start a backup of one environment: one is taken, the other is told so, and one is listed'],
      [kills, 'that run the same run: it is listed once and whole, and recorded as what it is'],
      [
        `${here}/schedule-backups.test.ts`,
        'the first is taken at once, by one run however many controllers plan it, and the next when it is due',
      ],
      [`${here}/back-up.test.ts`, 'of one environment exclude each other'],
    ],
  },
  {
    calamity: 'two controllers on one machine plan a drill',
    outcome: 'One drill starts for a backup. A second one, whatever started it, waits until the machine is free.',
    proofs: [
      [
        `${here}/schedule-drills.real.test.ts`,
        'two controllers plan and drill on the real engine: one drill per backup, one at a time on the machine (RST-01)',
      ],
    ],
  },
  {
    calamity: 'two copies of one environment into one repository',
    outcome: 'One copies; the other waits within bounds, or gets `BACKUP_UNDER_WAY` with who does.',
    proofs: [
      [
        `${repository}/copy.test.ts`,
        'of an environment is made by one at a time: another waits for it within bounds, or says who copies',
      ],
    ],
  },
  {
    calamity: 'a database, directories, add-ons and files have names that would run something in a shell or in SQL',
    outcome:
      'They go through backup, list, check, copy, drill, clone and what is taken out, and nothing is run. Add-ons are known by their whole content, whatever the names in it, also such as are no text. Where a name becomes part of a path or an address of ours (environments, buckets, prefixes) or of what Odoo is told (directories of add-ons), the estate refuses it and says so.',
    proofs: [
      [hostile, 'a database, directories and files of such names go through every verb, and nothing is run'],
      [hostile, 'where a name becomes part of a path or an address, the estate refuses it and says so'],
      [
        'src/adapters/odoo-addons/addons-version.test.ts',
        'is told apart by names that are no text as well, and by what would run something in a shell',
      ],
    ],
  },
  {
    calamity: 'nothing at all, fifty times',
    outcome: 'No false alarm: fifty generated and fifty real backups verify.',
    proofs: [
      [
        `${here}/verify-backup.test.ts`,
        'raises no false alarm over fifty good backups of databases and filestores of all kinds (BKP-08)',
      ],
      [
        `${here}/back-up.real.test.ts`,
        'misses no file in a hundred runs; with the lock given up at once, files go missing',
      ],
    ],
  },
];
