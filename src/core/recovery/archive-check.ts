import type { PhysicalDatabase } from './manifest.ts';
import type { VerifyProblem } from './verification.ts';
import { followWal, readWalName } from './wal.ts';

/** What a look into pgBackRest's repository showed. */
export interface ArchiveFacts {
  readonly labels: readonly string[];
  /** Names of the archived segments. */
  readonly segments: readonly string[];
  /** What pgBackRest's own verification says is damaged, `path: how`. */
  readonly damaged: readonly string[];
}

type Problem = Omit<VerifyProblem, 'attachments'>;

const segmentIn = (path: string): string | undefined =>
  /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?(?:$|:|\s)/.exec(path)?.[1];
const labelIn = (path: string): string | undefined =>
  /(?:^|\/)(\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?)(?:$|\/|:)/.exec(path)?.[1];

/** What of a physical backup is missing or damaged, each named: its label, what that needs, and its log (BKP-03). */
export function judgeArchive(database: PhysicalDatabase, facts: ArchiveFacts): readonly Problem[] {
  return [...missingLabels(database, facts), ...missingSegments(database, facts), ...damagedParts(database, facts)];
}

function missingLabels({ label, needs }: PhysicalDatabase, { labels }: ArchiveFacts): readonly Problem[] {
  return [label, ...needs]
    .filter((each) => !labels.includes(each))
    .map((name) => ({
      what: 'database',
      name,
      state: 'missing',
      detail: name === label ? 'pgBackRest has no such backup.' : `pgBackRest has it no longer, and ${label} needs it.`,
    }));
}

function missingSegments({ walStart, walStop }: PhysicalDatabase, { segments }: ArchiveFacts): readonly Problem[] {
  const own = readWalName(walStop)?.number ?? 0;
  const { gaps, reaches } = followWal(walStart, segments);
  const problems: Problem[] = gaps.map(({ first, last, segments: count }) => {
    const isOwn = (readWalName(first)?.number ?? 0) <= own;
    const range =
      count === 1 ? 'The segment is not in the archive' : `${count} segments to ${last} are not in the archive`;
    const cost = isOwn ? 'the cluster cannot be recovered' : 'no later instant can be reached from this backup';
    return { what: 'log', name: first, state: 'missing', detail: `${range}: ${cost}.` };
  });
  const end = reaches === undefined ? undefined : readWalName(reaches)?.number;
  if (gaps.length === 0 && (end === undefined || end < own)) {
    const detail = `The log ends with ${reaches ?? 'nothing'}: the cluster cannot be recovered to the instant of its files.`;
    problems.push({ what: 'log', name: walStop, state: 'missing', detail });
  }
  return problems;
}

/** Damage of the log from this backup on, of its label and of those it needs; what other backups have is theirs to tell. */
function damagedParts({ label, needs, walStart }: PhysicalDatabase, { damaged }: ArchiveFacts): readonly Problem[] {
  const start = readWalName(walStart)?.number ?? 0;
  return damaged.flatMap((words): readonly Problem[] => {
    const segment = segmentIn(words);
    if (segment !== undefined) {
      const isOwn = (readWalName(segment)?.number ?? 0) >= start;
      return isOwn ? [{ what: 'log', name: segment, state: 'altered', detail: words }] : [];
    }
    const of = labelIn(words);
    if (of !== undefined && of !== label && !needs.includes(of)) return [];
    return [{ what: 'database', name: of ?? label, state: 'altered', detail: words }];
  });
}
