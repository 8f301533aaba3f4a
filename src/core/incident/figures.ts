import type { Incident } from './incident.ts';

/** A mean with what it rests on; `null` where nothing was measured. */
export interface Mean {
  readonly seconds: number | null;
  readonly count: number;
}

/** What a figure tells, and what may stand behind it (MET-14). */
export interface Interpretation {
  readonly figure: 'MTTD' | 'MTTA' | 'MTTR' | 'frequency';
  readonly trend: 'rising' | 'falling' | 'steady' | 'unknown';
  readonly reading: string;
  readonly candidates: readonly { readonly cause: string; readonly evidence: string }[];
}

export interface IncidentFigures {
  readonly incidents: number;
  /** From the beginning of the fault to its detection (MET-05). */
  readonly meanTimeToDetect: Mean;
  /** From detection to somebody having it. */
  readonly meanTimeToAcknowledge: Mean;
  /** From the beginning of the fault to recovery (MET-06). */
  readonly meanTimeToRecover: Mean;
  /** Over before anybody took them: in no mean time to acknowledge. */
  readonly untaken: number;
  readonly openActions: number;
}

function meanOf(values: readonly number[]): Mean {
  if (values.length === 0) return { seconds: null, count: 0 };
  return { seconds: values.reduce((sum, value) => sum + value, 0) / values.length, count: values.length };
}

const between = (from: Temporal.Instant, to: Temporal.Instant): number => Math.max(0, to.since(from).total('seconds'));

/** The figures over incidents: folds, with nothing kept besides. */
export function figuresOf(incidents: readonly Incident[]): IncidentFigures {
  return {
    incidents: incidents.length,
    meanTimeToDetect: meanOf(incidents.map(({ faultStart, detectedAt }) => between(faultStart.at, detectedAt))),
    meanTimeToAcknowledge: meanOf(
      incidents.flatMap(({ detectedAt, acknowledgedAt }) =>
        acknowledgedAt === null ? [] : [between(detectedAt, acknowledgedAt)],
      ),
    ),
    meanTimeToRecover: meanOf(
      incidents.flatMap(({ faultStart, recoveredAt }) =>
        recoveredAt === null ? [] : [between(faultStart.at, recoveredAt)],
      ),
    ),
    untaken: incidents.filter(({ acknowledgedAt, recoveredAt }) => acknowledgedAt === null && recoveredAt !== null)
      .length,
    openActions: incidents.flatMap(({ review }) => review.actions).filter(({ closedAt }) => closedAt === null).length,
  };
}

/** Fewer than this on a side is no trend. */
const leastForTrend = 3;
const leastChange = 1.25;

function trendOf(before: Mean, now: Mean): Interpretation['trend'] {
  if (before.seconds === null || now.seconds === null || Math.min(before.count, now.count) < leastForTrend)
    return 'unknown';
  if (now.seconds > before.seconds * leastChange) return 'rising';
  return now.seconds < before.seconds / leastChange ? 'falling' : 'steady';
}

const words = {
  rising: 'has risen',
  falling: 'has fallen',
  steady: 'is about the same',
  unknown: 'cannot be compared yet',
} as const;

type IsOne = (code: string, boundary: Incident['boundary']) => boolean;

function causesOf(incidents: readonly Incident[], isOne: IsOne): string | undefined {
  const found = incidents.filter(({ cause, boundary }) => isOne(cause.code, boundary));
  return found.length === 0
    ? undefined
    : `${found.length} of ${incidents.length} began with ${[...new Set(found.map(({ cause }) => cause.code))].join(', ')}`;
}

const kinds: readonly { readonly cause: string; readonly isOne: IsOne }[] = [
  {
    cause: 'the database: locks, bloat or connections',
    isOne: (code) => /LOCK|BLOCKED|CONNECTIONS|POSTGRES|REPLICATION|TRANSACTION_ID/.test(code),
  },
  { cause: 'workers: web, scheduled jobs or queues', isOne: (code) => /^ODOO_|CRON|MAIL|LATENCY/.test(code) },
  {
    cause: 'a partner or its link',
    isOne: (code, side) => side === 'partner' || /CARRIER|PARTNER|EXCHANGE|CALL/.test(code),
  },
  { cause: 'the floor: more work than it drains', isOne: (code) => /CUT_OFF|BACKLOG/.test(code) },
];

function candidatesOf(incidents: readonly Incident[]): Interpretation['candidates'] {
  return kinds.flatMap(({ cause, isOne }) => {
    const evidence = causesOf(incidents, isOne);
    return evidence === undefined ? [] : [{ cause, evidence }];
  });
}

/** What the figures of a window say beside those of the one before it, with candidate causes and their evidence (MET-14). */
export function interpretFigures(before: readonly Incident[], now: readonly Incident[]): readonly Interpretation[] {
  const [then, current] = [figuresOf(before), figuresOf(now)];
  const detect = trendOf(then.meanTimeToDetect, current.meanTimeToDetect);
  const acknowledge = trendOf(then.meanTimeToAcknowledge, current.meanTimeToAcknowledge);
  const recover = trendOf(then.meanTimeToRecover, current.meanTimeToRecover);
  const frequency: Interpretation['trend'] =
    then.incidents + current.incidents < 2 * leastForTrend
      ? 'unknown'
      : current.incidents > then.incidents * leastChange
        ? 'rising'
        : current.incidents * leastChange < then.incidents
          ? 'falling'
          : 'steady';
  const untaken =
    current.untaken === 0
      ? []
      : [
          {
            cause: 'nobody came before it was over',
            evidence: `${current.untaken} of ${current.incidents} were never taken`,
          },
        ];
  const unmended =
    current.openActions === 0
      ? []
      : [{ cause: 'what was learnt is not done', evidence: `${current.openActions} actions of reviews are open` }];
  return [
    {
      figure: 'MTTD',
      trend: detect,
      reading: `The time to detect ${words[detect]}: ${detect === 'rising' ? 'faults begin where nothing looks, or looks too rarely.' : 'it is how long a fault lives unseen.'}`,
      candidates: candidatesOf(now),
    },
    {
      figure: 'MTTA',
      trend: acknowledge,
      reading: `The time until somebody has it ${words[acknowledge]}: it depends on who is on call and on how many pages nobody needed.`,
      candidates: untaken,
    },
    {
      figure: 'MTTR',
      trend: recover,
      reading: `The time to recover ${words[recover]}: it is what customers feel, from the beginning of the fault.`,
      candidates: candidatesOf(now),
    },
    {
      figure: 'frequency',
      trend: frequency,
      reading: `How often there is an incident ${words[frequency]}.`,
      candidates: [...candidatesOf(now), ...unmended],
    },
  ];
}
