import { formatSeconds } from './figures.ts';
import type { Health, Recovery, RecoveryState, RecoverySummary, RecoveryTask, RestorePoint } from './resources.ts';
import { formatAge, formatLength, instantOf, secondsBetween } from './time.ts';

/** A declared length in the unit it was meant in: `5 min`, `1 h`, `7 d`; in two units where one does not do. */
export function roundLength(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
  ] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}`;
  }
  return formatLength(seconds);
}

/** A state in words, and the sign that repeats them. */
export const stateWords: Readonly<Record<RecoveryState, { readonly word: string; readonly tone: Health }>> = {
  verified: { word: 'Verified', tone: 'healthy' },
  expired: { word: 'Proof expired', tone: 'degraded' },
  unproven: { word: 'Never drilled', tone: 'unknown' },
  'not-recoverable': { word: 'Not recoverable', tone: 'unhealthy' },
  'no-backup': { word: 'No backup', tone: 'unhealthy' },
  'no-repository': { word: 'Nowhere to back up to', tone: 'unhealthy' },
};

const order: readonly RecoveryState[] = [
  'not-recoverable',
  'no-repository',
  'no-backup',
  'expired',
  'unproven',
  'verified',
];

/** Worst first, then by name. */
export function rankRecovery(items: readonly RecoverySummary[]): readonly RecoverySummary[] {
  return items.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.environment.localeCompare(b.environment),
  );
}

/** How many environments stand in each state, worst first; states that nobody is in are left out. */
export function countStates(items: readonly RecoverySummary[]): readonly (readonly [RecoveryState, number])[] {
  return order
    .map((state) => [state, items.filter((each) => each.state === state).length] as const)
    .filter(([, count]) => count > 0);
}

/** Why it stands so, in a sentence. */
export function standingSentence(summary: RecoverySummary, now: Temporal.Instant): string {
  const { state, lastDrill, proofExpiresAt } = summary;
  const ago = (at: string) => `${formatAge(secondsBetween(instantOf(at), now))} ago`;
  switch (state) {
    case 'verified':
      return `A drill ${lastDrill === null ? '' : ago(lastDrill.at)} brought a serving Odoo back and every check passed.`;
    case 'expired':
      return `The last proof stopped counting ${proofExpiresAt === null ? '' : ago(proofExpiresAt)}: a drill is overdue.`;
    case 'not-recoverable':
      return lastDrill?.reasons[0] ?? 'The last drill did not bring it back.';
    case 'unproven':
      return 'There are backups, and no drill has brought one of them back yet.';
    case 'no-backup':
      return summary.isRunning ? 'The first backup is being taken now.' : 'No good backup of it is recorded.';
    case 'no-repository':
      return 'The estate says of no Repository that its backups go there.';
  }
}

export const partNames: Readonly<Record<NonNullable<RestorePoint['coverage']>[number]['part'], string>> = {
  database: 'Database',
  filestore: 'Files',
  configuration: 'Config',
  manifest: 'Estate',
  images: 'Build',
  'add-ons': 'Add-ons',
  integrations: 'Partners',
  'secret-recovery': 'Keys',
};

type Achievement = RecoverySummary['domains'][number]['rpo'];

/** What was achieved, as a figure or in the words that stand for none. */
export function achievedText({ achievedSeconds, verdict }: Achievement): string {
  if (achievedSeconds !== null) return formatSeconds(achievedSeconds);
  return verdict === 'missed' ? 'nothing came back' : 'not shown yet';
}

export const achievementTones: Readonly<Record<Achievement['verdict'], Health>> = {
  met: 'healthy',
  missed: 'unhealthy',
  unproven: 'unknown',
  'no-target': 'unknown',
};

/** The strictest target of an environment's domains is the one to live up to: its worst answer is the answer. */
export function worstAchievement(recovery: Pick<Recovery, 'domains'>, kind: 'rpo' | 'rto'): Achievement | undefined {
  const rank = ['missed', 'unproven', 'met', 'no-target'];
  return recovery.domains
    .map((domain) => domain[kind])
    .toSorted((a, b) => rank.indexOf(a.verdict) - rank.indexOf(b.verdict))[0];
}

/** Where an instant lies on a line from the first to the last, from 0 to 1. */
export function shareOf(at: Temporal.Instant, from: Temporal.Instant, to: Temporal.Instant): number {
  const span = Math.max(1, to.epochMilliseconds - from.epochMilliseconds);
  return Math.min(1, Math.max(0, (at.epochMilliseconds - from.epochMilliseconds) / span));
}

/** The point whose instant lies nearest to a share of the line. */
export function nearestPoint(
  points: readonly RestorePoint[],
  share: number,
  from: Temporal.Instant,
  to: Temporal.Instant,
): RestorePoint | undefined {
  return points.toSorted(
    (a, b) =>
      Math.abs(shareOf(instantOf(a.consistentAt), from, to) - share) -
      Math.abs(shareOf(instantOf(b.consistentAt), from, to) - share),
  )[0];
}

/** Up to so many days on the line, evenly: their local midnights. */
export function dayTicks(from: Temporal.Instant, to: Temporal.Instant, timezone: string, most = 8): Temporal.Instant[] {
  const days = Math.max(1, secondsBetween(from, to) / 86_400);
  const every = Math.max(1, Math.ceil(days / most));
  const ticks: Temporal.Instant[] = [];
  let day = from.toZonedDateTimeISO(timezone).startOfDay().add({ days: 1 });
  while (Temporal.Instant.compare(day.toInstant(), to) < 0 && ticks.length < most + 1) {
    ticks.push(day.toInstant());
    day = day.add({ days: every });
  }
  return ticks;
}

/** How long a restore takes, and how one knows. */
export function durationWords(point: RestorePoint, recovery: Recovery): string {
  if (point.proof?.state === 'verified' && point.proof.rtoSeconds !== null) {
    return `${formatSeconds(point.proof.rtoSeconds)}, as its own drill took`;
  }
  const last = recovery.trend.findLast(({ rtoSeconds }) => rtoSeconds !== null)?.rtoSeconds;
  if (last !== undefined && last !== null) return `about ${formatLength(last)}, as the last drill took`;
  const { expectedSeconds } = recovery.feasibility.rto;
  return expectedSeconds === null ? 'not known' : `about ${formatLength(expectedSeconds)}, on paper`;
}

/** Bytes, rate and time left of a backup that runs, in one line. */
export function progressWords(progress: {
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
}): string {
  // Both in the unit of the larger, so that they can be compared at a glance.
  const isSmall = Math.max(progress.doneBytes, progress.totalBytes ?? 0) < 2 ** 30;
  const size = (bytes: number) =>
    isSmall ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(bytes < 10 * 2 ** 30 ? 2 : 1)} GiB`;
  const of = progress.totalBytes === null ? '' : ` of ${size(progress.totalBytes)}`;
  const rate = `${(progress.bytesPerSecond / 2 ** 20).toFixed(1)} MiB/s`;
  const left = progress.secondsLeft === null ? 'time left unknown' : `${formatLength(progress.secondsLeft)} left`;
  return `${size(progress.doneBytes)}${of} · ${rate} · ${left}`;
}

