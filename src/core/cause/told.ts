import type { CauseFacts, CauseKind, FindingSeen, Sign } from './facts.ts';
import type { Rising, Work } from './rising.ts';

interface Telling {
  readonly kind: CauseKind;
  readonly codes: RegExp;
  readonly strength: number;
  /** The work that it explains best; the rest only half as well. `undefined` where it stops everything. */
  readonly of?: readonly Work[];
}

/** Which findings tell of which cause. What only says that work is late is what is to be explained, and no cause. */
const tellings: readonly Telling[] = [
  { kind: 'lock', codes: /^(TABLE_LOCKED|SESSIONS_BLOCKED)$/, strength: 0.95 },
  { kind: 'database', codes: /POSTGRES|CONNECTION|REPLICATION|TRANSACTION|BLOAT/, strength: 0.8 },
  { kind: 'workers', codes: /^(ODOO_(WEB|GEVENT)|WORKER|REDIS|INGRESS)/, strength: 0.85 },
  { kind: 'workers', codes: /^LATENCY_HIGH$/, strength: 0.6 },
  {
    ...{ kind: 'scheduled-actions', codes: /^(CRON|ODOO_CRON)/, strength: 0.75 },
    of: ['mail', 'jobs', 'scheduled-actions'],
  },
  {
    kind: 'partner',
    codes: /CARRIER|PARTNER|EXCHANGE|INTEGRATION_(FAIL|DOWN)/,
    strength: 0.8,
    of: ['shipping', 'jobs'],
  },
  { kind: 'machine', codes: /HOST|DISK|MEMORY|CPU|FILESTORE/, strength: 0.7 },
];

/** What began this long after the rise follows from it rather than explains it. */
const lateSeconds = 1_800;
/** What was over this long before the rise explains it no more. */
const overSeconds = 900;
/** A change explains a rise that begins this soon after it; a look may notice either a little late. */
const changeSeconds = 7_200;
const noticedLateSeconds = 600;

/** How well it fits in time: at its best where it was there when the rise began. */
function fits({ openedAt, closedAt }: FindingSeen, { since }: Rising): number {
  if (closedAt !== null && since.since(closedAt).total('seconds') > overSeconds) return 0;
  return openedAt.since(since).total('seconds') > lateSeconds ? 0.5 : 1;
}

function signOf(finding: FindingSeen, rising: Rising): readonly Sign[] {
  const telling = tellings.find(({ codes }) => codes.test(finding.code));
  if (telling === undefined) return [];
  const isOfItsKind = telling.of === undefined || telling.of.includes(rising.work);
  const strength = telling.strength * fits(finding, rising) * (isOfItsKind ? 1 : 0.5);
  if (strength === 0) return [];
  const isOver = finding.closedAt === null ? '' : ' (over by now)';
  return [
    {
      ...{ kind: telling.kind, strength, since: finding.openedAt, action: finding.action },
      evidence: `${finding.code} on ${finding.subject}: ${finding.reason}${isOver}`,
    },
  ];
}

/** What findings and changes tell. */
export function fromFindings(rising: Rising, { findings, changes }: CauseFacts): readonly Sign[] {
  const before = changes.filter(({ at }) => {
    const ahead = rising.since.since(at).total('seconds');
    return ahead <= changeSeconds && ahead >= -noticedLateSeconds;
  });
  return [
    ...findings.flatMap((finding) => signOf(finding, rising)),
    ...before.map(({ at, what, step, isStart }): Sign => {
      const strength = step !== null ? 0.85 : isStart ? 0.25 : 0.45;
      const evidence = step === null ? what : `${what}; ${step}`;
      const action = 'Compare what was slow before and after it; go back to the release before where it fits.';
      return { kind: 'change', strength, since: at, evidence, action };
    }),
  ];
}
