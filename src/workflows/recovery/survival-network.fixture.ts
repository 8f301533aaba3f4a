import type { Survival } from './survival-row.fixture.ts';

const bucket = 'src/workflows/recovery/survival-s3.real.test.ts';
const s3 = 'src/adapters/object-store/s3/s3-faults.real.test.ts';
const restores = 'test/recovery/restore-kills.real.test.ts';
const s3Copies = 'test/recovery/s3-copies.real.test.ts';

/** What is survived between here and a bucket. */
export const networkSurvivals: readonly Survival[] = [
  {
    calamity: 'the network to the bucket is lost, at any request of a backup',
    outcome:
      'After bounded tries the backup fails with `REPOSITORY_UNREACHABLE`. What is listed afterwards, if anything, is whole. The same run ends well when the network is back.',
    proofs: [
      [bucket, 'the network is lost at any step: what is listed is whole, and the same run ends well when it is back'],
      [s3, 'a put whose answer was lost is found to be there, once and whole'],
      [s3, 'an answer that breaks off is asked for again, never taken for the whole'],
      [s3, 'a service that is not there is unreachable in bounded time'],
    ],
  },
  {
    calamity: 'the network to the bucket is lost, at any request of a check, a drill, or a restore into a directory',
    outcome: 'It fails with `REPOSITORY_UNREACHABLE`, the drill is inconclusive, and no backup is called damaged.',
    proofs: [
      [bucket, 'a check of its content says so, and never that the backup is damaged'],
      [bucket, 'taking it out into a directory fails clearly, and calls no file damaged'],
      [bucket, 'a drill is inconclusive, whatever step it had come to'],
    ],
  },
  {
    calamity: 'the network to the bucket is lost while a restore to a new environment reads from it',
    outcome:
      'It fails with `REPOSITORY_UNREACHABLE`, and nothing of it is left. With the network back, the same command brings it up.',
    proofs: [[restores, '%s: it fails clearly and leaves nothing']],
  },
  {
    calamity: 'the network to the bucket is lost, at any request of a copy into it or out of it',
    outcome:
      'The copy fails with `REPOSITORY_UNREACHABLE`; what is listed at the target is whole. The next copy of the same controller completes it at once; one by another, when the claim of the one before has run out (some minutes). What pgBackRest keeps is tried for half a minute.',
    proofs: [
      [s3Copies, '%s, at any request: what is listed is whole, and the next copy completes it'],
      [s3Copies, 'the network is lost in the middle, there and back: both copies fail, and the next ones are whole'],
    ],
  },
  {
    calamity: 'the bucket throttles, or the link is slow',
    outcome: 'It costs time. Throttling without end fails with `REPOSITORY_UNREACHABLE`.',
    proofs: [
      [bucket, 'throttling now and then, and a slow link, cost time and nothing else'],
      [s3, '%s twice is not noticed; for ever it is REPOSITORY_UNREACHABLE'],
      [s3, 'a slow link takes its time and arrives'],
    ],
  },
  {
    calamity: 'credentials expire or lack a right, a quota is used up',
    outcome:
      'The backup fails at once with `REPOSITORY_DENIED` or `REPOSITORY_FULL`, and ends well when it is run again with what it lacked.',
    proofs: [
      [bucket, '%s: the backup fails with the reason, nothing is listed, and the same run ends well afterwards'],
      [s3, '%s is asked about once'],
    ],
  },
];