const workNames: Readonly<Record<RecoveryTask['kind'], string>> = {
  backup: 'backup',
  verify: 'check of content',
  drill: 'drill',
  clone: 'clone',
  restore: 'restore',
  prune: 'pruning',
};

/** What a piece of recovery work is called, with the name of what it makes. */
export function workName({ kind, target }: Pick<RecoveryTask, 'kind' | 'target'>): string {
  return target === null ? workNames[kind] : `${workNames[kind]} to ${target}`;
}

/** What cancelling it leaves. */
export const cancelWords: Readonly<Record<RecoveryTask['kind'], string>> = {
  backup: 'Nothing of it will be listed. What was copied is used by the next backup.',
  verify: 'What it has found by then is not recorded.',
  drill: 'Its copy is torn down. It proves nothing, neither for nor against the backup.',
  clone: 'What was made of it is removed.',
  restore: 'What it has made is removed; in place, what was there before serves again.',
  prune: 'What was withdrawn by then stays withdrawn.',
};

/** What a piece of recovery work is doing, as a sentence begins. */
export function taskWords({ kind, state, step }: Pick<RecoveryTask, 'kind' | 'state' | 'step'>): string {
  if (state === 'waiting') return `A ${workNames[kind]} waits to be begun`;
  if (step === null) return `A ${workNames[kind]} begins`;
  return `${step.slice(0, 1).toUpperCase()}${step.slice(1)}`;
}

/** Backups and drills have histories of their own. */
const askedFor: readonly RecoveryTask['kind'][] = ['restore', 'clone', 'verify', 'prune'];
const endings = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled', lost: 'lost' } as const;

/** A piece of recovery work that has come to its end. */
export interface EndedWork {
  readonly task: RecoveryTask;
  readonly ending: keyof typeof endings;
  /** `Clone to acme-uat: done`. */
  readonly title: string;
  /** When it ended, or gave its last sign of life. */
  readonly at: string;
  /** What it came to, with the way out where there is one. */
  readonly words: string;
}

/** What has ended of restores, clones, checks and prunings, newest first. */
export function endedWork(tasks: readonly RecoveryTask[]): readonly EndedWork[] {
  return tasks
    .flatMap((task): EndedWork | [] => {
      const { kind, state, endedAt, beatAt, outcome, refusal } = task;
      if (state === 'waiting' || state === 'running' || !askedFor.includes(kind)) return [];
      const name = workName(task);
      const lost = 'Whoever ran it has given no sign of life since.';
      const words = [outcome ?? (state === 'lost' ? lost : ''), ...(refusal === null ? [] : [refusal.hint])].join(' ');
      const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${endings[state]}`;
      return { task, ending: state, title, at: endedAt ?? beatAt, words: words.trim() };
    })
    .toSorted((a, b) => Temporal.Instant.compare(b.at, a.at));
}

const freshSeconds = 3_600;

/** What somebody asked for and ended within the hour: whoever asked still looks for it. */
export function justEnded(ended: readonly EndedWork[], now: Temporal.Instant): readonly EndedWork[] {
  return ended.filter(
    ({ task, at }) =>
      task.requestedBy.kind !== 'controller' && secondsBetween(Temporal.Instant.from(at), now) < freshSeconds,
  );
}
